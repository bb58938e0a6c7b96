#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "battery_networks.hpp"
#include "battery_problem.hpp"
#include "every_objective.hpp"
#include "small_problem.hpp"

using namespace eigenflow;
using dynamics::LearningProblem;
using tests::relative_error;
using tests::route_of;

namespace {

constexpr double two_quadratures = 4e-13;  // 1e-13 in ln λ̃ each, of λ̃ rounded at |ln λ̃| < 50
const std::vector<model::ObjectiveSpec> objectives = {
    {}, {.path = "flow", .target = "velocity"}, {.path = "vp-cosine", .target = "v"}};

LearningProblem with_network(const model::NetworkSpec& network, const data::Spectrum& spectrum,
                             const model::ObjectiveSpec& spec) {
    auto made = model::make_network(network, spectrum);
    REQUIRE_MESSAGE(made, made.error().message);
    LearningProblem problem = tests::battery_problem({.architecture = "one-layer"}, spec);
    problem.network = std::shared_ptr<const model::Network>(std::move(*made));
    return problem;
}

std::vector<model::NetworkSpec> networks() {
    std::vector<model::NetworkSpec> all = tests::battery_networks();
    for (const model::NetworkSpec& variant : tests::battery_variants()) all.push_back(variant);
    return all;
}

}  // namespace

// Modes of equal variance may be numbered in any order, and their initial weights say which is which.
TEST_CASE(
    "T-2 permutation battery: modes of one variance with their initial weights permuted permute their variances") {
    const std::vector<std::size_t> order = {5, 2, 0, 6, 3, 1, 4};
    for (model::NetworkSpec spec : networks()) {
        if (spec.architecture == "patch-convolution") continue;  // starts from one tap, not from a weight a mode
        const auto spectrum = data::Spectrum::fourier(std::vector<double>(7, 0.8),
                                                      {{0, 0}, {0, 1}, {0, -1}, {0, 2}, {0, -2}, {0, 3}, {0, -3}}, {7});
        REQUIRE_MESSAGE(spectrum, spectrum.error().message);
        spec.init = {0.02, 0.1, 0.3, 0.7, 0.9, 1.1, 0.5};
        model::NetworkSpec permuted = spec;
        for (std::size_t k = 0; k < order.size(); ++k) permuted.init[k] = spec.init[order[k]];
        for (const model::ObjectiveSpec& objective : objectives) {
            INFO(tests::name_of(spec) << ", " << tests::name_of(objective));
            const std::vector<double> tau = {0.0, 0.3, 4.0};
            const LearningProblem given = with_network(spec, *spectrum, objective);
            const LearningProblem other = with_network(permuted, *spectrum, objective);
            for (const std::string sampler : {"exact", "heun"}) {
                const auto expected = route_of("auto", given, {.solver = sampler})->variances(tau, {0, 7});
                const auto variance = route_of("auto", other, {.solver = sampler})->variances(tau, {0, 7});
                bool differ = false;
                for (std::size_t i = 0; i < tau.size(); ++i) {
                    for (std::size_t k = 0; k < 7; ++k) {
                        CHECK(relative_error(variance.variance[7 * i + k], expected.variance[7 * i + order[k]]) <=
                              two_quadratures);
                        differ =
                            differ || relative_error(variance.variance[7 * i + k], expected.variance[7 * i]) > 0.01;
                    }
                }
                CHECK(differ);  // else nothing was permuted
            }
        }
    }
}

// A picture turned over its diagonal, or one whose frequencies are multiplied by a number without common factor with N:
// the same modes in other places. A kernel of the full width does not mind either.
TEST_CASE(
    "T-7 T-8 permutation battery: frequencies permuted by a symmetry of the grid permute the variances with them") {
    std::vector<data::Frequency> frequencies;
    std::vector<double> variances;
    for (int y = -2; y <= 2; ++y) {
        for (int x = -2; x <= 2; ++x) {
            frequencies.push_back({y, x});
            variances.push_back(3.0 / (1.0 + 2.0 * y * y + 0.5 * x * x));  // even, as spectra of real pictures are
        }
    }
    std::vector<data::Frequency> turned = frequencies;
    for (data::Frequency& k : turned) std::swap(k.y, k.x);
    std::vector<data::Frequency> doubled = frequencies;
    const auto doubling = [](int i) { return 2 * i == 4 ? -1 : 2 * i == -4 ? 1 : 2 * i; };  // 2k modulo 5
    for (data::Frequency& k : doubled) k = {doubling(k.y), doubling(k.x)};
    const auto given = data::Spectrum::fourier(variances, frequencies, {5, 5});
    REQUIRE(given);
    for (const model::NetworkSpec& spec : networks()) {
        if (spec.kernel == 7) continue;
        for (const bool double_it : {false, true}) {
            // Doubling moves taps around the whole grid: of kernels only the full one stays what it is.
            model::NetworkSpec network = spec;
            if (double_it) network.kernel = 5;
            const auto other = data::Spectrum::fourier(variances, double_it ? doubled : turned, {5, 5});
            REQUIRE_MESSAGE(other, other.error().message);
            INFO(tests::name_of(network) << (double_it ? " doubled" : " turned"));
            const std::vector<double> tau = {0.001, 0.1};
            const auto expected = route_of("auto", with_network(network, *given, {}))->variances(tau, {0, 25});
            const auto variance = route_of("auto", with_network(network, *other, {}))->variances(tau, {0, 25});
            for (std::size_t k = 0; k < 25; ++k) {
                data::Frequency moved = given->frequencies()[k];
                moved = double_it ? data::Frequency{doubling(moved.y), doubling(moved.x)}
                                  : data::Frequency{moved.x, moved.y};
                const auto found = std::find(other->frequencies().begin(), other->frequencies().end(), moved);
                const auto there = static_cast<std::size_t>(found - other->frequencies().begin());
                REQUIRE(there < 25);
                for (std::size_t i = 0; i < tau.size(); ++i) {
                    // A kernel's directions are found to 1e-12 of the largest weight (T-8).
                    CHECK(relative_error(variance.variance[25 * i + there], expected.variance[25 * i + k]) <= 1e-11);
                }
            }
        }
    }
}
