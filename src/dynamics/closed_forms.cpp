#include "eigenflow/dynamics/closed_forms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "eigenflow/numerics/ein.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "one_layer_lane.hpp"

namespace eigenflow::dynamics {

using numerics::ein_difference;

double one_layer_bracket(double eta_tau, NoiseRange range) {
    const double a = 2.0 * eta_tau;
    return 2.0 * std::log(range.data / range.noise) +
           ein_difference(a * range.noise * range.noise, a * range.data * range.data);
}

namespace {

// A few modes at a time: buffers on the stack, and every loop short and of one kind, so that it is vectorised.
constexpr std::size_t lanes = 64;
using Lane = std::array<double, lanes>;

void symmetric_lane(std::span<const double> lambda, std::span<const double> init, double eta_tau, NoiseRange range,
                    std::span<double> log_variance) {
    const std::size_t count = lambda.size();
    const double log_ratio = 2.0 * std::log(range.data / range.noise);
    const double start = 2.0 * std::log(range.noise);
    const double data2 = range.data * range.data;
    const double noise2 = range.noise * range.noise;
    const double rate = 8.0 * eta_tau;
    Lane e;
    Lane grown;  // 1 − e
    Lane a;      // A
    Lane ratio;  // (A + Bσ0²)/(A + BσT²): one logarithm for two log1p, 1e-16 apart
    for (std::size_t k = 0; k < count; ++k) e[k] = -rate * lambda[k];
    numerics::relaxations(std::span(e).first(count), std::span(grown).first(count));
    for (std::size_t k = 0; k < count; ++k) a[k] = e[k] + init[k] * grown[k];
    for (std::size_t k = 0; k < count; ++k) {
        const double b = lambda[k] == 0.0 ? rate * init[k] : init[k] * (grown[k] / lambda[k]);  // B
        const double learned = (a[k] + b * data2) / (a[k] + b * noise2);
        ratio[k] = init[k] == 0.0 ? 1.0 : learned;
    }
    numerics::logarithms(std::span(ratio).first(count));
    for (std::size_t k = 0; k < count; ++k) {
        const double r = init[k] == 0.0 ? 0.0 : init[k] / a[k];
        const double rest = init[k] == 0.0 ? 1.0 : e[k] * (1.0 - init[k]) / a[k];  // 1 − r
        log_variance[k] = start + rest * log_ratio + r * ratio[k];
    }
}

}  // namespace

double one_layer_log_variance(double lambda, double init, double eta_tau, NoiseRange range) {
    double value = 0.0;
    OneLayerLane({&lambda, 1}, {&init, 1}, range)
        .log_variances(eta_tau, one_layer_bracket(eta_tau, range), {&value, 1});
    return value;
}

void one_layer_variances(std::span<const double> lambda, std::span<const double> init, double eta_tau, NoiseRange range,
                         std::span<double> variance) {
    const double bracket = one_layer_bracket(eta_tau, range);
    for (std::size_t k = 0; k < lambda.size(); k += OneLayerLane::lanes) {
        const std::size_t count = std::min(OneLayerLane::lanes, lambda.size() - k);
        const OneLayerLane lane(lambda.subspan(k, count), init.subspan(k, count), range);
        lane.log_variances(eta_tau, bracket, variance.subspan(k, count));
    }
    numerics::exponentials_to_denormal(variance);
}

double symmetric_two_layer_log_variance(double lambda, double init, double eta_tau, NoiseRange range) {
    double value = 0.0;
    symmetric_lane({&lambda, 1}, {&init, 1}, eta_tau, range, {&value, 1});
    return value;
}

void symmetric_two_layer_variances(std::span<const double> lambda, std::span<const double> init, double eta_tau,
                                   NoiseRange range, std::span<double> variance) {
    for (std::size_t k = 0; k < lambda.size(); k += lanes) {
        const std::size_t count = std::min(lanes, lambda.size() - k);
        symmetric_lane(lambda.subspan(k, count), init.subspan(k, count), eta_tau, range, variance.subspan(k, count));
    }
    numerics::exponentials_to_denormal(variance);
}

double one_layer_flow_log_variance(double lambda, double init, double eta_tau) {
    const double a = 2.0 * eta_tau;
    if (a == 0.0) return 2.0 * init;
    const double root = std::sqrt(a / (lambda + 1.0));
    const double start =
        init * std::sqrt(std::numbers::pi / (a * (lambda + 1.0))) * std::exp(-a * lambda / (lambda + 1.0));
    return ein_difference(a * lambda, a) + start * (std::erf(root) + std::erf(lambda * root));
}

}  // namespace eigenflow::dynamics
