// Scenarios drawn by chance, simulated, and held against what is known of them: see docs/accuracy.md.
//
//     eigenflow_torture [--points N = 20000] [--exact N = 1000] [--seed S = 1] [--threads N = 1] [--report FILE]
//
// Points are (scenario, mode, τ). Ends with 1 where anything is beyond its bound. The report is the same for a seed and
// a number of points, whatever the number of threads.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "coupled_checks.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "exact_checks.hpp"

namespace eigenflow::torture {
namespace {

struct Options {
    std::size_t points = 20000;
    std::size_t exact = 1000;  ///< of them, compared with 50 digits
    std::uint64_t seed = 1;
    unsigned threads = 1;
    std::string report;
};

/// Whether all of the text is one number, which is then stored.
template <class Number>
bool read(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

bool read_options(int count, char** words, Options& options) {
    for (int i = 1; i < count; i += 2) {
        const std::string_view key = words[i];
        const std::string_view value = i + 1 < count ? words[i + 1] : "";
        const bool good = key == "--points"    ? read(value, options.points)
                          : key == "--exact"   ? read(value, options.exact)
                          : key == "--seed"    ? read(value, options.seed)
                          : key == "--threads" ? read(value, options.threads)
                          : key == "--report"  ? !(options.report = value).empty()
                                               : false;
        if (!good) return false;
    }
    return true;
}

dynamics::SimulationRequest request_of(const DrawnScenario& s, const dynamics::LearningProblem& problem) {
    const model::NoisePath& path = problem.objective.path();
    const double middle =
        problem.objective.at_coordinate(0.5 * (path.coordinate(problem.noise) + path.coordinate(problem.data))).t;
    return {.problem = problem,
            .training_solver = "auto",
            .sampling = s.sampling,
            .tau = s.tau,
            .noise_levels = {s.noise, middle, s.data},
            .weight_modes = {0, problem.network->modes() / 2, problem.network->modes() - 1}};
}

// Why a drawn scenario is not simulated: any reason but these is an error.
constexpr std::array<std::string_view, 4> expected_reasons = {
    "objective.coupling = \"shared\": weighting ",  // no finite average over the path
    "sampling.",                                    // the flow, or a sampler's slope, is not defined at this end
    "descent: no average over the noise levels",
    "descent: nothing is learned",
};

void drop(const DrawnScenario& scenario, const std::string& reason, Record& record) {
    record.count("scenarios: dropped");
    record.count("dropped: " + reason);
    const bool expected =
        std::any_of(expected_reasons.begin(), expected_reasons.end(), [&](auto r) { return reason.starts_with(r); });
    record.require("a scenario that is refused for no known reason", expected,
                   [&] { return scenario.text() + ": " + reason; });
}

// One scenario with all that is checked of it. `exact`: a mode and a time of it in 50 digits.
Record torture(std::uint64_t seed, std::uint64_t number, bool exact) {
    Record record;
    DrawnScenario scenario = draw_scenario(seed, number);
    record.count("scenarios: drawn");
    auto problem = problem_of(scenario);
    if (!problem) return drop(scenario, problem.error().message, record), record;
    const bool descent = scenario.rule == dynamics::TrainingRule::gradient_descent;
    const std::string no_descent = descent ? choose_descent(scenario, *problem) : "";
    if (!no_descent.empty()) return drop(scenario, no_descent, record), record;
    const dynamics::SimulationRequest request = request_of(scenario, *problem);
    const auto simulation = dynamics::simulate(request);
    if (!simulation) return drop(scenario, simulation.error().message, record), record;
    const Case c{scenario, *problem, request, *simulation};
    const std::size_t points = request.tau.size() * problem->network->modes();
    record.count("points", points);
    record.count("points by " + simulation->solver, points);
    record.count_cell(scenario.cell().text(), points);
    check_statuses(c, record);
    check_monotone(c, record);
    check_closed_form(c, record);
    if (scenario.chosen(8, 4)) check_scaling(c, record);
    if (scenario.chosen(4, 5)) check_rate(c, record);
    if (scenario.chosen(32, 6)) check_ode(c, record);
    if (exact && check_exactly(c, record)) record.count("points in 50 digits");
    return record;
}

// Scenarios whose modes couple, and measured samples: one for so many points.
constexpr std::size_t points_of_coupled = 2500;

void check_coupled(const Options& options, Record& all) {
    const std::size_t number = (options.points + points_of_coupled - 1) / points_of_coupled;
    for (const auto& part : {torture_coupled, torture_measured}) {
        std::vector<Record> parts(number);
        numerics::parallel_for(number, Threads(options.threads),
                               [&](std::size_t i) { parts[i] = part(options.seed, i); });
        for (const Record& record : parts) all.merge(record);
    }
}

// After the rounds that go through all cells, each must have been simulated.
void check_cells(Record& record) {
    const std::vector<Cell>& cells = all_cells();
    if (record.counted("scenarios: drawn") < rounds_of_cells * cells.size()) return;
    for (const Cell& cell : cells) {
        record.require("a cell of architecture and objective and sampler that was never simulated",
                       record.counted_cell(cell.text()) > 0, [&] { return cell.text(); });
    }
}

int run(const Options& options) {
    constexpr std::size_t batch = 64;
    Record all;
    check_functions(options.seed, options.exact, all);
    check_elementary(options.seed, options.exact, all);
    for (std::uint64_t first = 0; all.counted("points") < options.points; first += batch) {
        const bool exact = all.counted("points in 50 digits") < options.exact;
        std::vector<Record> parts(batch);
        numerics::parallel_for(batch, Threads(options.threads),
                               [&](std::size_t i) { parts[i] = torture(options.seed, first + i, exact); });
        for (const Record& part : parts) all.merge(part);
    }
    check_cells(all);
    check_coupled(options, all);
    if (!options.report.empty()) {
        std::ofstream out(options.report);
        all.write(out);
        if (!out) return std::cerr << options.report << ": could not be written\n", 3;
    }
    all.write_broken(std::cout);
    std::cout << all.counted("points") << " points, " << all.counted("points in 50 digits") << " of them in 50 digits, "
              << all.beyond_their_bound() << " beyond a bound\n";
    return all.beyond_their_bound() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace eigenflow::torture

int main(int count, char** words) {
    eigenflow::torture::Options options;
    if (!eigenflow::torture::read_options(count, words, options)) {
        std::cerr << "usage: " << words[0] << " [--points N] [--exact N] [--seed S] [--threads N] [--report FILE]\n";
        return 2;
    }
    return eigenflow::torture::run(options);
}
