#include "eigenflow/analysis/power_law.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "bootstrap.hpp"
#include "estimators/estimator.hpp"

namespace eigenflow::analysis {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The modes of one criterion and direction.
struct Group {
    Criterion criterion = Criterion::geometric;
    Direction direction = Direction::rising;
    Points points;
    std::size_t censored = 0;

    double log_span() const {
        const auto [low, high] = std::minmax_element(points.log_variance.begin(), points.log_variance.end());
        return *high - *low;
    }
};

Group select(std::span<const Emergence> emergence, Criterion criterion, Direction direction) {
    Group group{.criterion = criterion, .direction = direction, .points = {}};
    for (const Emergence& e : emergence) {
        if (e.criterion != criterion || e.direction != direction) continue;
        if (e.status == EmergenceStatus::censored) ++group.censored;
        const bool fitted = e.status == EmergenceStatus::emerged && std::isfinite(e.tau_star) && e.tau_star > 0.0 &&
                            std::isfinite(e.target_variance) && e.target_variance > 0.0;
        if (!fitted) continue;
        group.points.log_variance.push_back(std::log(e.target_variance));
        group.points.log_tau.push_back(std::log(e.tau_star));
    }
    return group;
}

std::vector<Criterion> criteria_in(std::span<const Emergence> emergence) {
    std::vector<Criterion> criteria;
    for (const Emergence& e : emergence) {
        if (std::find(criteria.begin(), criteria.end(), e.criterion) == criteria.end()) criteria.push_back(e.criterion);
    }
    return criteria;
}

void add_note(std::string& note, const std::string& text) {
    if (text.empty()) return;
    if (!note.empty()) note += "; ";
    note += text;
}

std::string note_on(const Group& group) {
    const std::size_t n = group.points.count();
    if (n == 1) return "a single mode: no exponent";
    const double span = group.log_span();
    if (span == 0.0) return "all modes have the same lambda: no exponent";
    std::string note;
    if (n == 2) add_note(note, "two modes: no standard error");
    if (n < 5) add_note(note, "fewer than 5 modes");
    if (span < std::log(10.0)) {
        char text[64];
        std::snprintf(text, sizeof text, "lambda spans less than a decade (x%.3g)", std::exp(span));
        add_note(note, text);
    }
    return note;
}

/// Place in the registry; estimators().size() if there is none of that name.
std::size_t place_of(const std::string& estimator) {
    const auto all = estimators();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Estimator* e) { return e->name == estimator; });
    return static_cast<std::size_t>(found - all.begin());
}

PowerLaw fit_group(const Group& group, const std::string& name, const FitOptions& options, Threads threads) {
    const Points& points = group.points;
    PowerLaw law{.criterion = group.criterion,
                 .direction = group.direction,
                 .estimator = name,
                 .exponent = nan,
                 .exponent_se = nan,
                 .ci_low = nan,
                 .ci_high = nan,
                 .prefactor = nan,
                 .floor = nan,
                 .r_squared = nan,
                 .modes = points.count(),
                 .censored = group.censored,
                 .note = note_on(group)};
    const std::size_t place = place_of(name);
    if (place == estimators().size()) {
        law.note = "there is no estimator '" + name + "'";
        return law;
    }
    if (points.count() < 2 || group.log_span() == 0.0) return law;

    const Estimator& estimator = *estimators()[place];
    const Estimate estimate = estimator.fit(points);
    add_note(law.note, estimate.note);
    law.exponent = estimate.exponent;
    law.exponent_se = estimate.exponent_se;
    law.prefactor = std::exp(estimate.log_prefactor);
    law.floor = estimate.floor;
    law.r_squared = estimate.r_squared;
    if (points.count() < 3 || !std::isfinite(law.exponent)) return law;

    Interval interval;
    if (options.bootstrap > 0) {
        const std::uint64_t fit =
            (static_cast<std::uint64_t>(place) * 16 + static_cast<std::uint64_t>(law.criterion)) * 2 +
            static_cast<std::uint64_t>(law.direction);
        interval = bootstrap_interval(
            points, estimator, estimate,
            {.resamples = options.bootstrap, .confidence = options.confidence, .seed = options.seed, .fit = fit},
            threads);
    } else {
        interval = student_interval(estimate, points.count(), options.confidence);
    }
    law.ci_low = interval.low;
    law.ci_high = interval.high;
    return law;
}

}  // namespace

std::vector<PowerLaw> fit_power_laws(std::span<const Emergence> emergence, const FitOptions& options, Threads threads) {
    std::vector<PowerLaw> laws;
    for (const Criterion criterion : criteria_in(emergence)) {
        for (const Direction direction : {Direction::rising, Direction::falling}) {
            const Group group = select(emergence, criterion, direction);
            if (group.points.count() == 0) continue;
            for (const std::string& name : options.estimators) laws.push_back(fit_group(group, name, options, threads));
        }
    }
    return laws;
}

std::vector<std::string> estimator_names() {
    std::vector<std::string> names;
    for (const Estimator* estimator : estimators()) names.emplace_back(estimator->name);
    return names;
}

}  // namespace eigenflow::analysis
