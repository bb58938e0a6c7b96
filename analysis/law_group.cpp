#include "law_group.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace eigenflow::analysis {

namespace {

bool positive(double value) { return std::isfinite(value) && value > 0.0; }

void keep_measurement_variance(LawGroup& group) {
    std::vector<double>& v = group.points.measurement_variance;
    const auto without = std::count_if(v.begin(), v.end(), [](double value) { return !positive(value); });
    if (without > 0) {
        group.without_error = static_cast<std::size_t>(without) < v.size() ? static_cast<std::size_t>(without) : 0;
        v.clear();
    }
    if (v.empty()) return;
    std::vector<double> sorted = v;
    std::sort(sorted.begin(), sorted.end());
    group.points.censored_measurement_variance = sorted[sorted.size() / 2];
}

template <class... Numbers>
std::string text(const char* format, Numbers... numbers) {
    char buffer[192];
    std::snprintf(buffer, sizeof buffer, format, numbers...);
    return buffer;
}

std::string p_value(double p) { return p < 1e-15 ? "p < 1e-15" : text("p = %.2g", p); }

std::string note_on_noise(const LawGroup& group) {
    const char* what = group.criterion == Criterion::settling
                           ? "%zu modes settle within their noise: widen emergence.settling_band, or smooth"
                           : "%zu modes cross more than once within their noise: standard errors of tau* are too small";
    return text(what, group.noisy);
}

std::string note_on_straightness(const LawGroup& group, double significance) {
    std::string note;
    if (group.curvature_p < significance) {
        add_note(note, "a straight line is rejected (curvature " + p_value(group.curvature_p) + ")");
    }
    const Break& bend = group.bend;
    if (bend.p < significance) {
        add_note(note, text("no single exponent: %.4g below lambda = %.3g and %.4g above", bend.exponent_below,
                            std::exp(bend.log_variance), bend.exponent_above) +
                           " (break " + p_value(bend.p) + ")");
    }
    return note;
}

const char* reason_for_no_exponent(const LawGroup& group, const Estimator& estimator) {
    if (group.points.count() == 1) return "a single mode: no exponent";
    if (group.log_span() == 0.0) return "all modes have the same lambda: no exponent";
    const auto parameters = static_cast<std::size_t>(estimator.parameters);
    if (group.different_variances() < parameters) return "fewer different lambda than the law has parameters";
    return nullptr;
}

}  // namespace

void add_note(std::string& note, const std::string& text) {
    if (text.empty()) return;
    if (!note.empty()) note += "; ";
    note += text;
}

double LawGroup::log_span() const {
    const auto [low, high] = std::minmax_element(points.log_variance.begin(), points.log_variance.end());
    return *high - *low;
}

std::size_t LawGroup::different_variances() const {
    std::vector<double> sorted = points.log_variance;
    std::sort(sorted.begin(), sorted.end());
    return static_cast<std::size_t>(std::unique(sorted.begin(), sorted.end()) - sorted.begin());
}

LawGroup select_group(std::span<const Emergence> emergence, Criterion criterion, Direction direction) {
    LawGroup group{.criterion = criterion, .direction = direction, .points = {}, .bend = {}};
    Points& points = group.points;
    for (const Emergence& e : emergence) {
        const bool of_group = e.direction == direction || e.direction == Direction::unknown;
        if (e.criterion != criterion || !of_group || !e.counts()) continue;
        ++group.rows;
        if (e.status == EmergenceStatus::failed) ++group.failed;
        if (e.status == EmergenceStatus::gray_zone) ++group.gray;
        if (e.noisy && (e.status == EmergenceStatus::emerged || e.status == EmergenceStatus::censored)) ++group.noisy;
        if (e.status == EmergenceStatus::censored) {
            ++group.censored;
            if (!positive(e.target_variance) || !positive(e.observed_until)) continue;
            points.censored_log_variance.push_back(std::log(e.target_variance));
            points.censored_log_tau.push_back(std::log(e.observed_until));
        }
        if (e.status != EmergenceStatus::emerged || !positive(e.tau_star) || !positive(e.target_variance)) continue;
        points.log_variance.push_back(std::log(e.target_variance));
        points.log_tau.push_back(std::log(e.tau_star));
        const double relative = e.tau_star_se / e.tau_star;  // d ln τ*
        points.measurement_variance.push_back(relative * relative);
    }
    keep_measurement_variance(group);
    return group;
}

std::string note_on(const LawGroup& group, const Estimator& estimator, double significance) {
    const std::size_t n = group.points.count();
    if (n == 0) {
        const std::size_t never = group.rows - group.gray - group.censored - group.failed;
        return text("no mode emerged: %zu censored by the last tau, %zu in the gray zone, %zu without a crossing",
                    group.censored, group.gray, never) +
               (group.failed > 0 ? text(", %zu failed", group.failed) : "");
    }
    std::string note;
    if (group.failed > 0) note = text("%zu modes failed and are left out", group.failed);
    const char* none = reason_for_no_exponent(group, estimator);
    if (none) {
        add_note(note, none);
        return note;
    }
    const double span = group.log_span();
    const auto parameters = static_cast<std::size_t>(estimator.parameters);
    if (group.noisy > 0) add_note(note, note_on_noise(group));
    if (n == 2) add_note(note, "two modes: no standard error");
    if (n == parameters && n > 2) add_note(note, "as many modes as parameters: no standard error");
    if (n < 5) add_note(note, "fewer than 5 modes");
    if (span < std::log(10.0)) add_note(note, text("lambda spans less than a decade (x%.3g)", std::exp(span)));
    if (group.without_error > 0) {
        add_note(note,
                 text("%zu of %zu modes have no standard error of tau*: all weigh the same", group.without_error, n));
    }
    const std::size_t unused = group.censored - group.points.censored();
    if (estimator.uses_censored && unused > 0) {
        add_note(note, text("%zu censored modes without lambda or a last tau are left out", unused));
    }
    if (estimator.straight) add_note(note, note_on_straightness(group, significance));
    return note;
}

}  // namespace eigenflow::analysis
