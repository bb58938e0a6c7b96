#include "eigenflow/scenario/suggest.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "eigenflow/scenario/run.hpp"

using namespace eigenflow;
using namespace eigenflow::scenario;

namespace {

constexpr double eps = 2.220446049250313e-16;
constexpr int modes = 24;

// A power law of 24 modes; with share 0.95 the last of them count no more.
const data::Spectrum& spectrum() {
    static const data::Spectrum modes_of_a_law = [] {
        std::vector<double> variances;
        for (int k = 1; k <= modes; ++k) variances.push_back(10.0 * std::pow(k, -1.5));
        return *data::Spectrum::principal(variances);
    }();
    return modes_of_a_law;
}

Scenario scenario_of() {
    Scenario s;
    s.data.source = "list";
    s.data.variances.assign(spectrum().variances().begin(), spectrum().variances().end());
    s.training.points = 60;
    s.fit.bootstrap = 0;
    s.emergence.thresholds = {"geometric"};
    return s;
}

const std::vector<Suggestion>& table() {
    static const std::vector<Suggestion> rows = *suggest(spectrum(), {.share = 0.95}, Threads(1));
    return rows;
}

double value(const std::string& quantity, const std::string& condition = "") {
    const auto found = std::find_if(table().begin(), table().end(), [&](const Suggestion& s) {
        return s.quantity == quantity && s.condition == condition;
    });
    REQUIRE_MESSAGE(found != table().end(), quantity << " " << condition);
    return found->value;
}

std::size_t leading() { return static_cast<std::size_t>(value("leading_modes")); }

Run run_of(const Scenario& scenario) {
    auto result = run(scenario);
    REQUIRE_MESSAGE(result, result.error().message);
    return std::move(*result);
}

}  // namespace

TEST_CASE("suggest: the leading modes are the fewest that hold the share") {
    const std::vector<double> v(spectrum().variances().begin(), spectrum().variances().end());
    double held = 0.0;
    for (std::size_t k = 0; k + 1 < leading(); ++k) held += v[k];
    CHECK(held < 0.95 * spectrum().total());
    CHECK(held + v[leading() - 1] >= 0.95 * spectrum().total());
}

// EDM's weight makes the loss of an untrained network 1 per coordinate at every noise level, if sigma_data is that of
// the data: ω E|c_skip x − x0|² = Σ [(1−c_skip)² λ + c_skip² σ²]/c_out² = d if and only if Σλ/d = σ_data².
TEST_CASE(
    "suggest sigma_data: with it a run with EDM's preconditioning and loss begins at a loss of 1 per coordinate") {
    Scenario s = scenario_of();
    s.objective.preconditioning = "edm";
    s.objective.weighting = "edm";
    s.objective.sigma_data = value("sigma_data");
    s.network.init = {0.0};
    s.sampling.noise = value("sigma_max");
    s.sampling.data = value("sigma_min");
    const auto below = [&](double sigma) {  // the part of dν, which is lognormal
        return 0.5 * std::erfc((s.objective.P_mean - std::log(sigma)) / (s.objective.P_std * std::sqrt(2.0)));
    };
    const double range = below(value("sigma_max")) - below(value("sigma_min"));
    CHECK(std::abs(run_of(s).simulation.loss.front() / (modes * range) - 1.0) <= 1e-9);  // the loss is good to 1e-10
    s.objective.sigma_data = 1.1 * value("sigma_data");
    CHECK(std::abs(run_of(s).simulation.loss.front() / (modes * range) - 1.0) > 1e-6);
}

TEST_CASE("suggest sigma_max, sigma_min, T-15: a run learns every leading mode within the tolerance, and tightly") {
    Scenario s = scenario_of();
    s.sampling.noise = value("sigma_max");
    s.sampling.data = value("sigma_min");
    const Run learned = run_of(s);
    for (std::size_t k = 0; k < leading(); ++k) {
        const double error = learned.simulation.trajectories.limit[k] / spectrum().variances()[k] - 1.0;
        CHECK(std::abs(error) <= 0.01);
    }
    // Each end alone takes half of the tolerance, of the mode that needs it most.
    s.sampling.data = 1e-9;
    const double top = run_of(s).simulation.trajectories.limit[0] / spectrum().variances()[0] - 1.0;
    CHECK(std::abs(top + 0.005) <= 1e-12);  // T-15 to rounding
    s.sampling.data = value("sigma_min");
    s.sampling.noise = 1e9;
    const std::size_t last = leading() - 1;
    const double bottom = run_of(s).simulation.trajectories.limit[last] / spectrum().variances()[last] - 1.0;
    CHECK(std::abs(bottom - 0.005) <= 1e-12);
}

TEST_CASE("suggest P_mean, P_std: 95 % of a lognormal where a leading mode's optimal weight is 0.1 to 0.9") {
    const double low = 0.5 * std::log(spectrum().variances()[leading() - 1] / 9.0);  // w* = λ/(λ + σ²) = 0.9
    const double high = 0.5 * std::log(spectrum().variances()[0] * 9.0);
    const auto below = [](double ln_sigma) {
        return 0.5 * std::erfc(-(ln_sigma - value("P_mean")) / value("P_std") / std::sqrt(2.0));
    };
    CHECK(std::abs(below(low) - 0.025) <= 1e-12);
    CHECK(std::abs(below(high) - 0.975) <= 1e-12);
}

TEST_CASE("suggest largest_learning_rate, T-10: just below it runs, just above it is refused, for every weighting") {
    for (const std::string preconditioning : {"none", "edm"}) {
        for (const std::string weighting : {"uniform", "edm", "lognormal", "edm-lognormal", "inverse-variance"}) {
            Scenario s = scenario_of();
            s.sampling.noise = value("sigma_max");
            s.sampling.data = value("sigma_min");
            s.objective.preconditioning = preconditioning;
            s.objective.weighting = weighting;
            s.objective.sigma_data = value("sigma_data");
            s.objective.P_mean = value("P_mean");
            s.objective.P_std = value("P_std");
            s.training.rule = "gradient-descent";
            const double rate = value("largest_learning_rate",
                                      weighting + (preconditioning == "edm" ? " with edm preconditioning" : ""));
            s.training.learning_rate = 0.999 * rate;
            s.training.first = rate;
            s.training.last = 100.0 * rate;
            CAPTURE(weighting);
            CHECK(run_of(s).simulation.failures.empty());
            s.training.learning_rate = 1.001 * rate;
            CHECK_FALSE(run(s));
        }
    }
}

TEST_CASE("suggest steps: by them, and no earlier, a run has emerged with 50, 90 and 99 % of the variance") {
    for (const std::string architecture : {"one-layer", "two-layer"}) {
        Scenario s = scenario_of();
        s.network.architecture = architecture;
        s.sampling.noise = value("sigma_max");
        s.sampling.data = value("sigma_min");
        const Run learned = run_of(s);
        const double rate = value("learning_rate", architecture);
        for (const int percent : {50, 90, 99}) {
            INFO(architecture << " " << percent);
            const double step = value("step_" + std::to_string(percent), architecture);
            const auto emerged_by = [&](double tau) {
                double held = 0.0;
                for (const analysis::Emergence& row : learned.emergence) {
                    const bool early = row.status == analysis::EmergenceStatus::gray_zone;
                    const bool crossed = row.status == analysis::EmergenceStatus::emerged && row.tau_star <= tau;
                    if (early || crossed) held += row.target_variance;
                }
                return held / spectrum().total();
            };
            CHECK(emerged_by(step * rate) >= 0.01 * percent);
            CHECK(emerged_by((step - 1.0) * rate) < 0.01 * percent);
        }
    }
}

// Steps of a tenth of the stable rate follow the flow: ln(1 − x)/(−x) ≤ 1.12 for x = 2ηωh ≤ 0.2.
TEST_CASE("suggest steps: gradient descent takes as many, within 12 % and one step") {
    for (const std::string architecture : {"one-layer", "two-layer"}) {
        Scenario s = scenario_of();
        s.network.architecture = architecture;
        s.sampling.noise = value("sigma_max");
        s.sampling.data = value("sigma_min");
        s.training.rule = "gradient-descent";
        s.training.learning_rate = value("learning_rate", architecture);
        // On a grid of 0.25 %: a crossing between grid points would take all steps anew for every evaluation.
        const double predicted = value("step_90", architecture);
        s.emergence.rule = "grid";
        s.training.points = 2000;
        s.training.first = 0.01 * predicted * s.training.learning_rate;
        s.training.last = 1.2 * predicted * s.training.learning_rate;
        const Run learned = run_of(s);
        std::vector<std::pair<double, double>> passages;
        for (const analysis::Emergence& row : learned.emergence) {
            if (row.status == analysis::EmergenceStatus::gray_zone) passages.emplace_back(0.0, row.target_variance);
            if (row.status == analysis::EmergenceStatus::emerged)
                passages.emplace_back(row.tau_star, row.target_variance);
        }
        std::sort(passages.begin(), passages.end());
        double held = 0.0;
        double step = 0.0;
        for (const auto& [tau, lambda] : passages) {
            held += lambda;
            step = tau / s.training.learning_rate;
            if (held >= 0.9 * spectrum().total()) break;
        }
        CHECK(step <= 1.0025 * predicted + 1.0);
        CHECK(step >= predicted / 1.12 - 2.0);
    }
}

TEST_CASE("suggest rho, steps, T-17: a run with them keeps the sampler's bias within 1 %, one step fewer does not") {
    for (const std::string solver : {"heun", "euler"}) {
        Scenario s = scenario_of();
        s.data.variances.resize(leading());
        s.sampling.noise = value("sigma_max");
        s.sampling.data = value("sigma_min");
        const std::vector<double> exact = run_of(s).simulation.trajectories.limit;
        s.sampling.solver = solver;
        s.sampling.rho = value("rho", solver);
        const auto worst = [&](int steps) {
            s.sampling.steps = steps;
            const std::vector<double> limit = run_of(s).simulation.trajectories.limit;
            double bias = 0.0;
            for (std::size_t k = 0; k < limit.size(); ++k) bias = std::max(bias, std::abs(limit[k] / exact[k] - 1.0));
            return bias;
        };
        const int steps = static_cast<int>(value("steps", solver));
        CHECK(worst(steps) <= 0.01 * (1.0 + 64.0 * steps * eps));
        CHECK(worst(steps - 1) > 0.01);
    }
}

TEST_CASE("suggest: one mode, equal modes and modes of no variance have suggestions that a scenario takes") {
    for (const std::vector<double>& variances : {std::vector{3.0}, std::vector{2.0, 2.0}, std::vector{1.0, 0.0}}) {
        const auto rows = suggest(*data::Spectrum::principal(variances), {}, Threads(1));
        REQUIRE(rows);
        for (const Suggestion& row : *rows) {
            INFO(row.quantity << " " << row.condition);
            CHECK(row.value > (row.quantity == "P_mean" ? -10.0 : 0.0));
        }
    }
}

TEST_CASE("suggest T-16: in other units every suggestion scales") {
    std::vector<double> larger;
    for (const double v : spectrum().variances()) larger.push_back(1e6 * v);
    const auto rows = suggest(*data::Spectrum::principal(larger), {.share = 0.95}, Threads(1));
    REQUIRE(rows);
    for (const Suggestion& row : *rows) {
        if (row.quantity == "largest_learning_rate" && row.condition.find("uniform") == std::string::npos) continue;
        const bool of_noise = row.quantity.starts_with("sigma");
        const bool of_rate = row.quantity.ends_with("learning_rate");
        const bool shifts = row.quantity == "P_mean";
        const double scale = of_noise ? 1e3 : of_rate ? 1e-6 : 1.0;
        const double here = value(row.quantity, row.condition);
        const double expected = shifts ? here + std::log(1e3) : here * scale;
        INFO(row.quantity << " " << row.condition);
        CHECK(std::abs(row.value / expected - 1.0) <= 1e-9);
    }
}

TEST_CASE("suggest: steps are those of the whole spectrum, however few modes lead") {
    const auto few = suggest(spectrum(), {.share = 0.5}, Threads(1));
    REQUIRE(few);
    for (const Suggestion& row : *few) {
        if (row.quantity.starts_with("step_")) CHECK_MESSAGE(row.value > 0.0, row.quantity << ": " << row.meaning);
    }
}

TEST_CASE("suggest: a bias that no schedule keeps says so") {
    const auto rows = suggest(*data::Spectrum::principal({1.0}), {.bias = 1e-12}, Threads(1));
    REQUIRE(rows);
    for (const Suggestion& row : *rows) {
        if (row.quantity != "steps") continue;
        CHECK(std::isnan(row.value));
        CHECK(row.meaning.find("none up to") == 0);
    }
}

TEST_CASE("suggest: a rate that is unstable predicts no steps, and says so") {
    const auto rows = suggest(spectrum(), {.rate = 1.0}, Threads(1));
    REQUIRE(rows);
    for (const Suggestion& row : *rows) {
        if (!row.quantity.starts_with("step_")) continue;
        CHECK(std::isnan(row.value));
        CHECK(row.meaning.find("unstable") != std::string::npos);
    }
}

TEST_CASE("suggest refuses options out of range") {
    for (const SuggestOptions& bad : std::vector<SuggestOptions>{{.tolerance = 0.0},
                                                                 {.tolerance = 1.0},
                                                                 {.bias = -1.0},
                                                                 {.share = 0.0},
                                                                 {.share = 1.1},
                                                                 {.init = 0.0},
                                                                 {.rate = 0.0},
                                                                 {.rate = std::nan("")}}) {
        const auto refused = suggest(spectrum(), bad, Threads(1));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::usage);
    }
}
