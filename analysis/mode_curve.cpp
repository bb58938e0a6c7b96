#include "mode_curve.hpp"

#include <algorithm>
#include <cmath>

#include "eigenflow/analysis/gaussian_smoothing.hpp"

namespace eigenflow::analysis {

namespace {

constexpr double knots_per_decade = 12.0;
// Falling modes of T-12 move at rates up to 2ησ_T² = 12800, so they are within rounding of λ̃(0) 18 decades below τ = 1;
// the bound is for curves that never settle.
constexpr int most_decades = 40;
// λ̃(0) may be interpolated between modes while the knots are integrated mode by mode, each to 1e-13 in ln λ̃ or better:
// at ln λ̃ = −190 they differ by 1.4e-13. Against 1e-14 such modes went through all 40 decades.
constexpr double at_rest = 1e-12;
// A decade in which the curve leaves λ̃(0) by less than this part of the way to the nearest level needs no knots inside:
// to hide a crossing it would have to go a thousand times farther and come back between two evaluations.
constexpr double quiet_part = 1e-3;

bool valid(double variance) { return std::isfinite(variance) && variance >= 0.0; }

/// Knots of an analytic curve.
class CurveBuilder {
public:
    CurveBuilder(const Trajectories& trajectories, std::size_t mode) : trajectories_(trajectories), mode_(mode) {}

    ModeCurve build(std::span<const double> levels) && {
        if (trajectories_.times() == 0 || !valid(trajectories_.at(0, mode_))) return {};
        append(trajectories_.tau[0], trajectories_.at(0, mode_));
        if (trajectories_.times() > 1 && trajectories_.tau[0] == 0.0) append_below_grid(levels);
        for (std::size_t i = 1; i < trajectories_.times(); ++i) {
            append_between(trajectories_.tau[i - 1], trajectories_.tau[i]);
            append(trajectories_.tau[i], trajectories_.at(i, mode_));
        }
        return finished();
    }

private:
    void append(double tau, double variance) {
        curve_.tau.push_back(tau);
        curve_.variance.push_back(variance);
    }

    /// Knots inside (low, high), log-spaced, so that none is farther from the next than a 12th of a decade; their
    /// variances are computed all at once when the curve is finished.
    void append_between(double low, double high) {
        if (low <= 0.0) return;
        const double ratio = high / low;
        const bool far = std::isinf(ratio);  // more than 308 decades
        const double decades = far ? std::log10(high) - std::log10(low) : std::log10(ratio);
        const double intervals = std::ceil(knots_per_decade * decades - 1e-9);
        for (double j = 1.0; j < intervals; ++j) {
            const double part = j / intervals;
            pending_.push_back(curve_.tau.size());
            append(far ? std::pow(10.0, std::log10(low) + decades * part) : low * std::pow(ratio, part), 0.0);
        }
    }

    /// Knots between τ = 0 and the first positive τ of the grid.
    void append_below_grid(std::span<const double> levels) {
        const double v0 = curve_.initial();
        double gap = std::numeric_limits<double>::infinity();
        for (const double level : levels) gap = std::min(gap, std::abs(level - v0));
        const double scale = v0 > 0.0 ? v0 : gap;

        std::vector<double> tau = {trajectories_.tau[1]}, variance = {trajectories_.at(1, mode_)};
        const auto at_rest_below = [&] { return std::abs(variance.back() - v0) <= at_rest * scale; };
        while (static_cast<int>(tau.size()) <= most_decades && !at_rest_below()) {
            std::vector<double> below;  // some decades at once: evaluating several times of a mode together is cheaper
            for (int d = 1; d <= 6; ++d) below.push_back(tau.back() * std::pow(10.0, -d));
            const std::vector<double> values = evaluate(below);
            for (std::size_t d = 0; d < below.size() && !at_rest_below(); ++d) {
                tau.push_back(below[d]);
                variance.push_back(values[d]);
            }
        }
        const auto quiet = [&](std::size_t i) { return std::abs(variance[i] - v0) <= quiet_part * gap; };
        std::size_t i = tau.size() - 1;
        while (i > 0 && quiet(i) && quiet(i - 1)) --i;  // from below, upwards
        for (; i > 0; --i) {
            append(tau[i], variance[i]);
            append_between(tau[i], tau[i - 1]);
        }
    }

    std::vector<double> evaluate(std::span<const double> tau) const {
        std::vector<double> variance(tau.size());
        trajectories_.evaluate(mode_, tau, variance);
        return variance;
    }

    ModeCurve finished() {
        std::vector<double> tau;
        for (const std::size_t i : pending_) tau.push_back(curve_.tau[i]);
        if (!tau.empty()) {
            const std::vector<double> variance = evaluate(tau);
            for (std::size_t j = 0; j < pending_.size(); ++j) curve_.variance[pending_[j]] = variance[j];
        }
        ModeCurve whole;
        bool gap = false;
        for (std::size_t i = 0; i < curve_.knots(); ++i) {
            const bool failed = !valid(curve_.variance[i]);
            if (!failed && gap) whole.gaps.push_back(whole.knots());
            gap = failed;
            if (failed) continue;
            whole.tau.push_back(curve_.tau[i]);
            whole.variance.push_back(curve_.variance[i]);
        }
        whole.evaluate = [&trajectories = trajectories_, mode = mode_](double at) {
            double variance = 0.0;
            trajectories.evaluate(mode, std::span(&at, 1), std::span(&variance, 1));
            return variance;
        };
        return whole;
    }

    const Trajectories& trajectories_;
    std::size_t mode_;
    ModeCurve curve_;
    std::vector<std::size_t> pending_;  // knots whose variance is still to be computed
};

/// Correlations of errors between the knots, whose samples are `place` in the trajectory: those between samples that
/// follow each other multiply up, as if what a step adds to an error were new.
void add_correlations(const Trajectories& trajectories, std::size_t mode, const std::vector<std::size_t>& place,
                      ModeCurve& curve) {
    if (trajectories.previous_correlation.empty() || trajectories.first_correlation.empty()) return;
    const auto of = [&](const std::vector<double>& column, std::size_t i) {
        const double r = column[i * trajectories.modes() + mode];
        return std::isnan(r) ? 0.0 : r;
    };
    for (std::size_t j = 0; j < place.size(); ++j) {
        double product = 1.0;
        for (std::size_t i = place[j]; j > 0 && i > place[j - 1]; --i) {
            product *= of(trajectories.previous_correlation, i);
        }
        curve.previous_correlation.push_back(product);
        curve.first_correlation.push_back(place.front() == 0 ? of(trajectories.first_correlation, place[j]) : 0.0);
    }
}

ModeCurve sampled_curve(const Trajectories& trajectories, std::size_t mode, const CurveOptions& options) {
    ModeCurve curve;
    curve.on_grid = options.rule == EmergenceRule::grid;
    curve.smoothing = options.smoothing;
    const bool measured = !trajectories.standard_error.empty();
    std::vector<std::size_t> place;
    for (std::size_t i = 0; i < trajectories.times(); ++i) {
        if (!valid(trajectories.at(i, mode))) continue;
        const bool after_gap = !place.empty() && place.back() + 1 < i;
        if (after_gap && (trajectories.evaluate || options.simulated)) curve.gaps.push_back(curve.knots());
        place.push_back(i);
        curve.tau.push_back(trajectories.tau[i]);
        curve.variance.push_back(trajectories.at(i, mode));
        if (measured) curve.standard_error.push_back(trajectories.standard_error[i * trajectories.modes() + mode]);
    }
    if (curve.knots() == 0) return curve;
    if (measured) add_correlations(trajectories, mode, place, curve);
    const double initial = curve.initial();
    curve.variance = gaussian_smoothed(curve.variance, options.smoothing);
    curve.variance.front() = initial;
    return curve;
}

}  // namespace

ModeCurve mode_curve(const Trajectories& trajectories, std::size_t mode, std::span<const double> levels,
                     const CurveOptions& options) {
    if (trajectories.evaluate && options.rule == EmergenceRule::crossing) {
        return CurveBuilder(trajectories, mode).build(levels);
    }
    return sampled_curve(trajectories, mode, options);
}

}  // namespace eigenflow::analysis
