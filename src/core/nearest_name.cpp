#include "eigenflow/core/nearest_name.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace eigenflow {
namespace {

/// How many letters, sorted into 32 kinds, one word has and the other has not. An edit changes it by at most 2.
std::size_t letters_apart(std::string_view a, std::string_view b) {
    std::array<int, 32> more{};
    for (const char letter : a) ++more[static_cast<unsigned char>(letter) % more.size()];
    for (const char letter : b) --more[static_cast<unsigned char>(letter) % more.size()];
    std::size_t apart = 0;
    for (const int difference : more) apart += static_cast<std::size_t>(std::abs(difference));
    return apart;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    // Most words are nowhere near most keys: of fuzz_scenario's time, edit distances took 60 %, and take 5 % with this.
    if (limit < a.size() + b.size() && letters_apart(a, b) > 2 * limit) return limit + 1;
    // Rows i-2, i-1 and i of the distance between the first i letters of a and the first j of b.
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before, above);
        std::swap(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b.size()];
}

std::size_t misspelling_limit(std::size_t length) { return length <= 2 ? 0 : length <= 4 ? 1 : length <= 8 ? 2 : 3; }

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& names) {
    std::size_t best = misspelling_limit(word.size());
    std::vector<std::string> found;
    for (const std::string& name : names) {
        if (word.size() > name.size() + best || name.size() > word.size() + best) continue;
        const std::size_t distance = edit_distance(word, name, best);
        if (distance > best) continue;
        if (distance < best) found.clear();
        best = distance;
        found.push_back(name);
    }
    return found;
}

std::string did_you_mean(const std::vector<std::string>& names) {
    std::string text = "did you mean ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += names[i];
    }
    return text + "?";
}

}  // namespace eigenflow
