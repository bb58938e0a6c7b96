#include "eigenflow/dynamics/closed_forms.hpp"

#include <cmath>
#include <numbers>

#include "eigenflow/numerics/ein.hpp"

namespace eigenflow::dynamics {

using numerics::ein_difference;

double one_layer_bracket(double eta_tau, NoiseRange range) {
    const double a = 2.0 * eta_tau;
    return 2.0 * std::log(range.data / range.noise) +
           ein_difference(a * range.noise * range.noise, a * range.data * range.data);
}

double one_layer_log_variance(double lambda, double init, double eta_tau, NoiseRange range, double bracket) {
    const double a = 2.0 * eta_tau;
    return 2.0 * std::log(range.noise) + (1.0 - init) * std::exp(-a * lambda) * bracket +
           ein_difference(a * (range.data * range.data + lambda), a * (range.noise * range.noise + lambda));
}

double one_layer_log_variance(double lambda, double init, double eta_tau, NoiseRange range) {
    return one_layer_log_variance(lambda, init, eta_tau, range, one_layer_bracket(eta_tau, range));
}

double symmetric_two_layer_log_variance(double lambda, double init, double eta_tau, NoiseRange range) {
    const double log_ratio = 2.0 * std::log(range.data / range.noise);
    const double start = 2.0 * std::log(range.noise);
    if (init == 0.0) return start + log_ratio;
    const double rate = 8.0 * eta_tau;
    const double e = std::exp(-rate * lambda);
    const double grown = -std::expm1(-rate * lambda);                        // 1 − e
    const double b = lambda == 0.0 ? rate * init : init * (grown / lambda);  // B
    const double a = e + init * grown;                                       // A
    const double r = init / a;
    const double rest = e * (1.0 - init) / a;  // 1 − r
    const double curve =
        std::log1p(b * (range.data * range.data) / a) - std::log1p(b * (range.noise * range.noise) / a);
    return start + rest * log_ratio + r * curve;
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
