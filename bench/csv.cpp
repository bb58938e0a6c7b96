#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "counters.hpp"
#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/numerics/random.hpp"
#include "learning_problem.hpp"

// variance.csv of 3072 modes × 400 times: tau, mode, target_variance, variance.

namespace {

using namespace eigenflow;

constexpr std::size_t rows = std::size_t{bench::modes} * bench::times;

// Variances are random doubles of seven decades: 16 or 17 digits each, as computed ones have.
struct VarianceTable {
    std::vector<double> tau = bench::training_times(bench::times);
    std::vector<double> target;
    std::vector<double> variance;
};

const VarianceTable& variance_table() {
    static const VarianceTable table = [] {
        VarianceTable made;
        numerics::RandomStream random(1);
        const auto draw = [&] { return 100.0 * std::exp(-16.0 * random.uniform()); };
        for (int k = 0; k < bench::modes; ++k) made.target.push_back(draw());
        for (std::size_t i = 0; i < rows; ++i) made.variance.push_back(draw());
        return made;
    }();
    return table;
}

// In the directory for temporary files: point TMPDIR at the disk to be measured. Gone with the object.
class ScratchFile {
public:
    ScratchFile()
        : path_(std::filesystem::temp_directory_path() / ("eigenflow_bench_" + std::to_string(::getpid()) + ".csv")) {}
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }
    double megabytes() const { return 1e-6 * static_cast<double>(std::filesystem::file_size(path_)); }

private:
    std::filesystem::path path_;
};

void write_variances(const std::filesystem::path& path, const VarianceTable& table) {
    auto writer = bench::or_exit(io::CsvWriter::open(path, {"tau", "mode", "target_variance", "variance"}));
    std::size_t row = 0;
    for (const double tau : table.tau) {
        for (std::size_t k = 0; k < table.target.size(); ++k, ++row) {
            writer.cell(tau).cell(k + 1).cell(table.target[k]).cell(table.variance[row]).end_row();
        }
    }
    bench::or_exit(writer.commit());
}

void csv_write(benchmark::State& state) {
    const VarianceTable& table = variance_table();
    const ScratchFile file;
    for (auto _ : state) write_variances(file.path(), table);
    bench::report_rate(state, "rows/s", static_cast<double>(rows));
    bench::report_rate(state, "MB/s", file.megabytes());
}

void csv_read(benchmark::State& state) {
    const ScratchFile file;
    write_variances(file.path(), variance_table());
    for (auto _ : state) {
        const io::CsvTable table = bench::or_exit(io::read_csv(file.path()));
        for (const std::string& column : table.columns()) {
            benchmark::DoNotOptimize(bench::or_exit(table.numbers(column)).data());
        }
    }
    bench::report_rate(state, "rows/s", static_cast<double>(rows));
    bench::report_rate(state, "MB/s", file.megabytes());
}

BENCHMARK(csv_write)->Name("csv/write")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(csv_read)->Name("csv/read")->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
