#pragma once

#include <cmath>

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

    Logistic(double m, double rate) {
        const double x = rate * m;
        const double fading = std::exp(-std::abs(x));
        phi = x == 0.0 ? rate : -std::expm1(-std::abs(x)) / std::abs(m);
        start = x >= 0.0 ? fading : 1.0;
        decay = x >= 0.0 ? 1.0 : fading;
    }

    double weight(double q, double h) const { return q == 0.0 ? 0.0 : q * decay / (start + h * q * phi); }
    double deviation(double q, double h, double optimum) const {
        return q == 0.0 ? -optimum : (q - optimum) * start / (start + h * q * phi);
    }
};

}  // namespace eigenflow::model
