// A short run without libFuzzer, for every compiler: each input of the corpus, then inputs made from them by chance.
//
//     fuzz_NAME CORPUS [NUMBER = 10000] [SEED = 1]
//
// Ends with 1 where an input makes the reader hold more than the target's multiple of the input's size, its constant
// and, of CSV files, the library's 48 MB.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "held_memory.hpp"
#include "target.hpp"

namespace {

using namespace std::string_view_literals;
using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> corpus_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Bytes> corpus;
    for (const auto& file : files) {
        std::ifstream in(file, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return corpus;
}

/// std::mt19937 gives the same numbers everywhere; the standard distributions would not.
class Mutations {
public:
    Mutations(std::vector<Bytes> corpus, unsigned seed) : corpus_(std::move(corpus)), random_(seed) {}

    Bytes next() {
        Bytes input = corpus_[below(corpus_.size())];
        const std::size_t changes = 1 + below(6);
        for (std::size_t i = 0; i < changes; ++i) change(input);
        return input;
    }

private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

    void change(Bytes& input) {
        const auto at = static_cast<std::ptrdiff_t>(below(input.size()));
        const auto to =
            std::min(static_cast<std::ptrdiff_t>(input.size()), at + 1 + static_cast<std::ptrdiff_t>(below(32)));
        switch (below(6)) {
            case 0:
                if (!input.empty()) input[std::size_t(at)] ^= static_cast<std::uint8_t>(1U << below(8));
                break;
            case 1:
                if (!input.empty()) input[std::size_t(at)] = static_cast<std::uint8_t>(random_());
                break;
            case 2:
                input.erase(input.begin() + at, input.begin() + to);
                break;
            case 3: {
                const Bytes part(input.begin() + at, input.begin() + to);
                input.insert(input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1)), part.begin(),
                             part.end());
                break;
            }
            case 4: {
                constexpr std::string_view pieces =
                    "-0.,eE\"'[]{}=#\n\r\t \0\xff\xef\xbb\xbfnaninf18446744073709551616"sv;  // sv: it holds a 0
                const std::size_t first = below(pieces.size());
                const std::string_view piece = pieces.substr(first, 1 + below(8));
                input.insert(input.begin() + at, piece.begin(), piece.end());
                break;
            }
            default: {
                const Bytes& other = corpus_[below(corpus_.size())];
                const auto from = static_cast<std::ptrdiff_t>(below(other.size()));
                input.resize(static_cast<std::size_t>(at));
                input.insert(input.end(), other.begin() + from, other.end());
            }
        }
    }

    std::vector<Bytes> corpus_;
    std::mt19937 random_;
};

constexpr std::size_t csv_buffer = std::size_t{48} << 20U;

bool run(const Bytes& input) {
    eigenflow::tests::watch_memory();
    eigenflow::tests::read_input(input.data(), input.size());
    const std::size_t used = eigenflow::tests::most_memory_held();
    const std::size_t buffer = eigenflow::tests::reads_csv ? csv_buffer : 0;
    if (used <= eigenflow::tests::memory_per_byte * input.size() + eigenflow::tests::constant_memory + buffer)
        return true;
    std::fprintf(stderr, "an input of %zu bytes made the reader hold %zu\n", input.size(), used);
    return false;
}

/// For whoever has to look at the input that ended the process.
void keep(const Bytes& input) {
    std::ofstream out("last-input", std::ios::binary);
    out.write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
}

}  // namespace

int main(int count, char** words) {
    const std::vector<Bytes> corpus = count > 1 ? corpus_in(words[1]) : std::vector<Bytes>();
    if (corpus.empty()) {
        std::fprintf(stderr, "usage: %s CORPUS [NUMBER [SEED]]: a folder with inputs\n", words[0]);
        return 2;
    }
    const long number = count > 2 ? std::atol(words[2]) : 10000;
    const bool keeping = std::getenv("FUZZ_KEEP") != nullptr;
    for (const Bytes& input : corpus) {
        if (keeping) keep(input);
        if (!run(input)) return 1;
    }
    Mutations mutations(corpus, count > 3 ? static_cast<unsigned>(std::atol(words[3])) : 1U);
    for (long i = 0; i < number; ++i) {
        const Bytes input = mutations.next();
        if (keeping) keep(input);
        if (!run(input)) return 1;
    }
    std::printf("%zu inputs of the corpus and %ld made from them\n", corpus.size(), number);
    return 0;
}
