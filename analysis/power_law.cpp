#include "eigenflow/analysis/power_law.hpp"

#include <algorithm>
#include <cmath>

#include "bootstrap.hpp"
#include "estimators/estimator.hpp"
#include "law_group.hpp"
#include "one_exponent.hpp"

namespace eigenflow::analysis {

namespace {

// Of 7 modes the tails of the expanded percentile interval are the one most extreme of 1000 resamples, which are those
// that drew two or three modes only; of 10 they are the five most extreme.
constexpr std::size_t fewest_resampled = 10;

std::vector<Criterion> criteria_in(std::span<const Emergence> emergence) {
    std::vector<Criterion> criteria;
    for (const Emergence& e : emergence) {
        if (std::find(criteria.begin(), criteria.end(), e.criterion) == criteria.end()) criteria.push_back(e.criterion);
    }
    return criteria;
}

/// Place in the registry; estimators().size() if there is none of that name.
std::size_t place_of(const std::string& estimator) {
    const auto all = estimators();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Estimator* e) { return e->name == estimator; });
    return static_cast<std::size_t>(found - all.begin());
}

/// Numbers of random streams. A fit's is below 2^31, whatever else is fitted; tests of a group have those above.
std::uint64_t stream_of(const LawGroup& group) {
    return static_cast<std::uint64_t>(group.criterion) * 2 + static_cast<std::uint64_t>(group.direction);
}
std::uint64_t fit_stream(const LawGroup& group, std::size_t place) {
    return static_cast<std::uint64_t>(place) * 32 + stream_of(group);
}
std::uint64_t break_stream(const LawGroup& group) { return (1ULL << 31U) + stream_of(group); }

PowerLaw unfitted(const LawGroup& group, const std::string& estimator) {
    PowerLaw law;
    law.criterion = group.criterion;
    law.direction = group.direction;
    law.estimator = estimator;
    law.modes = group.points.count();
    law.censored = group.censored;
    law.curvature_p = group.curvature_p;
    law.break_variance = std::exp(group.bend.log_variance);
    law.exponent_below = group.bend.exponent_below;
    law.exponent_above = group.bend.exponent_above;
    law.break_p = group.bend.p;
    return law;
}

/// The reason for every number that a fit should have and has not.
void note_what_is_missing(const Estimate& estimate, PowerLaw& law, bool has_error) {
    if (!std::isfinite(law.exponent)) return add_note(law.note, "no finite exponent");
    if (std::isnan(law.r_squared)) add_note(law.note, "all modes emerge at the same tau: no r_squared");
    if (std::isfinite(estimate.log_prefactor) && !std::isfinite(law.prefactor)) {
        add_note(law.note, "the prefactor is beyond the doubles");
    }
    if (has_error && !std::isfinite(law.exponent_se)) {
        add_note(law.note, "no standard error: the modes do not tell the parameters of the law apart");
    }
}

PowerLaw fit_group(const LawGroup& group, const std::string& name, const FitOptions& options, Threads threads) {
    const Points& points = group.points;
    PowerLaw law = unfitted(group, name);
    const std::size_t place = place_of(name);
    if (place == estimators().size()) {
        law.note = "there is no estimator '" + name + "'";
        return law;
    }
    const Estimator& estimator = *estimators()[place];
    law.note = note_on(group, estimator, 1.0 - options.confidence);
    if (estimator.uses_censored) law.censored = points.censored();
    if (points.count() == 0 || group.different_variances() < static_cast<std::size_t>(estimator.parameters)) return law;

    const Estimate estimate = estimator.fit(points, options.confidence);
    add_note(law.note, estimate.note);
    law.exponent = estimate.exponent;
    law.exponent_se = estimate.exponent_se;
    law.prefactor = std::exp(estimate.log_prefactor);
    law.floor = estimate.floor;
    law.floor_se = estimate.floor_se;
    law.floor_ci_low = estimate.floor_low;
    law.floor_ci_high = estimate.floor_high;
    law.r_squared = estimate.r_squared;
    const bool has_error = points.count() > static_cast<std::size_t>(estimator.parameters);
    note_what_is_missing(estimate, law, has_error);
    if (!has_error || !std::isfinite(law.exponent)) return law;

    const BootstrapOptions bootstrap{.resamples = options.bootstrap,
                                     .confidence = options.confidence,
                                     .seed = options.seed,
                                     .fit = fit_stream(group, place)};
    const bool resample = options.bootstrap > 0 && points.count() >= fewest_resampled;
    const Interval interval =
        resample ? bootstrap_interval(points, estimator, estimate, bootstrap, threads)
                 : student_interval(estimate, points.count(), estimator.parameters, options.confidence);
    law.ci_low = interval.low;
    law.ci_high = interval.high;
    return law;
}

/// Fills in what the modes say about a single exponent.
void test_one_exponent(LawGroup& group, const FitOptions& options, Threads threads) {
    if (group.points.count() < 3 || group.different_variances() < 2) return;
    const LineComplement complement(group.points);
    group.curvature_p = curvature_p_value(complement);
    group.bend =
        find_break(group.points, complement,
                   {.simulations = options.bootstrap, .seed = options.seed, .fit = break_stream(group)}, threads);
}

bool says_something(const LawGroup& group) { return group.points.count() > 0 || group.censored > 0; }

}  // namespace

std::vector<PowerLaw> fit_power_laws(std::span<const Emergence> emergence, const FitOptions& options, Threads threads) {
    std::vector<PowerLaw> laws;
    for (const Criterion criterion : criteria_in(emergence)) {
        std::vector<LawGroup> groups;
        for (const Direction direction : {Direction::rising, Direction::falling}) {
            groups.push_back(select_group(emergence, criterion, direction));
        }
        const bool none_emerged = std::none_of(groups.begin(), groups.end(), says_something);
        for (LawGroup& group : groups) {
            if (none_emerged ? group.rows == 0 : !says_something(group)) continue;
            test_one_exponent(group, options, threads);
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
