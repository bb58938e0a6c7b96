#include "eigenflow/analysis/emergence.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "eigenflow/analysis/gaussian_smoothing.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "mode_curve.hpp"
#include "overshoot.hpp"
#include "passages.hpp"

namespace eigenflow::analysis {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What the criteria of one mode share.
struct Mode {
    double target = nan;  ///< as chosen by the options
    double initial = nan;
    double limit = nan;
    double band_low = nan;
    double band_high = nan;
    Direction direction = Direction::unknown;
    bool failed = false;  ///< its ends, or all variances but one

    bool has_passage() const { return initial >= 0.0 && target > 0.0 && initial != target; }  // false for NaN
};

/// λ̃ at the first τ; of a sampled curve that begins later, its first sample.
double initial_variance(const Trajectories& trajectories, const EmergenceOptions& options, std::size_t k) {
    for (std::size_t i = 0; i < trajectories.times(); ++i) {
        const double v = trajectories.at(i, k);
        if (trajectories.evaluate || options.simulated || (std::isfinite(v) && v >= 0.0)) return v;
    }
    return nan;
}

std::optional<std::size_t> partner_of(const Trajectories& trajectories, std::size_t k) {
    if (trajectories.partner.empty() || trajectories.partner[k] == k) return {};
    return trajectories.partner[k];
}

Mode describe(const Trajectories& trajectories, const EmergenceOptions& options, std::size_t k) {
    Mode mode;
    if (!trajectories.limit.empty()) mode.limit = trajectories.limit[k];
    mode.target = options.target == EmergenceTarget::data ? trajectories.target[k] : mode.limit;
    mode.initial = initial_variance(trajectories, options, k);
    mode.band_low = mode.target * (1.0 - options.settling_band);
    mode.band_high = mode.target * (1.0 + options.settling_band);
    if (mode.target > mode.initial) mode.direction = Direction::rising;
    if (mode.target <= mode.initial) mode.direction = Direction::falling;
    const bool has_target = std::isfinite(mode.target) || trajectories.limit.empty();  // else it may be asked in vain
    mode.failed = !std::isfinite(mode.initial) || !has_target;
    return mode;
}

double threshold_of(Criterion criterion, const Mode& mode) {
    switch (criterion) {
        case Criterion::geometric:
            return std::sqrt(mode.initial) * std::sqrt(mode.target);  // the product underflows
        case Criterion::harmonic:
            return 2.0 / (1.0 / mode.initial + 1.0 / mode.target);
        case Criterion::arithmetic:
            return 0.5 * mode.initial + 0.5 * mode.target;
        case Criterion::settling:
            return mode.target;
    }
    return nan;
}

std::vector<double> levels_of(const std::vector<Criterion>& criteria, const Mode& mode) {
    std::vector<double> levels;
    for (const Criterion criterion : criteria) {
        if (criterion == Criterion::settling) {
            levels.insert(levels.end(), {mode.band_low, mode.band_high});
        } else {
            levels.push_back(threshold_of(criterion, mode));
        }
    }
    return levels;
}

/// ∂ln threshold/∂ln v0.
double threshold_by_initial(Criterion criterion, const Mode& mode, double threshold) {
    switch (criterion) {
        case Criterion::geometric:
            return 0.5;
        case Criterion::harmonic:
            return 0.5 * threshold / mode.initial;
        case Criterion::arithmetic:
            return 0.5 * mode.initial / threshold;
        case Criterion::settling:
            break;  // the threshold is of the target
    }
    return 0.0;
}

Region learned(const Emergence& row, const Mode& mode) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (row.criterion == Criterion::settling) return {mode.band_low, mode.band_high};
    return mode.direction == Direction::rising ? Region{row.threshold, infinity} : Region{-infinity, row.threshold};
}

/// Whether the errors of the samples, rather than the curve, say when it crosses.
bool noise_decides(const Emergence& row, const ModeCurve& curve, const Mode& mode) {
    if (curve.standard_error.empty()) return false;
    if (row.criterion != Criterion::settling) return row.last_entry > row.first_passage;  // it crossed back
    const std::vector<double> kernel = gaussian_kernel(curve.smoothing);
    double part = kernel.front() * kernel.front();  // of a sample's variance that smoothing leaves
    for (std::size_t i = 1; i < kernel.size(); ++i) part += 2.0 * kernel[i] * kernel[i];
    if (!curve.previous_correlation.empty()) part += (1.0 - part) * curve.previous_correlation.back();
    return settling_errors * std::sqrt(part) * curve.standard_error.back() > mode.band_high - mode.target;
}

/// Whether the first passage, or an earlier one, may lie where the curve failed.
bool hides_first(const ModeCurve& curve, const Crossing& first) {
    return !curve.gaps.empty() && !(first.tau <= curve.tau[curve.gaps.front() - 1]);  // true for NaN
}

/// Whether the last entry, or a later one, may. A curve that ends outside has none.
bool hides_last(const ModeCurve& curve, const Crossing& last, const Region& region) {
    if (curve.gaps.empty() || !region.holds(curve.final())) return false;
    return !(last.tau > curve.tau[curve.gaps.back()]);
}

/// Sets the times, and the status as far as the gray zone has no say in it.
void find_passages(Emergence& row, const ModeCurve& curve, const Mode& mode) {
    if (!mode.has_passage() || !(row.threshold > 0.0) || curve.knots() < 2) return;
    const bool settling = row.criterion == Criterion::settling;
    const Region region = learned(row, mode);
    // A limit on the threshold itself is reached at τ = ∞ only; one on the band's edge is approached from inside or
    // not.
    const bool stays = std::isnan(mode.limit) ||
                       (settling ? region.holds(mode.limit) : region.holds(mode.limit) && mode.limit != row.threshold);
    Crossing first = first_entry(curve, region);
    Crossing last = stays ? last_entry(curve, region) : Crossing{};  // else what entered will leave again
    const bool no_first = hides_first(curve, first);
    const bool no_last = stays && hides_last(curve, last, region);
    if (no_first) first = {};
    if (no_last) last = {};
    const Crossing& counts = settling ? last : first;
    row.first_passage = first.tau;
    row.last_entry = last.tau;
    row.tau_star = counts.tau;
    row.noisy = noise_decides(row, curve, mode);
    row.tau_star_se = standard_error_of(curve, counts, threshold_by_initial(row.criterion, mode, row.threshold));
    const bool inside_from_the_start = settling && region.holds(curve.final());
    if (!std::isnan(row.tau_star)) {
        row.status = EmergenceStatus::emerged;
    } else if (settling ? no_last : no_first) {
        row.status = EmergenceStatus::failed;
    } else if (stays && !inside_from_the_start) {
        row.status = EmergenceStatus::censored;
    }
}

void find_emergence_of_mode(const Trajectories& trajectories, const EmergenceOptions& options, std::size_t k,
                            std::vector<Emergence>& rows) {
    Mode mode = describe(trajectories, options, k);
    const ModeCurve curve =
        mode_curve(trajectories, k, levels_of(options.thresholds, mode),
                   {.rule = options.rule, .smoothing = options.smoothing, .simulated = options.simulated});
    if (curve.knots() < 2 && trajectories.times() > 1) mode.failed = true;
    const double ratio = mode.initial / mode.target;
    const bool gray = ratio >= options.gray_low && ratio <= options.gray_high;
    const Overshoot overshoot = overshoot_of(curve, mode.limit);
    const double final = trajectories.times() > 0 ? trajectories.at(trajectories.times() - 1, k) : nan;
    for (std::size_t c = 0; c < options.thresholds.size(); ++c) {
        Emergence& row = rows[c * trajectories.modes() + k];
        row = {.criterion = options.thresholds[c],
               .mode = k,
               .target_variance = trajectories.target[k],
               .initial_variance = mode.initial,
               .final_variance = final,
               .limit_variance = mode.limit,
               .threshold = threshold_of(options.thresholds[c], mode),
               .direction = mode.direction,
               .gray_zone = gray,
               .overshoot = overshoot.found(),
               .status = mode.failed ? EmergenceStatus::failed : EmergenceStatus::no_crossing,
               .tau_star = nan,
               .observed_until = curve.knots() > 0 ? curve.tau.back() : nan,
               .extreme_variance = overshoot.variance,
               .extreme_tau = overshoot.tau,
               .partner = partner_of(trajectories, k)};
        find_passages(row, curve, mode);
        if (gray) row.status = EmergenceStatus::gray_zone;
    }
}

}  // namespace

std::vector<Emergence> find_emergence(const Trajectories& trajectories, const EmergenceOptions& options,
                                      Threads threads) {
    assert(trajectories.variance.size() == trajectories.times() * trajectories.modes());
    assert(trajectories.standard_error.empty() || trajectories.standard_error.size() == trajectories.variance.size());
    assert(trajectories.partner.empty() || trajectories.partner.size() == trajectories.modes());
    assert(options.smoothing >= 0.0);
    assert(trajectories.limit.empty() || trajectories.limit.size() == trajectories.modes());
    constexpr std::size_t chunk = 8;  // modes a task: curves differ in cost by the decades below the grid
    const std::size_t modes = trajectories.modes();
    std::vector<Emergence> rows(options.thresholds.size() * modes);
    numerics::parallel_for((modes + chunk - 1) / chunk, threads, [&](std::size_t task) {
        const std::size_t end = std::min(modes, (task + 1) * chunk);
        for (std::size_t k = task * chunk; k < end; ++k) find_emergence_of_mode(trajectories, options, k, rows);
    });
    return rows;
}

}  // namespace eigenflow::analysis
