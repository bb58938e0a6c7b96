// A CSV file, as every table that the program reads; and behind a line "--" the emergence.csv beside a variance.csv.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "channel_source.hpp"
#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/scenario/recorded_run.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "measure_directory.hpp"
#include "memory_file.hpp"
#include "target.hpp"

using namespace eigenflow;
using eigenflow::tests::must;

namespace {

void read_columns(const io::CsvTable& table) {
    for (const char* name : {"tau", "mode", "variance", "name"}) {
        if (!table.has_column(name)) continue;
        const auto texts = table.texts(name);
        const auto numbers = table.numbers(name);
        must(!numbers || (texts && numbers->size() == texts->size()), "as many numbers as texts");
    }
}

void read_spectra(const std::filesystem::path& path) {
    if (const auto spectrum = scenario::read_spectrum(path)) {
        for (const double variance : spectrum->variances()) must(variance >= 0.0, "a variance is a number >= 0");
    }
}

void read_blocks(const std::filesystem::path& path) { static_cast<void>(scenario::read_blocks(path)); }

void read_times(const std::filesystem::path& path) {
    if (const auto times = scenario::read_times(path)) {
        for (std::size_t i = 1; i < times->size(); ++i) must((*times)[i] > (*times)[i - 1], "times rise");
    }
}

void read_trajectories(const std::filesystem::path& path) {
    if (auto recorded = scenario::read_trajectories(path)) {
        must(recorded->mode_numbers.size() == recorded->trajectories.modes(), "every mode has a number");
    }
}

void read_pair(const std::filesystem::path& variances, const std::filesystem::path& emergence) {
    if (auto recorded = scenario::read_trajectories(variances)) {
        static_cast<void>(scenario::read_limits_and_partners(emergence, *recorded));
    }
}

void read_emergence(const std::filesystem::path& path) { static_cast<void>(scenario::read_emergence(path)); }

void read_laws(const std::filesystem::path& path) { static_cast<void>(scenario::read_power_laws(path)); }

void read_checkpoint(const std::filesystem::path& path) {
    const auto moments = scenario::read_checkpoint(path, {{"s_1.npy", "9", "1"}, "4 x 2"}, 2);
    must(!moments || moments->variance.size() == 2, "a checkpoint has every mode");
}

/// A reader that wants a column which is not there says so, having read the table as io::read_csv did.
struct Reader {
    const char* column;
    void (*read)(const std::filesystem::path&);
};
constexpr std::array readers = {
    Reader{"variance", read_spectra},   Reader{"re", read_blocks},        Reader{"tau", read_times},
    Reader{"tau", read_trajectories},   Reader{"status", read_emergence}, Reader{"estimator", read_laws},
    Reader{"samples", read_checkpoint},
};

}  // namespace

const std::size_t eigenflow::tests::memory_per_byte = 64;
const std::size_t eigenflow::tests::constant_memory = std::size_t{1} << 18U;
const bool eigenflow::tests::reads_csv = true;

void eigenflow::tests::read_input(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    constexpr std::string_view separator = "\n--\n";
    const std::size_t end = std::min(input.find(separator), size);
    const tests::MemoryFile file({data, end});
    const auto path = file.path();
    if (end < size) {
        const std::size_t second = end + separator.size();
        const tests::MemoryFile beside({data + second, size - second});
        return read_pair(path, beside.path());
    }
    const auto table = io::read_csv(path);
    if (!table) return;  // for any reader
    static_cast<void>(scenario::has_blocks(*table));
    read_columns(*table);
    for (std::size_t i = 0; i < readers.size(); ++i) {
        // One that wants a column which is not there, too, but not all of them: ten times as many inputs an hour.
        if (table->has_column(readers[i].column) || i == size % readers.size()) readers[i].read(path);
    }
}
