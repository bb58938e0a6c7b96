#include "measure_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/io/file_group.hpp"
#include "eigenflow/io/run_directory.hpp"
#include "eigenflow/io/temporary_files.hpp"
#include "result_directory.hpp"
#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> mode_columns = {"mode", "variance", "standard_error", "mean_deviation", "mean_variance"};
const std::vector<std::string> whole_columns = {"samples", "chi", "leading_chi", "aligned_chi", "aligned_leading_chi"};
const std::vector<std::string> file_columns = {"file", "bytes", "modified", "shape"};

std::vector<std::string> table_columns() {
    std::vector<std::string> columns = mode_columns;
    columns.insert(columns.end(), whole_columns.begin(), whole_columns.end());
    columns.insert(columns.end(), file_columns.begin(), file_columns.end());
    return columns;
}

// What the tables of the checkpoints depend on, besides the samples. Not the steps or the learning rate: as training
// goes on, --resume measures what has come since.
std::string identity_toml(const MeasurePlan& plan) {
    const MeasureRequest& r = plan.request;
    const FileIdentity data = identity_of(r.data);
    std::string text =
        "# What the checkpoints in this directory are measured along. Written by `eigenflow measure`.\n\n";
    text += "data = " + toml_text(data.file) + "\n";
    text += fmt::format("data_bytes = {}\ndata_modified = {}\n", data.bytes, data.modified);
    text += "basis = " + toml_text(std::string(name_of(r.basis))) + "\n";
    if (r.top) text += fmt::format("top = {}\n", *r.top);
    if (r.basis == MeasuredModes::patch) text += fmt::format("patch = {}\nstride = {}\n", r.patch, r.stride);
    if (!r.shape.empty()) text += fmt::format("shape = [{}]\n", fmt::join(r.shape, ", "));
    if (r.leading) text += fmt::format("leading = {}\n", *r.leading);
    if (r.center_scale) text += fmt::format("center_scale = {}\n", *r.center_scale);
    return text;
}

std::vector<fs::path> tables_in(const fs::path& directory) {
    std::error_code ignored;
    std::vector<fs::path> tables;
    for (const auto& entry : fs::directory_iterator(directory / "checkpoints", ignored)) {
        if (entry.path().extension() == ".csv" && step_in_name(entry.path())) tables.push_back(entry.path());
    }
    return tables;
}

std::string place_of(const fs::path& file) {
    std::error_code ignored;
    return fs::absolute(file, ignored).lexically_normal().generic_string();
}

}  // namespace

const char* name_of(MeasuredModes basis) {
    return basis == MeasuredModes::fourier ? "fourier" : basis == MeasuredModes::patch ? "patch" : "pca";
}

FileIdentity identity_of(const fs::path& file) {
    std::error_code failed;
    const auto bytes = fs::file_size(file, failed);
    if (failed) return {place_of(file), "", ""};
    const auto changed = fs::last_write_time(file, failed);
    if (failed) return {place_of(file), "", ""};
    const auto since_1970 = std::chrono::file_clock::to_sys(changed).time_since_epoch();
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
    return {place_of(file), std::to_string(bytes), std::to_string(nanoseconds)};
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
        return refusal(directory, "holds a measurement of other data or modes, or of data that have changed since",
                       "compare its measure.toml, choose another with --out DIR, or start over with --force");
    }
    const bool may_hold_results = earlier == EarlierMeasurement::replaced || found.has_value();
    if (auto ready = io::prepare_output_directory(directory, may_hold_results); !ready) return ready;
    if (auto ready = io::prepare_output_directory(directory / "checkpoints", true); !ready) return ready;
    io::remove_abandoned_temporaries(directory);
    io::remove_abandoned_temporaries(directory / "checkpoints");
    // The manifest too stays: what it describes is there until the results are written anew.
    if (resumed) return {};
    io::FileGroup files;
    if (auto added = files.add(file, identity); !added) return added;
    return files.commit(tables_in(directory));
}

Result<void> write_checkpoint(const fs::path& table, const data::SampleMoments& m, const SamplesIdentity& samples) {
    const std::vector<std::string> columns = table_columns();
    auto csv = io::CsvWriter::open(table, columns);
    if (!csv) return csv.error();
    for (std::size_t k = 0; k < m.variance.size(); ++k) {
        csv->cell(k + 1).cell(m.variance[k]).cell(m.standard_error[k]).cell(m.mean_deviation[k]);
        csv->cell(m.mean_variance[k]);
        if (k == 0) {
            csv->cell(m.count).cell(m.chi).cell(m.leading_chi).cell(m.aligned_chi).cell(m.aligned_leading_chi);
            csv->cell(samples.file.file).cell(samples.file.bytes).cell(samples.file.modified).cell(samples.shape);
        } else {
            for (std::size_t i = mode_columns.size(); i < columns.size(); ++i) csv->empty_cell();
        }
        csv->end_row();
    }
    return csv->commit();
}

std::optional<data::SampleMoments> read_checkpoint(const fs::path& table, const SamplesIdentity& samples,
                                                   std::size_t modes) {
    std::error_code ignored;
    if (!fs::is_regular_file(table, ignored)) return {};
    const auto csv = io::read_csv(table, table_columns());
    if (!csv || csv->rows() != modes) return {};
    const auto first = [&](const std::string& column) { return std::string(csv->text(0, *csv->column(column))); };
    const SamplesIdentity made_from{{first("file"), first("bytes"), first("modified")}, first("shape")};
    if (made_from != samples || samples.file.bytes.empty()) return {};
    const auto numbers = [&](const std::string& column, io::Gaps gaps = io::Gaps::refused) {
        auto found = csv->numbers(column, gaps);
        return found ? std::move(*found) : std::vector<double>();
    };
    const std::vector<double> count = numbers("samples", io::Gaps::as_nan);
    if (count.empty() || !(count.front() >= 1.0) || count.front() > 1e15) return {};
    data::SampleMoments moments{.count = static_cast<std::size_t>(count.front()),
                                .variance = numbers("variance"),
                                .standard_error = numbers("standard_error"),
                                .mean_deviation = numbers("mean_deviation"),
                                .mean_variance = numbers("mean_variance")};
    for (const auto& [name, into] : {std::pair("chi", &moments.chi), std::pair("leading_chi", &moments.leading_chi),
                                     std::pair("aligned_chi", &moments.aligned_chi),
                                     std::pair("aligned_leading_chi", &moments.aligned_leading_chi)}) {
        const std::vector<double> column = numbers(name, io::Gaps::as_nan);
        if (column.size() != modes) return {};
        *into = column.front();
    }
    const bool whole = moments.variance.size() == modes && moments.standard_error.size() == modes &&
                       moments.mean_deviation.size() == modes && moments.mean_variance.size() == modes;
    return whole ? std::optional(std::move(moments)) : std::nullopt;
}

SamplesIdentity samples_identity(const MeasurePlan& plan, std::size_t checkpoint) {
    return {identity_of(plan.checkpoints[checkpoint].file),
            fmt::format("{} x {}", plan.samples[checkpoint], plan.dimension)};
}

std::vector<std::optional<data::SampleMoments>> finished_checkpoints(const fs::path& directory,
                                                                     const MeasurePlan& plan) {
    std::vector<std::optional<data::SampleMoments>> found;
    for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
        found.push_back(
            read_checkpoint(checkpoint_table(directory, plan.checkpoints[i]), samples_identity(plan, i), plan.modes));
    }
    return found;
}

std::size_t count_measured(const fs::path& directory, const MeasurePlan& plan) {
    const auto found = finished_checkpoints(directory, plan);
    return static_cast<std::size_t>(
        std::count_if(found.begin(), found.end(), [](const auto& moments) { return moments.has_value(); }));
}

}  // namespace eigenflow::scenario
