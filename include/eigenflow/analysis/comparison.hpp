#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"

namespace eigenflow::analysis {

/// What a comparison sees of a run, simulated or measured.
struct RunResult {
    std::string name;
    std::vector<Emergence> emergence;
    std::vector<PowerLaw> power_laws;
    /// Keys of [emergence] and their values as text, where they are known.
    std::vector<std::pair<std::string, std::string>> settings = {};
};

/// τ* of one mode in a run over that in the reference.
struct TimeRatio {
    std::size_t run = 0;  ///< index of the compared run, ≥ 1; 0 is the reference
    Criterion criterion = Criterion::geometric;
    std::size_t mode = 0;
    double reference_variance = 0.0;  ///< λ of the mode in the reference  [data²]
    double variance = 0.0;            ///< and in the run
    double reference_tau_star = 0.0;
    double tau_star = 0.0;
    double ratio = 0.0;     ///< τ*/τ*_ref; NaN unless both emerged
    double ratio_se = 0.0;  ///< from the standard errors of both, where there are any; else NaN
    double reference_tau_star_se = 0.0;
    double tau_star_se = 0.0;
    EmergenceStatus reference_status = EmergenceStatus::no_crossing;
    EmergenceStatus status = EmergenceStatus::no_crossing;
};

/// One law in a run and in the reference: the same criterion, direction and estimator.
struct ExponentDifference {
    std::size_t run = 0;
    PowerLaw reference_law;
    PowerLaw law;
    double difference = 0.0;     ///< α − α_ref
    double difference_se = 0.0;  ///< √(se² + se_ref²): as if the two fits were independent
    double p_value = 0.0;        ///< of no difference, two-sided normal
};

/// All modes that emerged in both runs, in the same direction.
struct PairedComparison {
    std::size_t run = 0;
    Criterion criterion = Criterion::geometric;
    Direction direction = Direction::rising;
    std::size_t modes = 0;
    double ratio = 0.0;  ///< geometric mean of τ*/τ*_ref: the runs' relative slowness
    double ratio_low = 0.0;
    double ratio_high = 0.0;     ///< its interval at the confidence asked for (Student t of ln ratio)
    double difference = 0.0;     ///< α − α_ref, minus the slope of ln(τ*/τ*_ref) on ln λ
    double difference_se = 0.0;  ///< of that slope
    double p_value = 0.0;        ///< of no difference, Student t with n − 2 degrees of freedom
    bool differ = false;         ///< p < 1 − confidence
};

/// The effective learning rate of a run in units of the reference's: the reference, trained at `rate` times its own
/// learning rate, would emerge when the run does. Of a theory (the reference) and an experiment (the run) it is what
/// the theory's learning rate is to be multiplied by. One number for all modes, whatever their direction, every ratio
/// counted alike; τ* scales with 1/η (T-16), so it shifts every ln τ* alike and leaves exponents as they are.
struct EffectiveRate {
    std::size_t run = 0;
    std::optional<Criterion> criterion;  ///< unset: of all criteria together
    std::size_t modes = 0;               ///< emerged in both runs, in the same direction
    std::size_t times = 0;               ///< ratios: as many as modes, or of all criteria together up to one for each
    double rate = 0.0;                   ///< exp of minus the mean of ln(τ*/τ*_ref)
    double rate_se = 0.0;  ///< from the scatter of ln(τ*/τ*_ref) over modes, a mode's own ratios taken as dependent;
                           ///< NaN for one mode
    double rate_low = 0.0;
    double rate_high = 0.0;  ///< its interval (Student t, modes − 1 degrees of freedom)
    double scatter = 0.0;    ///< standard deviation of ln(τ*/τ*_ref): what one rate can't explain
    double direction_ratio =
        0.0;                   ///< τ*/τ*_ref of rising modes over that of falling ones; NaN of all criteria together
    double direction_p = 0.0;  ///< of no difference between the two (Welch's t); NaN below two modes in either
};

struct Comparison {
    std::vector<TimeRatio> times;
    std::vector<ExponentDifference> exponents;
    std::vector<PairedComparison> paired;
    std::vector<EffectiveRate> rates;
};

/// Compares every run with the first.
///
/// Modes are matched by number, laws by criterion, direction and estimator. Two runs on the same modes share whatever
/// bends the law away from a straight line, so their fits are not independent: the paired regression of ln(τ*/τ*_ref)
/// on ln λ removes what they share, and decides whether exponents differ. It needs 3 modes.
/// @param runs  at least one; the first is the reference
/// @param confidence  0 < confidence < 1
/// A number that does not apply is NaN.
Comparison compare_runs(std::span<const RunResult> runs, double confidence);

}  // namespace eigenflow::analysis
