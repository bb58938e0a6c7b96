#include <array>
#include <string>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/scenario/csv_blocks.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "learning_problem.hpp"
#include "tasks/task.hpp"

namespace eigenflow::bench {
namespace {

/// variance.csv of 3072 modes × 400 times as `run` writes it: tau, mode, target_variance, variance.
Work write(const std::filesystem::path& folder, Threads threads) {
    const auto file = or_exit(scenario::open_vectors(folder / "variance.npy", false)).source;
    std::vector<double> variance(file.count * file.dimension);
    or_exit(file.read(0, file.count, variance));
    const data::Spectrum spectrum = or_exit(data::power_law_spectrum(modes, 2.0, 100.0));
    std::vector<double> target(spectrum.variances().begin(), spectrum.variances().end());
    return [path = folder / "ours.csv", tau = training_times(times), target = std::move(target),
            variance = std::move(variance), threads]() -> std::vector<double> {
        auto writer = or_exit(io::CsvWriter::open(path, {"tau", "mode", "target_variance", "variance"}));
        std::vector<std::string> mode_and_target;
        for (std::size_t k = 0; k < target.size(); ++k) {
            mode_and_target.push_back(std::to_string(k + 1) + ',' + shortest_text(target[k]));
        }
        scenario::write_blocks(writer, variance.size(), threads,
                               [&](std::size_t first, std::size_t last, io::CsvRows& out) {
                                   std::string time;
                                   for (std::size_t row = first; row < last; ++row) {
                                       const std::size_t k = row % target.size();
                                       if (row == first || k == 0) time = shortest_text(tau[row / target.size()]);
                                       out.cells(time, 1).cells(mode_and_target[k], 2).cell(variance[row]).end_row();
                                   }
                               });
        or_exit(writer.commit());
        return {};  // the files are compared
    };
}

/// Reads the file that the peer wrote, every column as numbers.
Work read(const std::filesystem::path& folder, Threads) {
    return [path = folder / "peer.csv"] {
        const io::CsvTable table = or_exit(io::read_csv(path));
        std::vector<double> numbers;
        for (const std::string& column : table.columns()) {
            const std::vector<double> values = or_exit(table.numbers(column));
            numbers.insert(numbers.end(), values.begin(), values.end());
        }
        return numbers;
    };
}

constexpr std::array tasks = {Task{"csv-write", write}, Task{"csv-read", read}};

}  // namespace

std::span<const Task> table_tasks() { return tasks; }

}  // namespace eigenflow::bench
