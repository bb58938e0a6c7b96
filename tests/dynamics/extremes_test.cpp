#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "battery_problem.hpp"
#include "every_objective.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using tests::battery_problem;
using tests::problem_of;
using tests::route_of;
using tests::variance_by;

namespace {

const std::vector<double> extreme_tau = {0.0, 1e-12, 1.0, 1e8, 1e12};
const std::vector<double> extreme_lambda = {0.0, 1e-12, 1e-6, 1.0, 1e6};
const std::vector<double> extreme_init = {0.0, 1e-12, 0.5, 1.0};

bool finite_and_not_negative(double v) { return std::isfinite(v) && v >= 0.0; }

}  // namespace

TEST_CASE("extremes: closed forms are finite, and quadrature agrees within 1e-13") {
    struct Model {
        const char* architecture;
        model::ObjectiveSpec objective;
        double noise, data;
    };
    for (const Model& m : {Model{"one-layer", {}, 80.0, 0.002}, Model{"symmetric-two-layer", {}, 80.0, 0.002},
                           Model{"one-layer", {.path = "flow", .target = "velocity"}, 0.0, 1.0}}) {
        for (const double lambda : extreme_lambda) {
            for (const double init : extreme_init) {
                const auto problem = problem_of(m.architecture, {lambda}, {init}, m.objective, m.noise, m.data);
                for (const double tau : extreme_tau) {
                    INFO(m.architecture << " " << m.objective.path << " lambda = " << lambda << " Q = " << init
                                        << " tau = " << tau);
                    const double closed = variance_by("closed-form", problem, tau);
                    const double quadrature = variance_by("quadrature", problem, tau);
                    CHECK(finite_and_not_negative(closed));
                    CHECK(std::abs(quadrature - closed) <= 1e-13 * closed);
                }
            }
        }
    }
}

TEST_CASE("extremes battery: every architecture under every objective is finite and not negative") {
    for (const std::string& architecture : model::architecture_names()) {
        for (const model::ObjectiveSpec& spec : tests::every_objective()) {
            for (const double largest : {1e-12, 1e-6, 1e6}) {
                for (const double init : extreme_init) {
                    const auto problem = battery_problem({.architecture = architecture, .init = {init}}, spec, largest);
                    const auto block = route_of("auto", problem)->variances(extreme_tau, {0, 12});
                    INFO(architecture << " " << tests::name_of(spec) << " lambda_1 = " << largest << " Q = " << init);
                    CHECK(block.failures.empty());
                    for (const double v : block.variance) CHECK(finite_and_not_negative(v));
                    CHECK(block.counts.worst_error <= 1e-10);
                }
            }
        }
    }
}

TEST_CASE("extremes battery: modes without variance stay finite wherever sampling stops short of pure data") {
    for (const std::string& architecture : {std::string("one-layer"), std::string("symmetric-two-layer"),
                                            std::string("two-layer"), std::string("deep")}) {
        for (const model::ObjectiveSpec& spec : tests::every_objective()) {
            model::PathDefaults ends = model::path_defaults(spec.path);
            if (spec.path == "flow") ends = {0.001, 0.999};
            for (const double init : extreme_init) {
                const auto problem = problem_of(architecture, {0.0}, {init}, spec, ends.noise, ends.data);
                const auto block = route_of("auto", problem)->variances(extreme_tau, {0, 1});
                INFO(architecture << " " << tests::name_of(spec) << " Q = " << init);
                CHECK(block.failures.empty());
                for (const double v : block.variance) CHECK(finite_and_not_negative(v));
            }
        }
    }
}
