#include "monotone_cubic.hpp"

#include <cmath>

namespace eigenflow::analysis {

// Cubic Hermite basis on p in [0, 1]:
//   y(p) = y_1 + (y_2 − y_1) s(p) + h (m_1 a(p) + m_2 b(p)),   s = p²(3 − 2p),  a = p (1 − p)²,  b = −p² (1 − p)

MonotoneCubic::MonotoneCubic(const CubicNeighbourhood& samples) : start_(samples.y[1]), end_(samples.y[2]) {
    const bool present[] = {samples.has_before, true, samples.has_after};
    for (std::size_t j = 0; j < 3; ++j) {
        if (!present[j]) continue;
        h_[j] = samples.x[j + 1] - samples.x[j];
        secant_[j] = (samples.y[j + 1] - samples.y[j]) / h_[j];
    }
    at_start_ = samples.has_before ? inner(0) : samples.has_after ? outer(2) : straight();
    at_end_ = samples.has_after ? inner(1) : samples.has_before ? outer(0) : straight();
}

MonotoneCubic::Tangent MonotoneCubic::straight() const { return {.value = secant_[1], .by_secant = {0.0, 1.0, 0.0}}; }

MonotoneCubic::Tangent MonotoneCubic::inner(std::size_t left) const {
    const double d = secant_[left], e = secant_[left + 1];
    if (!(d * e > 0.0)) return {};  // an extremum of the samples
    const double v = 2.0 * h_[left + 1] + h_[left], w = h_[left + 1] + 2.0 * h_[left];
    Tangent t{.value = (v + w) / (v / d + w / e)};  // harmonic mean
    t.by_secant[left] = t.value * t.value / (d * d) * v / (v + w);
    t.by_secant[left + 1] = t.value * t.value / (e * e) * w / (v + w);
    return t;
}

MonotoneCubic::Tangent MonotoneCubic::outer(std::size_t neighbour) const {
    const double d = secant_[1], e = secant_[neighbour];
    const double part = h_[1] / (h_[1] + h_[neighbour]);
    Tangent t{.value = d + part * (d - e)};  // of the parabola through three samples
    if (!(t.value * d > 0.0)) return {};
    if (std::abs(t.value) > 3.0 * std::abs(d)) return {.value = 3.0 * d, .by_secant = {0.0, 3.0, 0.0}};
    t.by_secant[1] = 1.0 + part;
    t.by_secant[neighbour] = -part;
    return t;
}

double MonotoneCubic::value(double p) const {
    const double q = 1.0 - p;
    return start_ + (end_ - start_) * p * p * (3.0 - 2.0 * p) +
           h_[1] * p * q * (at_start_.value * q - at_end_.value * p);
}

double MonotoneCubic::slope(double p) const {
    const double q = 1.0 - p;
    return 6.0 * secant_[1] * p * q + at_start_.value * q * (q - 2.0 * p) + at_end_.value * p * (p - 2.0 * q);
}

std::array<double, 4> MonotoneCubic::weights(double p) const {
    const double q = 1.0 - p;
    std::array<double, 4> weight{};
    weight[2] = p * p * (3.0 - 2.0 * p);
    weight[1] = 1.0 - weight[2];
    for (std::size_t j = 0; j < 3; ++j) {  // through the tangents; ∂secant_j/∂y = ±1/h_j at its two ends
        if (h_[j] == 0.0) continue;
        const double by_secant = h_[1] * p * q * (at_start_.by_secant[j] * q - at_end_.by_secant[j] * p) / h_[j];
        weight[j + 1] += by_secant;
        weight[j] -= by_secant;
    }
    return weight;
}

}  // namespace eigenflow::analysis
