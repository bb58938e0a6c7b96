#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "eigenflow/numerics/exponential.hpp"

namespace eigenflow::model {

/// The logistic flow dw/d(ητ) = −r w (h w − m), w ≥ 0, of tied and of balanced two-layer weights (T-4), after
/// rate = r ητ. Two factors, for x = rate · m of either sign, scaled so that neither overflows:
///     w = Q decay / (start + h Q φ),   w − w* = (Q − w*) start / (…)
/// x ≥ 0:  e = exp(−x):  w = Q / (e + hQ φ),          w − w* = (Q − w*) e / (e + hQ φ),   φ = (1 − e)/m
/// x < 0:  E = exp(x):   w = Q E / (1 + hQ φ),        w − w* = (Q − w*) / (1 + hQ φ),     φ = (1 − E)/|m|
struct Logistic {
    double start;  // e, or 1
    double phi;    // rate · (1 − exp(−|x|))/|x|, finite at m = 0
    double decay;  // 1, or E

    double weight(double q, double h) const { return q == 0.0 ? 0.0 : q * decay / (start + h * q * phi); }
    double deviation(double q, double h, double optimum) const {
        return q == 0.0 ? -optimum : (q - optimum) * start / (start + h * q * phi);
    }
};

/// Of a few modes at once, so that the exponentials are vectorised.
class Logistics {
public:
    static constexpr std::size_t lanes = 64;

    /// m: up to `lanes` cross moments
    Logistics(std::span<const double> m, double rate) : rate_(rate) {
        for (std::size_t i = 0; i < m.size(); ++i) {
            m_[i] = m[i];
            fading_[i] = -std::abs(rate * m[i]);
        }
        numerics::relaxations(std::span(fading_).first(m.size()), std::span(done_).first(m.size()));
    }
    Logistic operator[](std::size_t i) const {
        const double x = rate_ * m_[i];
        return {.start = x >= 0.0 ? fading_[i] : 1.0,
                .phi = x == 0.0 ? rate_ : done_[i] / std::abs(m_[i]),
                .decay = x >= 0.0 ? 1.0 : fading_[i]};
    }

private:
    double rate_;
    std::array<double, lanes> m_;
    std::array<double, lanes> fading_;
    std::array<double, lanes> done_;
};

}  // namespace eigenflow::model
