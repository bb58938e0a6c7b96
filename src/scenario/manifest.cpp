#include "manifest.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "eigenflow/scenario/run_files.hpp"
#include "eigenflow/scenario/schema.hpp"
#include "measure_directory.hpp"
#include "result_directory.hpp"
#include "version_information.hpp"

namespace eigenflow::scenario {
namespace {

using Json = nlohmann::ordered_json;
using Read = nlohmann::json;  // whose objects take no time that is quadratic in the number of their keys

constexpr int csv_version = 1;
constexpr std::size_t listed_failures = 1000;

Json program() {
    Json libraries;
    for (const auto& [name, number] : version::libraries) libraries[name] = number;
    return {{"version", version::number},    {"git_revision", version::git_revision}, {"git_dirty", version::git_dirty},
            {"compiler", version::compiler}, {"build_type", version::build_type},     {"native", version::native},
            {"libraries", libraries}};
}

Json listed(const std::vector<dynamics::RouteFailure>& all) {
    Json failures = Json::array();
    for (const dynamics::RouteFailure& f : all) {
        if (failures.size() == listed_failures) break;
        failures.push_back({{"mode", f.mode + 1}, {"tau", f.tau}, {"reason", f.reason}});
    }
    return failures;
}

Json solver(const dynamics::Simulation& simulation) {
    return {{"route", simulation.solver},
            {"evaluations", simulation.counts.evaluations},
            {"ode_steps", simulation.counts.steps},
            {"worst_error_estimate_of_log_variance", simulation.counts.worst_error},
            {"imprecise", simulation.imprecise_count()},
            {"failed", simulation.failures.size()},
            {"failures", listed(simulation.failures)},
            {"exact_sampling_failures", listed(simulation.exact_failures)},
            {"weight_failures", listed(simulation.weight_failures)}};
}

template <class Wanted>
Json files(std::span<const CsvFile> of, const Parts& parts, const io::FileSizes& written, const Wanted& wanted) {
    Json files;
    for (const CsvFile& file : of) {
        if (!parts.has(file.only) || !wanted(file.name)) continue;
        Json columns = Json::array();
        for (const CsvColumn& column : file.columns) {
            if (!parts.has(column.only)) continue;
            columns.push_back({{"name", column.name}, {"unit", column.unit}, {"meaning", column.meaning}});
        }
        Json& entry = files[std::string(file.name)] = {{"columns", columns}};
        if (const auto size = written.find(file.name); size != written.end()) entry["bytes"] = size->second;
    }
    return files;
}

constexpr auto every_file = [](std::string_view) { return true; };

/// [emergence] and [fit], as text.
Json analysis_settings(const Scenario& scenario) {
    Json settings;
    for (const Key& key : schema()) {
        if (key.section() != "emergence" && key.section() != "fit") continue;
        settings[std::string(key.name)] = value_text(key, scenario);
    }
    return settings;
}

Json seeds(const Run& run) {
    Json seeds = {{"data", run.scenario.data.seed}, {"fit", run.scenario.fit.seed}};
    if (run.scenario.network.init.random) seeds["init"] = run.scenario.network.init.random->seed;
    if (run.coupled && run.coupled->ensemble > 0) seeds["ensemble"] = run.scenario.sampling.seed;
    return seeds;
}

// Throws Read::exception for anything but a whole number >= 0, of which get() would make one.
std::uint64_t natural(const Read& value) { return value.get_ref<const Read::number_unsigned_t&>(); }

io::FileSizes listed_sizes(const Read& manifest) {
    io::FileSizes sizes;
    for (const auto& [name, entry] : manifest.at("files").items()) {
        if (entry.contains("bytes")) sizes[name] = natural(entry.at("bytes"));
    }
    return sizes;
}

io::FileSizes sizes_in(const std::filesystem::path& manifest) try {
    const auto text = bytes_of(manifest);
    return text ? listed_sizes(Read::parse(*text)) : io::FileSizes();
} catch (const Read::exception&) {
    return {};
}

std::string text_of(const Json& manifest) {
    return manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string manifest_text(const Run& run, Threads threads, const io::FileSizes& written) {
    const Scenario& s = run.scenario;
    const Json manifest = {{"eigenflow", program()},
                           {"csv_version", csv_version},
                           {"name", s.name},
                           {"modes", run.spectrum.modes()},
                           {"threads", threads.value},
                           {"seeds", seeds(run)},
                           {"settings", analysis_settings(s)},
                           {"notes", run.notes},
                           {"wall_seconds", run.seconds},
                           {"solver", solver(run.simulation)},
                           {"files", files(run_csv_files(), parts_of(run), written, every_file)}};
    return text_of(manifest);
}

std::string refit_manifest_text(const Refit& refit, const io::FileSizes& written) {
    const auto analysed = [](std::string_view name) { return name == "emergence.csv" || name == "power_law.csv"; };
    const Json manifest = {{"eigenflow", program()},        {"csv_version", csv_version},
                           {"fit_of", refit.file.string()}, {"times", refit.times},
                           {"modes", refit.modes},          {"settings", analysis_settings(refit.settings)},
                           {"notes", refit.notes},          {"files", files(run_csv_files(), {}, written, analysed)}};
    return text_of(manifest);
}

std::string measurement_manifest_text(const Measurement& m, const io::FileSizes& written) {
    const MeasureRequest& r = m.plan.request;
    Json along = {{"basis", name_of(r.basis)},
                  {"dimension", m.plan.dimension},
                  {"modes", m.spectrum.modes()},
                  {"leading_modes", m.leading}};
    along["center_scale"] = r.center_scale ? Json(*r.center_scale) : Json("uint8 files");
    const std::vector<int>& shape = m.plan.image_shape.empty() ? r.shape : m.plan.image_shape;
    if (!shape.empty()) along["shape"] = shape;
    if (r.basis == MeasuredModes::patch) along.update({{"patch", r.patch}, {"stride", r.stride}});
    Json checkpoints = Json::array();
    for (std::size_t i = 0; i < m.moments.size(); ++i) {
        const Checkpoint& c = m.plan.checkpoints[i];
        checkpoints.push_back({{"step", c.step}, {"file", c.file.filename().string()}, {"samples", m.plan.samples[i]}});
    }
    const Json manifest = {
        {"eigenflow", program()},
        {"csv_version", csv_version},
        {"measured_data", r.data.filename().string()},
        {"training_vectors", m.training_count},
        {"learning_rate", r.checkpoints.learning_rate},
        {"along", along},
        {"checkpoints", checkpoints},
        {"settings", analysis_settings(m.plan.settings)},
        {"notes", m.notes},
        {"files", files(measure_csv_files(), {.fourier = m.spectrum.is_fourier()}, written, every_file)}};
    return text_of(manifest);
}

std::string comparison_manifest_text(std::span<const analysis::RunResult> runs, double confidence) {
    Json names = Json::array();
    for (const analysis::RunResult& run : runs) names.push_back(run.name);
    const Json manifest = {{"eigenflow", program()}, {"comparison_of", names}, {"confidence", confidence}};
    return text_of(manifest);
}

std::vector<std::pair<std::string, std::string>> emergence_settings(const std::filesystem::path& directory) {
    const auto manifest = bytes_of(directory / "manifest.json");
    return manifest ? emergence_settings_in(*manifest) : std::vector<std::pair<std::string, std::string>>();
}

std::vector<std::pair<std::string, std::string>> emergence_settings_in(std::string_view text) try {
    std::vector<std::pair<std::string, std::string>> settings;
    const Read manifest = Read::parse(text);
    for (const auto& [key, value] : manifest.at("settings").items()) {
        if (key.starts_with("emergence.")) settings.emplace_back(key, value.get<std::string>());
    }
    return settings;
} catch (const Read::exception&) {
    return {};
}

std::optional<ManifestSummary> read_manifest(const std::filesystem::path& file) {
    const auto manifest = bytes_of(file);
    return manifest ? manifest_summary(*manifest) : std::nullopt;
}

std::optional<ManifestSummary> manifest_summary(std::string_view text) try {
    const Read manifest = Read::parse(text);
    const Read& made_by = manifest.at("eigenflow");
    const Read& solved = manifest.at("solver");
    ManifestSummary summary{made_by.at("version") == version::number &&
                                made_by.at("git_revision") == version::git_revision &&
                                manifest.at("csv_version") == csv_version,
                            "", listed_sizes(manifest)};
    if (const std::uint64_t failed = natural(solved.at("failed")); failed != 0) {
        const Read& first = solved.at("failures").at(0);
        summary.failures = fmt::format("{} modes could not be computed, the first is mode {} ({})", failed,
                                       natural(first.at("mode")), first.at("reason").get<std::string>());
    }
    return summary;
} catch (const Read::exception&) {
    return {};
}

bool has_size(const std::filesystem::path& file, std::uint64_t bytes) {
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(file, failed);
    return !failed && size == bytes;
}

Result<void> check_sizes(const std::filesystem::path& directory, std::span<const char* const> files) {
    const io::FileSizes sizes = sizes_in(directory / "manifest.json");
    for (const char* name : files) {
        const std::filesystem::path file = directory / name;
        const auto listed = sizes.find(name);
        std::error_code ignored;
        if (listed == sizes.end() || !std::filesystem::exists(file, ignored) || has_size(file, listed->second))
            continue;
        return Error{ErrorKind::file,
                     fmt::format("{} has not the {} bytes that manifest.json says, so it was cut off or changed: write "
                                 "it anew, or remove manifest.json if the change is meant",
                                 file.string(), listed->second)};
    }
    return {};
}

}  // namespace eigenflow::scenario
