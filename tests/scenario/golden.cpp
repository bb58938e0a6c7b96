// A whole run, from scenario to emergence times and exponents, against the independent reference tables: the analysis
// alone is held against them in tests/analysis, on curves of its own.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/run.hpp"
#include "reference_table.hpp"

using namespace eigenflow;

namespace {

constexpr double trust = 1e-9;

// Rows of a table by architecture and Q, as the table writes them.
using Golden = std::map<std::pair<std::string, std::string>, std::vector<tests::ReferenceRow>>;

Golden golden(const std::string& file) {
    Golden rows;
    for (const auto& row : tests::reference_table(file))
        rows[{row.text("architecture"), row.text("init")}].push_back(row);
    return rows;
}

std::string key(std::string_view criterion, std::string_view rest) {
    return std::string(criterion).append(" ").append(rest);
}

// The run that the tables describe: 20 modes from 1e-3 to 1e2 under the three passages, by one route.
scenario::Run run_of(const std::pair<std::string, std::string>& network, const std::string& variances,
                     const std::string& route) {
    const bool flow = network.first == "flow-one-layer";
    std::vector<std::string> overrides = {"data.source=list",
                                          "data.variances=" + variances,
                                          "network.architecture=" + (flow ? "one-layer" : network.first),
                                          "network.init=" + network.second,
                                          "training.solver=" + route,
                                          "emergence.thresholds=[\"geometric\",\"harmonic\",\"arithmetic\"]",
                                          "fit.estimators=[\"ols\"]",
                                          "fit.bootstrap=0",
                                          "output.noise_levels=[]"};
    if (flow) overrides.insert(overrides.end(), {"objective.path=flow", "objective.target=velocity"});
    const auto scenario = scenario::parse_scenario("", "s.toml", overrides);
    REQUIRE_MESSAGE(scenario, scenario.error().message);
    auto run = scenario::run(*scenario, {.threads = Threads(2), .progress = {}});
    REQUIRE_MESSAGE(run, run.error().message);
    CHECK(run->simulation.solver == route);
    return std::move(*run);
}

void check_emergence(const scenario::Run& run, const std::vector<tests::ReferenceRow>& rows) {
    std::map<std::string, const tests::ReferenceRow*> expected;
    for (const auto& row : rows) expected[key(row.text("criterion"), std::to_string(row.number("lambda")))] = &row;
    REQUIRE(run.emergence.size() == rows.size());
    for (const analysis::Emergence& e : run.emergence) {
        const auto& row = *expected.at(key(analysis::name_of(e.criterion), std::to_string(e.target_variance)));
        CAPTURE(row.text("criterion"));
        CAPTURE(row.text("lambda"));
        CHECK(std::abs(e.tau_star / row.number("tau_star") - 1.0) <= trust);
        CHECK(std::abs(e.initial_variance / row.number("initial_variance") - 1.0) <= trust);
        CHECK(analysis::name_of(e.direction) == row.text("direction"));
        CHECK(e.gray_zone == (row.text("in_gray_zone") == "1"));
    }
}

void check_laws(const scenario::Run& run, const std::vector<tests::ReferenceRow>& rows) {
    std::map<std::string, const tests::ReferenceRow*> expected;
    for (const auto& row : rows) expected[key(row.text("criterion"), row.text("direction"))] = &row;
    REQUIRE(run.power_laws.size() == rows.size());
    for (const analysis::PowerLaw& law : run.power_laws) {
        const auto& row = *expected.at(key(analysis::name_of(law.criterion), analysis::name_of(law.direction)));
        CAPTURE(row.text("criterion"));
        CAPTURE(row.text("direction"));
        CHECK(law.modes == static_cast<std::size_t>(row.number("n_modes")));
        CHECK(std::abs(law.exponent / row.number("exponent") - 1.0) <= trust);
        CHECK(std::abs(law.prefactor / row.number("prefactor") - 1.0) <= trust);
        CHECK(std::abs(law.r_squared / row.number("r_squared") - 1.0) <= trust);
    }
}

void check_route(const std::string& route) {
    const Golden times = golden("emergence.csv");
    const Golden laws = golden("power_law.csv");
    CHECK(times.size() == 14);  // five Q of the one-layer networks, four of the tied one
    REQUIRE(times.size() == laws.size());
    for (const auto& entry : times) {
        const auto& network = entry.first;
        const auto& rows = entry.second;
        INFO(network.first << " Q = " << network.second << " by " << route);
        std::string variances;
        for (const auto& row : rows) {
            if (row.text("criterion") == "geometric") {
                variances += (variances.empty() ? "[" : ",") + row.text("lambda");
            }
        }
        const scenario::Run run = run_of(network, variances + "]", route);
        check_emergence(run, rows);
        check_laws(run, laws.at(network));
    }
}

}  // namespace

TEST_CASE("T-21 golden: emergence times and exponents of whole runs, by closed form") { check_route("closed-form"); }

TEST_CASE("T-21 golden: emergence times and exponents of whole runs, by quadrature") { check_route("quadrature"); }
