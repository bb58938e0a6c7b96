#include "manifest.hpp"

#include <nlohmann/json.hpp>

#include "eigenflow/scenario/run_files.hpp"
#include "version_information.hpp"

namespace eigenflow::scenario {
namespace {

using Json = nlohmann::ordered_json;

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

Json files(const Run& run) {
    Json files;
    for (const CsvFile& file : run_csv_files()) {
        Json columns = Json::array();
        for (const CsvColumn& column : file.columns) {
            const bool fourier_only = column.name.starts_with("frequency_");
            if (fourier_only && !run.spectrum.is_fourier()) continue;
            columns.push_back({{"name", column.name}, {"unit", column.unit}, {"meaning", column.meaning}});
        }
        files[std::string(file.name)] = {{"columns", columns}};
    }
    return files;
}

}  // namespace

std::string manifest_text(const Run& run, Threads threads) {
    const Scenario& s = run.scenario;
    const Json manifest = {{"eigenflow", program()},
                           {"csv_version", csv_version},
                           {"name", s.name},
                           {"modes", run.spectrum.modes()},
                           {"threads", threads.value},
                           {"seeds", {{"data", s.data.seed}, {"fit", s.fit.seed}}},
                           {"notes", run.notes},
                           {"wall_seconds", run.seconds},
                           {"solver", solver(run.simulation)},
                           {"files", files(run)}};
    return manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace eigenflow::scenario
