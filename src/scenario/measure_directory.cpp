#include "measure_directory.hpp"

#include <fmt/format.h>

#include <cmath>
#include <system_error>

#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/io/run_directory.hpp"
#include "eigenflow/io/temporary_files.hpp"
#include "result_directory.hpp"
#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> table_columns = {"mode",           "variance",    "standard_error",
                                                "mean_deviation", "samples",     "chi",
                                                "leading_chi",    "aligned_chi", "aligned_leading_chi"};

// What the tables of the checkpoints depend on, besides the samples. Not the steps or the learning rate: as training
// goes on, --resume measures what has come since.
std::string identity_toml(const MeasurePlan& plan) {
    const MeasureRequest& r = plan.request;
    std::error_code ignored;
    std::string text =
        "# What the checkpoints in this directory are measured along. Written by `eigenflow measure`.\n\n";
    text += "data = " + toml_text(fs::absolute(r.data, ignored).lexically_normal().generic_string()) + "\n";
    text += "basis = " + toml_text(std::string(name_of(r.basis))) + "\n";
    if (r.top) text += fmt::format("top = {}\n", *r.top);
    if (r.basis == MeasuredModes::patch) text += fmt::format("patch = {}\nstride = {}\n", r.patch, r.stride);
    if (!r.shape.empty()) text += fmt::format("shape = [{}]\n", fmt::join(r.shape, ", "));
    if (r.leading) text += fmt::format("leading = {}\n", *r.leading);
    if (r.center_scale) text += fmt::format("center_scale = {}\n", *r.center_scale);
    return text;
}

bool newer(const fs::path& a, const fs::path& b) {
    std::error_code failed;
    const auto of_a = fs::last_write_time(a, failed);
    if (failed) return false;
    const auto of_b = fs::last_write_time(b, failed);
    return !failed && of_a > of_b;
}

void forget(const fs::path& directory, bool checkpoints) {
    std::error_code ignored;
    fs::remove(directory / "manifest.json", ignored);
    if (!checkpoints) return;
    std::vector<fs::path> tables;
    for (const auto& entry : fs::directory_iterator(directory / "checkpoints", ignored)) {
        if (entry.path().extension() == ".csv" && step_in_name(entry.path())) tables.push_back(entry.path());
    }
    for (const fs::path& table : tables) fs::remove(table, ignored);
}

}  // namespace

const char* name_of(MeasuredModes basis) {
    return basis == MeasuredModes::fourier ? "fourier" : basis == MeasuredModes::patch ? "patch" : "pca";
}

fs::path checkpoint_table(const fs::path& directory, const Checkpoint& checkpoint) {
    return directory / "checkpoints" / (std::to_string(checkpoint.step) + ".csv");
}

Result<void> prepare_measure_directory(const fs::path& directory, const MeasurePlan& plan, EarlierMeasurement earlier) {
    if (directory.empty()) return io::prepare_output_directory(directory, false);  // which says so
    const std::string identity = identity_toml(plan);
    const fs::path file = directory / "measure.toml";
    const auto found = bytes_of(file);
    if (found && earlier == EarlierMeasurement::refused) {
        return refusal(directory, "already holds a measurement",
                       "go on with it with --resume, choose another with --out DIR, or replace it with --force");
    }
    const bool resumed = found && earlier == EarlierMeasurement::resumed;
    if (resumed && *found != identity) {
        return refusal(directory, "holds a measurement of other data or modes (measure.toml)",
                       "give those to go on with it, choose another with --out DIR, or start over with --force");
    }
    if (resumed && newer(plan.request.data, file)) {
        return refusal(directory, "was measured before " + plan.request.data.string() + " was written",
                       "start over with --force");
    }
    const bool may_hold_results = earlier == EarlierMeasurement::replaced || found.has_value();
    if (auto ready = io::prepare_output_directory(directory, may_hold_results); !ready) return ready;
    if (auto ready = io::prepare_output_directory(directory / "checkpoints", true); !ready) return ready;
    io::remove_abandoned_temporaries(directory);
    io::remove_abandoned_temporaries(directory / "checkpoints");
    forget(directory, !resumed);
    if (resumed) return {};
    return io::write_file_atomically(file, identity);
}

Result<void> write_checkpoint(const fs::path& table, const data::SampleMoments& m) {
    auto csv = io::CsvWriter::open(table, table_columns);
    if (!csv) return csv.error();
    for (std::size_t k = 0; k < m.variance.size(); ++k) {
        csv->cell(k + 1).cell(m.variance[k]).cell(m.standard_error[k]).cell(m.mean_deviation[k]);
        if (k == 0) {
            csv->cell(m.count).cell(m.chi).cell(m.leading_chi).cell(m.aligned_chi).cell(m.aligned_leading_chi);
        } else {
            csv->empty_cell().empty_cell().empty_cell().empty_cell().empty_cell();
        }
        csv->end_row();
    }
    return csv->commit();
}

std::optional<data::SampleMoments> read_checkpoint(const fs::path& table, const Checkpoint& checkpoint,
                                                   std::size_t modes) {
    std::error_code ignored;
    if (!fs::is_regular_file(table, ignored) || newer(checkpoint.file, table)) return {};
    const auto csv = io::read_csv(table, table_columns);
    if (!csv || csv->rows() != modes) return {};
    std::vector<std::vector<double>> columns;
    for (const std::string& name : table_columns) {
        auto column = csv->numbers(name, io::Gaps::as_nan);
        if (!column) return {};
        columns.push_back(std::move(*column));
    }
    if (!(columns[4].front() >= 1.0)) return {};
    return data::SampleMoments{.count = static_cast<std::size_t>(columns[4].front()),
                               .variance = columns[1],
                               .standard_error = columns[2],
                               .mean_deviation = columns[3],
                               .chi = columns[5].front(),
                               .leading_chi = columns[6].front(),
                               .aligned_chi = columns[7].front(),
                               .aligned_leading_chi = columns[8].front()};
}

std::size_t count_measured(const fs::path& directory, const MeasurePlan& plan) {
    std::error_code ignored;
    std::size_t count = 0;
    for (const Checkpoint& c : plan.checkpoints) count += fs::exists(checkpoint_table(directory, c), ignored) ? 1 : 0;
    return count;
}

}  // namespace eigenflow::scenario
