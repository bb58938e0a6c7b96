#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "counted_memory.hpp"
#include "dynamics/battery_problem.hpp"
#include "dynamics/matrix_case.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/data/moments.hpp"
#include "eigenflow/numerics/random.hpp"

// Loops whose body is large: products of matrices, a fit, a tile of a covariance. A pass asks for a number of buffers
// that is small and does not depend on its size, so that what it costs is arithmetic.

namespace eigenflow::tests {

TEST_CASE("T-18 T-19: a panel of coupled modes asks for few buffers, whatever the number of modes") {
    // A panel at one time has 71; with a mean every one of its 16 nodes trains weights of its own, with 28 at most.
    for (const bool centred : {true, false}) {
        const std::size_t most = centred ? 71 : 16 * 28;
        const std::size_t times = 2;
        for (const std::size_t modes : {8, 40, 80}) {
            std::array<std::size_t, 2> found{};
            for (const std::size_t i : {0, 1}) {
                dynamics::MatrixRequest request = random_request(modes, {1.0, 10.0}, centred);
                request.flow.uniform_panels = i == 0 ? 20 : 40;
                (void)dynamics::simulate_matrix(request);
                found[i] = allocations_of([&] { (void)dynamics::simulate_matrix(request); });
            }
            CAPTURE(centred);
            CAPTURE(modes);
            CHECK(found[1] - found[0] <= 20 * times * most);
        }
    }
}

TEST_CASE("T-17 T-18: a step of a sampler of coupled modes asks for few buffers, whatever the number of modes") {
    for (const std::string solver : {"euler", "heun", "ddim"}) {
        for (const bool centred : {true, false}) {
            const std::size_t times = 2, most = centred ? 22 : 47;  // the training of the weights with them
            for (const std::size_t modes : {8, 40, 80}) {
                std::array<std::size_t, 2> found{};
                for (const std::size_t i : {0, 1}) {
                    dynamics::MatrixRequest request = random_request(modes, {1.0, 10.0}, centred);
                    request.sampling = {.solver = solver, .steps = i == 0 ? 20 : 40};
                    (void)dynamics::simulate_matrix(request);
                    found[i] = allocations_of([&] { (void)dynamics::simulate_matrix(request); });
                }
                CAPTURE(solver);
                CAPTURE(centred);
                CAPTURE(modes);
                CAPTURE(found[1] - found[0]);
                CHECK(found[1] - found[0] <= 20 * times * most);
            }
        }
    }
}

TEST_CASE("T-21: a resample asks for few buffers, as many for 1024 modes as for 64") {
    for (const std::string& estimator : analysis::estimator_names()) {
        std::array<std::size_t, 2> of_resample{};
        for (const std::size_t i : {0, 1}) {
            numerics::RandomStream random(1);
            std::vector<analysis::Emergence> modes(i == 0 ? 64 : 1024);
            for (std::size_t k = 0; k < modes.size(); ++k) {
                analysis::Emergence& mode = modes[k];
                mode.mode = k;
                mode.target_variance = std::pow(static_cast<double>(k + 1), -1.0);
                mode.tau_star = std::exp(0.1 * random.normal()) / mode.target_variance;
                mode.status = analysis::EmergenceStatus::emerged;
            }
            std::array<std::size_t, 2> found{};
            for (const std::size_t j : {0, 1}) {
                const analysis::FitOptions options{.estimators = {estimator}, .bootstrap = j == 0 ? 160 : 480};
                (void)analysis::fit_power_laws(modes, options, Threads(1));
                found[j] = allocations_of([&] { (void)analysis::fit_power_laws(modes, options, Threads(1)); });
            }
            of_resample[i] = (found[1] - found[0]) / 320;
        }
        CAPTURE(estimator);
        CHECK(of_resample[0] <= 12);
        CHECK(of_resample[1] <= 12);
    }
}

TEST_CASE("covariances ask for buffers of blocks, not of vectors, as numbers and as bytes") {
    for (const bool bytes : {false, true}) {
        std::array<std::size_t, 2> found{};
        for (const std::size_t i : {0, 1}) {
            numerics::RandomStream random(2);
            std::vector<double> values((i == 0 ? 3000 : 30000) * 40);
            for (double& v : values) v = static_cast<double>(random.below(256));
            auto source = data::vectors_in_memory(std::move(values), 40);
            REQUIRE(source);
            if (bytes) source->bytes = data::ByteMap{};
            (void)data::measure_moments(*source, Threads(1));
            found[i] = allocations_of([&] { (void)data::measure_moments(*source, Threads(1)); });
        }
        CAPTURE(bytes);
        CHECK(found[0] <= 30);
        CHECK(found[1] - found[0] <= 27000 / 200);
    }
}

}  // namespace eigenflow::tests
