#include "eigenflow/analysis/comparison.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "estimators/estimator.hpp"
#include "estimators/line.hpp"

namespace eigenflow::analysis {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// P(|z| ≥ |difference|/se). Numbers that agree without error do not differ.
template <class Distribution>
double two_sided(double difference, double se, const Distribution& distribution) {
    if (!std::isfinite(difference) || !(se >= 0.0)) return nan;
    if (difference == 0.0) return 1.0;
    if (se == 0.0) return 0.0;
    return 2.0 * boost::math::cdf(boost::math::complement(distribution, std::abs(difference) / se));
}

using ModeKey = std::pair<Criterion, std::size_t>;
using ByMode = std::map<ModeKey, const Emergence*>;

ByMode by_mode(const std::vector<Emergence>& rows) {
    ByMode index;
    for (const Emergence& row : rows) index.emplace(ModeKey(row.criterion, row.mode), &row);
    return index;
}

bool emerged(const Emergence& e) { return e.status == EmergenceStatus::emerged && e.tau_star > 0.0; }

TimeRatio ratio_of(std::size_t run, const Emergence& reference, const Emergence& row) {
    TimeRatio ratio{.run = run,
                    .criterion = row.criterion,
                    .mode = row.mode,
                    .reference_variance = reference.target_variance,
                    .variance = row.target_variance,
                    .reference_tau_star = reference.tau_star,
                    .tau_star = row.tau_star,
                    .ratio = nan,
                    .ratio_se = nan,
                    .reference_tau_star_se = reference.tau_star_se,
                    .tau_star_se = row.tau_star_se,
                    .reference_status = reference.status,
                    .status = row.status};
    if (!emerged(reference) || !emerged(row)) return ratio;
    ratio.ratio = row.tau_star / reference.tau_star;
    const double a = std::isnan(row.tau_star_se) ? 0.0 : row.tau_star_se / row.tau_star;
    const double b = std::isnan(reference.tau_star_se) ? 0.0 : reference.tau_star_se / reference.tau_star;
    if (a > 0.0 || b > 0.0) ratio.ratio_se = ratio.ratio * std::hypot(a, b);
    return ratio;
}

/// (se/τ*)² of ln τ*; NaN where there is no standard error.
double relative_variance(const Emergence& e) { return (e.tau_star_se / e.tau_star) * (e.tau_star_se / e.tau_star); }

/// ln λ and ln(τ*/τ*_ref) of the modes that emerged in both, in the reference's direction, and which modes those are.
/// An exact run adds no error to those of the other; if neither has errors for every mode, all weigh the same.
struct PairedModes {
    Points points;
    std::vector<std::size_t> modes;
};

PairedModes paired_modes(const std::vector<Emergence>& reference, const ByMode& run, Criterion criterion,
                         Direction direction) {
    PairedModes both;
    Points& points = both.points;
    for (const Emergence& row : reference) {
        if (row.criterion != criterion || row.direction != direction || !emerged(row) || !row.counts()) continue;
        const auto other = run.find(ModeKey(row.criterion, row.mode));
        if (other == run.end() || !emerged(*other->second) || other->second->direction != direction) continue;
        if (!(row.target_variance > 0.0)) continue;
        both.modes.push_back(row.mode);
        points.log_variance.push_back(std::log(row.target_variance));
        points.log_tau.push_back(std::log(other->second->tau_star / row.tau_star));
        const double a = relative_variance(row), b = relative_variance(*other->second);
        points.measurement_variance.push_back((a > 0.0 ? a : 0.0) + (b > 0.0 ? b : 0.0));
    }
    const std::vector<double>& v = points.measurement_variance;
    if (std::any_of(v.begin(), v.end(), [](double value) { return value == 0.0; })) points.measurement_variance = {};
    return both;
}

/// Mean, standard error and interval of ln(τ*/τ*_ref).
struct LogRatio {
    double mean = nan;
    double scatter = nan;
    double se = nan;
    double half = nan;

    LogRatio(const std::vector<double>& values, double confidence) {
        const auto n = static_cast<double>(values.size());
        mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
        if (values.size() < 2) return;
        double squares = 0.0;
        for (const double v : values) squares += (v - mean) * (v - mean);
        scatter = std::sqrt(squares / (n - 1.0));
        se = scatter / std::sqrt(n);
        half = se * boost::math::quantile(boost::math::students_t(n - 1.0), 0.5 + 0.5 * confidence);
    }
};

PairedComparison paired(std::size_t run, Criterion criterion, Direction direction, const Points& points,
                        double confidence) {
    PairedComparison result{.run = run,
                            .criterion = criterion,
                            .direction = direction,
                            .modes = points.count(),
                            .ratio = nan,
                            .ratio_low = nan,
                            .ratio_high = nan,
                            .difference = nan,
                            .difference_se = nan,
                            .p_value = nan};
    const LogRatio ratio(points.log_tau, confidence);
    result.ratio = std::exp(ratio.mean);
    result.ratio_low = std::exp(ratio.mean - ratio.half);
    result.ratio_high = std::exp(ratio.mean + ratio.half);
    if (points.count() < 3 || !(moments_of(points).sxx > 0.0)) return result;
    const LeastSquaresLine line = least_squares_line(points);
    result.difference = line.exponent;
    result.difference_se = line.exponent_se;
    // Two exact laws differ by rounding, and that is no scatter to measure a difference by.
    const double rounding = least_scale / std::sqrt(moments_of(points).sxx);
    result.p_value = two_sided(result.difference, std::max(result.difference_se, rounding),
                               boost::math::students_t(static_cast<double>(points.count()) - 2.0));
    result.differ = result.p_value < 1.0 - confidence;
    return result;
}

/// The ratios of one criterion, or of all.
struct Ratios {
    std::vector<double> log_ratio;
    std::vector<std::size_t> mode;
    std::vector<double> rising, falling;  ///< the same, by direction

    void add(const PairedModes& both, Direction direction) {
        const std::vector<double>& values = both.points.log_tau;
        std::vector<double>& side = direction == Direction::rising ? rising : falling;
        log_ratio.insert(log_ratio.end(), values.begin(), values.end());
        mode.insert(mode.end(), both.modes.begin(), both.modes.end());
        side.insert(side.end(), values.begin(), values.end());
    }
};

/// se² = G/(G − 1) Σ_modes (Σ_criteria (r − r̄))²/N²: for one ratio a mode, s²/N.
EffectiveRate effective_rate(std::size_t run, std::optional<Criterion> criterion, const Ratios& ratios,
                             double confidence) {
    const LogRatio all(ratios.log_ratio, confidence);
    std::map<std::size_t, double> by_mode;
    for (std::size_t i = 0; i < ratios.mode.size(); ++i) by_mode[ratios.mode[i]] += ratios.log_ratio[i] - all.mean;
    const auto groups = static_cast<double>(by_mode.size()), n = static_cast<double>(ratios.mode.size());
    double squares = 0.0;
    for (const auto& [mode, sum] : by_mode) squares += sum * sum;
    double se = nan, half = nan;
    if (by_mode.size() > 1) {
        se = std::sqrt(groups / (groups - 1.0) * squares) / n;
        half = se * boost::math::quantile(boost::math::students_t(groups - 1.0), 0.5 + 0.5 * confidence);
    }
    const double rate = std::exp(-all.mean);
    return {.run = run,
            .criterion = criterion,
            .modes = by_mode.size(),
            .times = ratios.mode.size(),
            .rate = rate,
            .rate_se = rate * se,
            .rate_low = std::exp(-all.mean - half),
            .rate_high = std::exp(-all.mean + half),
            .scatter = all.scatter,
            .direction_ratio = nan,
            .direction_p = nan};
}

/// Whether rising and falling modes share the rate: Welch's t test of their mean ln(τ*/τ*_ref).
void compare_directions(const Ratios& ratios, double confidence, EffectiveRate& rate) {
    if (ratios.rising.empty() || ratios.falling.empty()) return;
    const LogRatio up(ratios.rising, confidence), down(ratios.falling, confidence);
    rate.direction_ratio = std::exp(up.mean - down.mean);
    if (ratios.rising.size() < 2 || ratios.falling.size() < 2) return;
    const double a = up.se * up.se, b = down.se * down.se;
    const auto n = static_cast<double>(ratios.rising.size()), m = static_cast<double>(ratios.falling.size());
    const double degrees = a + b > 0.0 ? (a + b) * (a + b) / (a * a / (n - 1.0) + b * b / (m - 1.0)) : n + m - 2.0;
    rate.direction_p =
        two_sided(up.mean - down.mean, std::max(std::sqrt(a + b), least_scale), boost::math::students_t(degrees));
}

std::vector<std::pair<Criterion, Direction>> groups_of(const std::vector<Emergence>& rows) {
    std::vector<std::pair<Criterion, Direction>> groups;
    for (const Emergence& row : rows) {
        for (const Direction direction : {Direction::rising, Direction::falling}) {
            const std::pair group(row.criterion, direction);
            if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
        }
    }
    return groups;
}

void compare_exponents(std::size_t run, const RunResult& reference, const RunResult& other,
                       std::vector<ExponentDifference>& rows) {
    for (const PowerLaw& law : reference.power_laws) {
        const auto same = std::find_if(other.power_laws.begin(), other.power_laws.end(), [&](const PowerLaw& p) {
            return p.criterion == law.criterion && p.direction == law.direction && p.estimator == law.estimator;
        });
        if (same == other.power_laws.end()) continue;
        const double difference = same->exponent - law.exponent;
        const double se = std::hypot(same->exponent_se, law.exponent_se);
        rows.push_back({.run = run,
                        .reference_law = law,
                        .law = *same,
                        .difference = difference,
                        .difference_se = se,
                        .p_value = two_sided(difference, se, boost::math::normal())});
    }
}

}  // namespace

Comparison compare_runs(std::span<const RunResult> runs, double confidence) {
    Comparison comparison;
    const RunResult& reference = runs.front();
    for (std::size_t r = 1; r < runs.size(); ++r) {
        const ByMode index = by_mode(runs[r].emergence);
        for (const Emergence& row : reference.emergence) {
            const auto other = index.find(ModeKey(row.criterion, row.mode));
            if (other != index.end()) comparison.times.push_back(ratio_of(r, row, *other->second));
        }
        compare_exponents(r, reference, runs[r], comparison.exponents);
        std::map<Criterion, Ratios> ratios;
        Ratios pooled;
        for (const auto& [criterion, direction] : groups_of(reference.emergence)) {
            const PairedModes both = paired_modes(reference.emergence, index, criterion, direction);
            if (both.modes.empty()) continue;
            comparison.paired.push_back(paired(r, criterion, direction, both.points, confidence));
            ratios[criterion].add(both, direction);
            pooled.add(both, direction);
        }
        if (pooled.mode.empty()) continue;
        for (const auto& [criterion, of] : ratios) {
            EffectiveRate rate = effective_rate(r, criterion, of, confidence);
            compare_directions(of, confidence, rate);
            comparison.rates.push_back(rate);
        }
        comparison.rates.push_back(effective_rate(r, {}, pooled, confidence));
    }
    return comparison;
}

}  // namespace eigenflow::analysis
