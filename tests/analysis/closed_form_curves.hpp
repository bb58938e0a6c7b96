#pragma once

#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "eigenflow/core/trajectories.hpp"
#include "exponential_integral.hpp"

// T-12, T-13 and T-14 written out a second time, from Boost's E1, so that the analysis is tested without the simulator.
namespace closed_form {

inline constexpr double sigma_0 = 0.002, sigma_T = 80.0;

/// Ein(x) = ∫₀ˣ (1 − e⁻ᵗ)/t dt = −Σ (−x)ⁿ/(n n!) = γ + ln x + E1(x)
inline double ein(double x) {
    if (x > 1.0) return std::numbers::egamma + std::log(x) + eigenflow::tests::exponential_integral(x);
    double sum = 0.0, power = 1.0;
    for (int n = 1; n <= 20; ++n) {
        power *= -x / n;
        sum -= power / n;
    }
    return sum;
}

/// T-12, a = 2ητ, η = 1
inline double one_layer(double Q, double lambda, double tau) {
    const double a = 2.0 * tau, s0 = sigma_0 * sigma_0, sT = sigma_T * sigma_T;
    const double log_variance =
        2.0 * std::log(sigma_T) +
        (1.0 - Q) * std::exp(-a * lambda) * (2.0 * std::log(sigma_0 / sigma_T) + ein(a * sT) - ein(a * s0)) +
        ein(a * (s0 + lambda)) - ein(a * (sT + lambda));
    return std::exp(log_variance);
}

/// T-13, λ > 0
inline double symmetric_two_layer(double Q, double lambda, double tau) {
    const double s0 = sigma_0 * sigma_0, sT = sigma_T * sigma_T;
    const double e = std::exp(-8.0 * lambda * tau), one_minus_e = -std::expm1(-8.0 * lambda * tau);
    const double A = e + Q * one_minus_e, B = Q * one_minus_e / lambda, r = Q == 0.0 ? 0.0 : Q / A;
    const double log_variance = 2.0 * std::log(sigma_T) + 2.0 * (1.0 - r) * std::log(sigma_0 / sigma_T) +
                                r * (std::log1p(B * s0 / A) - std::log1p(B * sT / A));
    return std::exp(log_variance);
}

/// T-14
inline double flow_one_layer(double Q, double lambda, double tau) {
    if (tau == 0.0) return std::exp(2.0 * Q);
    const double a = 2.0 * tau, root = std::sqrt(a / (lambda + 1.0));
    const double log_variance = ein(a * lambda) - ein(a) +
                                Q * std::sqrt(std::numbers::pi / (a * (lambda + 1.0))) *
                                    std::exp(-a * lambda / (lambda + 1.0)) * (std::erf(root) + std::erf(lambda * root));
    return std::exp(log_variance);
}

/// T-15
inline double ve_limit(double lambda) {
    return sigma_T * sigma_T * (lambda + sigma_0 * sigma_0) / (lambda + sigma_T * sigma_T);
}

inline std::vector<double> log_space(double first, double last, int count) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(first * std::pow(last / first, i / (count - 1.0)));
    return values;
}

/// {0} and `points` values from first to last, as `training` does it.
inline std::vector<double> tau_grid(double first, double last, int points) {
    std::vector<double> tau = {0.0};
    for (const double t : log_space(first, last, points)) tau.push_back(t);
    return tau;
}

/// Trajectories on an analytic curve f(λ, τ).
template <class Curve>
eigenflow::Trajectories trajectories(Curve curve, std::vector<double> lambda, std::vector<double> tau) {
    eigenflow::Trajectories t;
    t.tau = std::move(tau);
    t.target = std::move(lambda);
    for (const double at : t.tau) {
        for (const double l : t.target) t.variance.push_back(curve(l, at));
    }
    t.evaluate = [curve, target = t.target](std::size_t mode, std::span<const double> times,
                                            std::span<double> variance) {
        for (std::size_t i = 0; i < times.size(); ++i) variance[i] = curve(target[mode], times[i]);
    };
    return t;
}

}  // namespace closed_form
