#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "dense_functions.hpp"
#include "model/convolution_cases.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;

TEST_CASE("T-8 taps: the flow of the explicit loss by matrix exponential") {
    double worst = 0.0;
    everywhere([&](const ExplicitConvolution& pixels, const model::PatchConvolution& network,
                   const model::Objective& objective, NoiseLevel t) {
        const auto loss = pixels.loss(objective, t, window_of(network));
        const Eigen::VectorXd start = initial_filter(network);
        const double scale = std::max(start.cwiseAbs().maxCoeff(), loss.optimum().cwiseAbs().maxCoeff());
        for (const double eta_tau : {0.0, 1e-3, 0.02, 1.0, 1e3}) {
            const Eigen::VectorXd expected = loss.after(start, eta_tau);
            const Eigen::VectorXd taps = filter_at(network, objective.at(t), TrainingClock::flow(eta_tau));
            worst = tests::worse(worst, (taps - expected).cwiseAbs().maxCoeff<Eigen::PropagateNaN>() / scale);
        }
    });
    MESSAGE("worst " << worst);
    CHECK(worst <= 1e-12);
}

TEST_CASE("T-8 mode weights are the filter's Fourier weights, and deviations their distance to the modes' optima") {
    double worst_weight = 0.0;
    double worst_deviation = 0.0;
    everywhere([&](const ExplicitConvolution& pixels, const model::PatchConvolution& network,
                   const model::Objective& objective, NoiseLevel t) {
        const model::NoiseTerms at = objective.at(t);
        const auto window = window_of(network);
        const auto spectrum = pixels.spectrum();
        for (const double eta_tau : {0.0, 0.02, 1.0}) {
            const TrainingClock clock = TrainingClock::flow(eta_tau);
            const Eigen::VectorXd taps = pixels.loss(objective, t, window).after(initial_filter(network), eta_tau);
            const Eigen::MatrixXd w = pixels.circulant(window, taps);
            const std::vector<double> weight = weights_at(network, at, clock);
            const std::vector<double> deviation = deviations_at(network, at, clock);
            for (std::size_t k = 0; k < spectrum.modes(); ++k) {
                const double expected = pixels.power(w, spectrum.frequencies()[k]);
                worst_weight = tests::worse(worst_weight, std::abs(weight[k] - expected));
                const double distance = expected - at.optimum(spectrum.variances()[k]);
                worst_deviation = tests::worse(worst_deviation, std::abs(deviation[k] - distance));
            }
        }
    });
    MESSAGE("worst " << worst_weight << " " << worst_deviation);
    CHECK(worst_weight <= 1e-12 * 4.0);  // up to 16 taps of accuracy 1e-12, errors of random sign
    CHECK(worst_deviation <= 1e-12 * 4.0);
}

TEST_CASE("T-8 limit: late deviations, and zero for a filter as wide as the grid") {
    for (const Case& c : cases) {
        const auto spectrum = ExplicitConvolution::random(c.shape, 5).spectrum();
        const auto network = patch(spectrum, c.kernel, 2);
        const bool full = network->parameters() == network->modes();
        double largest = 0.0;
        for (const Level& level : levels) {
            const model::NoiseTerms at = objective_of(level).at(NoiseLevel(level.t));
            std::vector<double> limit(network->modes());
            network->limit_deviations(at, {0, limit.size()}, limit);
            const std::vector<double> late = deviations_at(*network, at, TrainingClock::flow(1e9));
            for (std::size_t k = 0; k < limit.size(); ++k) {
                CHECK(limit[k] == late[k]);
                largest = tests::worse(largest, std::abs(limit[k]));
            }
        }
        if (full) {
            CHECK(largest <= 1e-13);  // N² roundings of |w*| ≤ 3
        } else {
            CHECK(largest > 1e-3);
        }
    }
}

TEST_CASE("T-8 the optimum's misfit keeps its digits where all weights are near 1") {
    const auto spectrum = ExplicitConvolution::random({12}, 7).spectrum();
    const auto network = patch(spectrum, 5, 1);
    const auto objective = objective_of({});
    const auto limit_at = [&](double sigma) {
        std::vector<double> limit(network->modes());
        network->limit_deviations(objective.at(NoiseLevel(sigma)), {0, limit.size()}, limit);
        return limit;
    };
    // ŵ* − w* = σ² (Σ_p's and λ's difference of inverses) + O(σ⁴): quarters when σ halves, down to w* = 1 − 1e-16.
    const std::vector<double> far = limit_at(2e-8);
    const std::vector<double> near = limit_at(1e-8);
    double largest = 0.0;
    for (std::size_t k = 0; k < far.size(); ++k) largest = tests::worse(largest, std::abs(near[k]));
    for (std::size_t k = 0; k < far.size(); ++k) CHECK(std::abs(far[k] - 4.0 * near[k]) <= 1e-12 * largest);
    CHECK(largest < 1e-14);
    CHECK(largest > 0.0);
}

TEST_CASE("T-7 T-8 a kernel as wide as the grid is the full convolution") {
    for (const Case& c : {Case{{7}, 7}, Case{{8}, 8}, Case{{4, 4}, 4}, Case{{5, 5}, 5}}) {
        const auto spectrum = ExplicitConvolution::random(c.shape, 9).spectrum();
        const auto kernel = made({.architecture = "patch-convolution", .kernel = c.kernel}, spectrum);
        const auto full = made({.architecture = "full-convolution"}, spectrum);
        for (const Level& level : levels) {
            const model::NoiseTerms at = objective_of(level).at(NoiseLevel(level.t));
            for (const double eta_tau : {0.0, 1e-4, 0.01, 1.0}) {
                const TrainingClock clock = TrainingClock::flow(eta_tau);
                const auto a = weights_at(*kernel, at, clock);
                const auto b = weights_at(*full, at, clock);
                const auto da = deviations_at(*kernel, at, clock);
                const auto db = deviations_at(*full, at, clock);
                for (std::size_t k = 0; k < a.size(); ++k) {
                    CHECK(std::abs(a[k] - b[k]) <= 1e-13);  // N² = 625 roundings at most, |w| ≤ 3
                    CHECK(std::abs(da[k] - db[k]) <= 1e-13);
                }
            }
        }
    }
}

TEST_CASE("T-7 full convolution is one layer at N times the rate, and trains circ(w) on the explicit loss") {
    const auto pixels = ExplicitConvolution::random({3, 4}, 4);
    const auto spectrum = pixels.spectrum();
    std::vector<double> init = random_filter(12, 6);
    for (std::size_t k = 0; k < 12; ++k) {  // a real filter: the same at k and −k
        for (std::size_t j = 0; j < k; ++j) {
            const auto [y, x] = spectrum.frequencies()[k];
            const auto [v, u] = spectrum.frequencies()[j];
            if ((y + v) % 3 == 0 && (x + u) % 4 == 0) init[k] = init[j];
        }
    }
    const auto full = made({.architecture = "full-convolution", .init = init}, spectrum);
    const auto one = made({.architecture = "one-layer", .init = init}, spectrum);
    CHECK(full->gain(0, 0.3) == 12.0);
    std::vector<data::Offset> everywhere;
    for (int p = 0; p < 12; ++p) everywhere.push_back({p / 4, p % 4});
    Eigen::VectorXd start = Eigen::VectorXd::Zero(12);
    for (int p = 0; p < 12; ++p) {
        for (std::size_t k = 0; k < 12; ++k) {
            const auto [y, x] = spectrum.frequencies()[k];
            start(p) += init[k] / 12.0 * std::cos(2.0 * std::numbers::pi * (y * (p / 4) / 3.0 + x * (p % 4) / 4.0));
        }
    }
    for (const Level& level : levels) {
        const auto objective = objective_of(level);
        const model::NoiseTerms at = objective.at(NoiseLevel(level.t));
        for (const double eta_tau : {0.0, 1e-3, 0.02, 1.0}) {
            const auto w = weights_at(*full, at, TrainingClock::flow(eta_tau));
            const auto slow = weights_at(*one, at, TrainingClock::flow(12.0 * eta_tau));
            const auto taps = pixels.loss(objective, NoiseLevel(level.t), everywhere).after(start, eta_tau);
            const Eigen::MatrixXd circulant = pixels.circulant(everywhere, taps);
            for (std::size_t k = 0; k < 12; ++k) {
                CHECK(std::abs(w[k] - slow[k]) <= 8.0 * eps * 12.0);  // the exponent's rounding, |w| ≤ 3
                CHECK(std::abs(w[k] - pixels.power(circulant, spectrum.frequencies()[k])) <= 1e-12);
            }
        }
    }
}

TEST_CASE("T-10 gradient descent: the closed form against steps along the explicit gradient") {
    double worst = 0.0;
    everywhere([&](const ExplicitConvolution& pixels, const model::PatchConvolution& network,
                   const model::Objective& objective, NoiseLevel t) {
        const auto loss = pixels.loss(objective, t, window_of(network));
        const model::NoiseTerms at = objective.at(t);
        for (const double part : {0.1, 0.9, 1.7}) {  // of 1/κ: stable below 2
            const double eta = part / network.stiffness(at).limit;
            Eigen::VectorXd taps = initial_filter(network);
            for (int step = 0; step <= 20; ++step) {
                const auto closed = filter_at(network, at, TrainingClock::descent(eta, step));
                worst = tests::worse(worst, (closed - taps).cwiseAbs().maxCoeff<Eigen::PropagateNaN>());
                const auto weight = weights_at(network, at, TrainingClock::descent(eta, step));
                const auto deviation = deviations_at(network, at, TrainingClock::descent(eta, step));
                for (std::size_t k = 0; k < weight.size(); ++k) {
                    const double distance = weight[k] - at.optimum(network.lambda()[k]);
                    worst = tests::worse(worst, std::abs(deviation[k] - distance));
                }
                taps -= eta * (loss.hessian * taps - loss.pull);
            }
        }
    });
    MESSAGE("worst " << worst);
    CHECK(worst <= 1e-12);
}

TEST_CASE("T-10 gradient descent of a kernel is stable iff eta times the stiffness is at most 2") {
    const auto pixels = ExplicitConvolution::random({12}, 7);
    const auto network = patch(pixels.spectrum(), 5, 1);
    const model::NoiseTerms at = objective_of({}).at(NoiseLevel(0.5));
    const auto loss = pixels.loss(objective_of({}), NoiseLevel(0.5), window_of(*network));
    const double stiffness = tests::eigenpairs(loss.hessian).values.maxCoeff();
    CHECK(std::abs(network->stiffness(at).limit / stiffness - 1.0) <= 1e-13);
    CHECK(std::isfinite(weights_at(*network, at, TrainingClock::descent(1.999 / stiffness, 1000)).front()));
    const TrainingClock clock = TrainingClock::descent(2.001 / stiffness, 1000);
    CHECK(std::isnan(weights_at(*network, at, clock).front()));
    CHECK(std::isnan(deviations_at(*network, at, clock).front()));
    CHECK(std::isnan(filter_at(*network, at, clock)(0)));
}
