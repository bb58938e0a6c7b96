#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "eigenflow/scenario/run.hpp"

using namespace eigenflow;

namespace {

// Three modes between σ = 2 and 0.01, by flow (η = 1) or in steps.
scenario::Run emerging(const std::string& architecture, double eta) {
    scenario::Scenario s;
    s.data.source = "list";
    s.data.variances = {0.5, 0.2, 0.05};
    s.network.architecture = architecture;
    s.network.init = {0.9};
    s.sampling.noise = 2.0;
    s.sampling.data = 0.01;
    s.training.first = 0.05;
    s.training.last = 4.0;
    s.training.points = 40;
    s.output.noise_levels = std::vector<double>{0.1};
    s.fit.bootstrap = 0;
    s.emergence.thresholds = {"geometric", "arithmetic"};
    if (eta < 1.0) {
        s.training.rule = "gradient-descent";
        s.training.learning_rate = eta;
    }
    auto run = scenario::run(s);
    REQUIRE_MESSAGE(run, run.error().message);
    return *std::move(run);
}

}  // namespace

// The story: a full disk was reported after all fits.
TEST_CASE("a run whose simulation could not be taken ends there, with the reason") {
    scenario::Scenario s;
    s.data.source = "list";
    s.data.variances = {0.5, 0.2};
    s.training.points = 5;
    std::size_t taken = 0;
    const auto run = scenario::run(s, {.simulated = [&](const scenario::Run& made) -> Result<void> {
                                       taken += made.simulation.trajectories.modes();
                                       return Error{ErrorKind::file, "full"};
                                   }});
    CHECK(taken == 2);
    REQUIRE_FALSE(run);
    CHECK(run.error().kind == ErrorKind::file);
    CHECK(run.error().message == "full");
}

TEST_CASE(
    "T-10 T-21 emergence by gradient descent lies between the two steps of the crossing, at first order from the "
    "flow") {
    for (const char* architecture : {"one-layer", "symmetric-two-layer"}) {
        const scenario::Run flow = emerging(architecture, 1.0);
        std::vector<std::vector<double>> error;
        for (const double eta : {0x1p-7, 0x1p-8, 0x1p-9}) {
            const scenario::Run descent = emerging(architecture, eta);
            error.emplace_back();
            for (std::size_t i = 0; i < flow.emergence.size(); ++i) {
                const analysis::Emergence& e = descent.emergence[i];
                const analysis::Emergence& exact = flow.emergence[i];
                INFO(architecture << " eta " << eta << " mode " << e.mode << " tau* " << e.tau_star);
                REQUIRE(std::isfinite(exact.tau_star));
                REQUIRE(std::isfinite(e.tau_star));
                const double before = std::floor(e.tau_star / eta) * eta;
                std::vector<double> variance(2);
                descent.simulation.trajectories.evaluate(e.mode, std::vector<double>{before, before + eta}, variance);
                CHECK((variance[0] - e.threshold) * (variance[1] - e.threshold) <= 0.0);
                error.back().push_back(e.tau_star - exact.tau_star);
            }
        }
        for (std::size_t i = 0; i < error[0].size(); ++i) {
            INFO(architecture << " row " << i << " errors " << error[0][i] << " " << error[1][i] << " " << error[2][i]);
            // First order: half the step, half the error, up to the next order, 2 (η · rate + η/τ*) of it or less,
            // rates of 9 and τ* above 0.1.
            CHECK(std::abs(error[0][i] / error[1][i] - 2.0) <= 2.0 * 0x1p-7 * 19.0);
            CHECK(std::abs(error[1][i] / error[2][i] - 2.0) <= 2.0 * 0x1p-8 * 19.0);
        }
    }
}
