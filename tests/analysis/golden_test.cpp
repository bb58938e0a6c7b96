// Emergence times and exponents of the closed forms against an independent 1e-10 reference.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "analysis/closed_form_curves.hpp"
#include "eigenflow/analysis/power_law.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

namespace {

std::vector<std::vector<std::string>> read_table(const std::string& name) {
    std::ifstream file(EIGENFLOW_REFERENCE_DIR "/" + name);
    REQUIRE(file);
    std::vector<std::vector<std::string>> rows;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::vector<std::string> cells;
        std::istringstream stream(line);
        for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
        rows.push_back(cells);
    }
    return rows;
}

using Run = std::pair<std::string, double>;  // architecture, Q

Trajectories simulate(const Run& run, const std::vector<double>& lambda) {
    const auto [architecture, Q] = run;
    const auto curve = [architecture = architecture, Q = Q](double l, double tau) {
        if (architecture == "one-layer") return closed_form::one_layer(Q, l, tau);
        if (architecture == "symmetric-two-layer") return closed_form::symmetric_two_layer(Q, l, tau);
        return closed_form::flow_one_layer(Q, l, tau);
    };
    return closed_form::trajectories(curve, lambda, closed_form::tau_grid(1e-3, 1e5, 200));
}

EmergenceOptions all_passages() {
    EmergenceOptions options;
    options.thresholds = {Criterion::geometric, Criterion::harmonic, Criterion::arithmetic};
    return options;
}

double relative(double found, double expected) { return std::abs(found / expected - 1.0); }

}  // namespace

TEST_CASE("T-21 golden emergence times: every architecture, Q, criterion and mode, gray zone included") {
    std::map<Run, std::map<std::string, std::vector<std::vector<std::string>>>> golden;
    for (const auto& row : read_table("emergence.csv")) golden[{row[0], std::stod(row[1])}][row[2]].push_back(row);

    std::size_t compared = 0;
    for (const auto& entry : golden) {
        const Run& run = entry.first;
        const auto& criteria = entry.second;
        const auto& architecture = run.first;
        const double Q = run.second;
        std::vector<double> lambda;
        for (const auto& row : criteria.begin()->second) lambda.push_back(std::stod(row[3]));
        const auto found = find_emergence(simulate(run, lambda), all_passages(), Threads(2));
        for (const Emergence& e : found) {
            const auto& row = criteria.at(std::string(name_of(e.criterion)))[e.mode];
            CAPTURE(architecture);
            CAPTURE(Q);
            CAPTURE(row[2]);
            CAPTURE(row[3]);
            REQUIRE(std::stod(row[3]) == e.target_variance);
            CHECK(relative(e.initial_variance, std::stod(row[4])) <= 1e-13);
            CHECK(name_of(e.direction) == row[5]);
            CHECK(e.gray_zone == (row[6] == "1"));
            CHECK(e.status == (e.gray_zone ? EmergenceStatus::gray_zone : EmergenceStatus::emerged));
            CHECK(relative(e.tau_star, std::stod(row[7])) <= 1e-10);  // the table's own accuracy
            ++compared;
        }
    }
    CHECK(compared == 840);
}

TEST_CASE("T-21 golden settling times into the limit: every architecture, Q and mode") {
    std::map<Run, std::vector<std::vector<std::string>>> golden;
    for (const auto& row : read_table("settling.csv")) golden[{row[0], std::stod(row[1])}].push_back(row);

    std::size_t compared = 0;
    for (const auto& entry : golden) {
        std::vector<double> lambda;
        for (const auto& row : entry.second) lambda.push_back(std::stod(row[2]));
        Trajectories t = simulate(entry.first, lambda);
        const bool flow = entry.first.first == "flow-one-layer";
        for (const double l : lambda) t.limit.push_back(flow ? l : closed_form::ve_limit(l));
        const auto found =
            find_emergence(t, {.thresholds = {Criterion::settling}, .target = EmergenceTarget::limit}, Threads(2));
        for (const Emergence& e : found) {
            const double expected = std::stod(entry.second[e.mode][3]);
            CHECK_MESSAGE(relative(e.tau_star, expected) <= 1e-10,
                          entry.first.first << " Q = " << entry.first.second << " lambda = " << e.target_variance);
            ++compared;
        }
    }
    CHECK(compared == 280);
}

TEST_CASE("T-21 golden exponents, prefactors and R^2 of ols") {
    std::map<Run, std::map<std::pair<std::string, std::string>, std::vector<std::string>>> golden;
    for (const auto& row : read_table("power_law.csv")) golden[{row[0], std::stod(row[1])}][{row[2], row[3]}] = row;

    std::size_t compared = 0;
    for (const auto& entry : golden) {
        const Run& run = entry.first;
        const auto& laws = entry.second;
        const auto& architecture = run.first;
        const double Q = run.second;
        const auto emergence =
            find_emergence(simulate(run, closed_form::log_space(1e-3, 1e2, 20)), all_passages(), Threads(2));
        const auto found = fit_power_laws(emergence, {.estimators = {"ols"}, .bootstrap = 0}, Threads(2));
        REQUIRE(found.size() == laws.size());
        for (const PowerLaw& law : found) {
            const auto& row = laws.at({std::string(name_of(law.criterion)), std::string(name_of(law.direction))});
            CAPTURE(architecture);
            CAPTURE(Q);
            CAPTURE(row[2]);
            CAPTURE(row[3]);
            // 1e-10 of tau*, times up to 10 where ln tau* hardly varies (arithmetic, falling)
            CHECK(law.modes == std::stoul(row[4]));
            CHECK(relative(law.exponent, std::stod(row[5])) <= 1e-9);
            CHECK(relative(law.prefactor, std::stod(row[6])) <= 1e-9);
            CHECK(relative(law.r_squared, std::stod(row[7])) <= 1e-9);
            ++compared;
        }
    }
    CHECK(compared == 69);
}
