#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "network/cell_polynomials.hpp"

namespace eigenflow::model {

/// The one curve that all modes of a balanced network of depth L ≥ 3 follow (T-6, arXiv 1312.6120):
///
///     dx/dθ = −x^(1+α) (x ∓ 1),   x = w/|w*| > 0,   α = 1 − 2/L,   θ = 2ωL |m| |w*|^α ητ
///
/// ∓ is − where m > 0: x rises or falls to 1; + where m < 0: x fades like (αθ)^(−1/α). In a logarithmic state V, and
/// with z = 1/x, each of the three ways is an antiderivative and its inverse, θ = T(V) − T(V₀):
///
///     rising   V = ln(x/(1−x))    dT/dV = z^α             T → −e^(−αV)/α           at V → −∞,  V          at V → ∞
///     falling  V = −ln(x−1)       dT/dV = z^(1+α)         T → e^((1+α)V)/(1+α)                 V + const
///     fading   V = −ln x          dT/dV = z^(1+α)/(1+z)   T → e^((1+α)V)/(1+α)                 e^(αV)/α
///
/// so that x and 1 − x keep their relative accuracy everywhere. T and its inverse are tabulated once.
///
/// Accuracy of w and of w − w*: (80 + 16 κ) ε, κ = (θ + [rising: x₀^−α/α]) / T'(V): what rounding θ and Q does to V.
/// Where a weight has grown from x₀ = 1e-9 at L = 3, κ is 1e3, and no formula avoids it.
class UniversalCurve {
public:
    explicit UniversalCurve(int depth);  ///< depth ≥ 3

    /// Many modes at a time, so that logarithms and exponentials are vectorised and table look-ups overlap. What a mode
    /// gets depends on nothing but its own entries.
    static constexpr std::size_t lanes = 32;
    using Lane = std::array<double, lanes>;
    struct Weights {
        Lane value;      ///< w
        Lane deviation;  ///< w − w*
    };
    /// What no training time changes: two of three logarithms, two of three exponentials, one of two look-ups.
    struct Start;
    /// @param q         w(0) > 0
    /// @param optimum   w* ≠ 0, |w*| > 1e-140 q; negative where m < 0
    Start start(const Lane& q, const Lane& optimum) const;
    /// @param progress  2ωL h ητ = θ |w*|^−(1+α) ≥ 0; at 0 the result is q and q − w* to the last bit
    Weights weights(const Start& start, const Lane& progress) const;

private:
    class Antiderivative;
    enum class Clock { linear, logarithm, logarithm_of_negative };

    /// T on a stretch of V, and its inverse, tabulated by what a clock shows of T: T, ln T or −ln(−T).
    class Leg {
    public:
        Leg(Clock clock, double low, double high, const Antiderivative& time);
        Clock clock() const { return clock_; }
        double reading(double state) const { return reading_(state); }
        double state(double reading) const { return state_(reading); }

    private:
        long double shown(long double time) const;
        double slope(double state, const Antiderivative& time) const;  // of the reading, in V
        long double state_where(long double reading, const Antiderivative& time) const;

        Clock clock_;
        CellPolynomials reading_;  // of V
        CellPolynomials state_;    // of the reading
    };
    /// T as a power of z at first and, where x approaches 1, as V later.
    struct Way {
        Leg early, late;
        double meeting_state, meeting_time;

        const Leg& at_state(double state) const { return state < meeting_state ? early : late; }
        const Leg& at_time(double time) const { return time < meeting_time ? early : late; }
    };
    static Way rising_way(double alpha);
    static Way falling_way(double alpha);
    static Way fading_way(double alpha);
    const Way& way(double gap, double optimum) const {
        return optimum < 0.0 ? fading_ : gap > 0.0 ? falling_ : rising_;
    }
    double alpha_;
    Way rising_;
    Way falling_;
    Way fading_;
};

struct UniversalCurve::Start {
    Lane q, optimum, gap;  // gap: q − w*
    std::array<const Way*, lanes> ways;
    Lane time;   // T(V₀)
    Lane speed;  // θ per progress
};

/// The curve of a depth ≥ 3, made once and kept for whoever asks next, from any thread. It depends on nothing but the
/// depth, so nobody can tell whether it was kept.
std::shared_ptr<const UniversalCurve> universal_curve(int depth);

}  // namespace eigenflow::model
