#include "mode_curve.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::analysis {

namespace {

constexpr double knots_per_decade = 24.0;
// Falling modes of T-12 move at rates up to 2ησ_T² = 12800, so they are within rounding of λ̃(0) 18 decades below τ = 1;
// the bound is for curves that never settle.
constexpr int most_decades = 40;
constexpr double at_rest = 1e-14;
// A decade in which the curve leaves λ̃(0) by less than this part of the way to the nearest level needs no knots inside:
// to hide a crossing it would have to go a thousand times farther and come back between two evaluations.
constexpr double quiet_part = 1e-3;

class CurveBuilder {
public:
    CurveBuilder(const Trajectories& trajectories, std::size_t mode) : trajectories_(trajectories), mode_(mode) {
        if (!trajectories.evaluate) return;
        curve_.evaluate = [&trajectories, mode](double tau) { return trajectories.evaluate(mode, TrainingTime(tau)); };
    }

    ModeCurve build(std::span<const double> levels) && {
        if (trajectories_.times() == 0) return {};
        if (!append(trajectories_.tau[0], trajectories_.at(0, mode_))) return {};
        if (curve_.evaluate && trajectories_.times() > 1 && trajectories_.tau[0] == 0.0) append_below_grid(levels);
        for (std::size_t i = 1; i < trajectories_.times(); ++i) {
            const double tau = trajectories_.tau[i];
            if (curve_.evaluate) append_between(trajectories_.tau[i - 1], tau);
            append(tau, trajectories_.at(i, mode_));
        }
        return std::move(curve_);
    }

private:
    bool append(double tau, double variance) {
        if (!std::isfinite(variance) || variance < 0.0) return false;
        curve_.tau.push_back(tau);
        curve_.variance.push_back(variance);
        return true;
    }

    /// Knots inside (low, high), log-spaced, so that none is farther from the next than a 24th of a decade.
    void append_between(double low, double high) {
        if (low <= 0.0) return;
        const double intervals = std::ceil(knots_per_decade * std::log10(high / low) - 1e-9);
        for (double j = 1.0; j < intervals; ++j) {
            const double tau = low * std::pow(high / low, j / intervals);
            append(tau, curve_.evaluate(tau));
        }
    }

    /// Knots between τ = 0 and the first positive τ of the grid.
    void append_below_grid(std::span<const double> levels) {
        const double v0 = curve_.initial();
        double gap = std::numeric_limits<double>::infinity();
        for (const double level : levels) gap = std::min(gap, std::abs(level - v0));
        const double scale = v0 > 0.0 ? v0 : gap;

        std::vector<double> tau = {trajectories_.tau[1]}, variance = {trajectories_.at(1, mode_)};
        while (static_cast<int>(tau.size()) <= most_decades && !(std::abs(variance.back() - v0) <= at_rest * scale)) {
            tau.push_back(0.1 * tau.back());
            variance.push_back(curve_.evaluate(tau.back()));
        }
        const auto quiet = [&](std::size_t i) { return std::abs(variance[i] - v0) <= quiet_part * gap; };
        std::size_t i = tau.size() - 1;
        while (i > 0 && quiet(i) && quiet(i - 1)) --i;  // from below, upwards
        for (; i > 0; --i) {
            append(tau[i], variance[i]);
            append_between(tau[i], tau[i - 1]);
        }
    }

    const Trajectories& trajectories_;
    std::size_t mode_;
    ModeCurve curve_;
};

}  // namespace

ModeCurve mode_curve(const Trajectories& trajectories, std::size_t mode, std::span<const double> levels) {
    return CurveBuilder(trajectories, mode).build(levels);
}

}  // namespace eigenflow::analysis
