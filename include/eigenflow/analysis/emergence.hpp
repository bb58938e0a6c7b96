#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/core/trajectories.hpp"

namespace eigenflow::analysis {

/// When a mode counts as learned. The first three are first passages of λ̃(τ) through a mean of v0 = λ̃(0) and the
/// target.
enum class Criterion {
    geometric,   ///< √(v0 · target)
    harmonic,    ///< 2 / (1/v0 + 1/target)
    arithmetic,  ///< (v0 + target) / 2
    settling,    ///< last entry into target · [1 − band, 1 + band]: λ̃ stays there up to the last τ
};

/// What a mode emerges towards: the data's own variance λ, or what training to τ = ∞ gives (T-15).
enum class EmergenceTarget { data, limit };

/// rising if target > v0, falling if not, unknown where one of them is.
enum class Direction { rising, falling, unknown };

enum class EmergenceStatus {
    emerged,    ///< crossed, and the mode takes part in fits
    censored,   ///< not crossed by the last τ, but it will be, or may be: right-censored
    gray_zone,  ///< v0/target lies in the gray zone, whatever else is true: any τ* found is reported, and left out of
                ///< fits
    no_crossing,  ///< τ → ∞ never crosses (a fixed point, a limit on the near side or outside the band), or there is
                  ///< nothing to cross: target, threshold or v0 is 0, limits are not known, λ̃ in the settling band from
                  ///< the start
    failed,  ///< what would say where it crosses could not be computed: v0, a limit that is the target, all
             ///< variances but one; of an analytic or simulated curve also a variance
             ///< before the crossing
};

/// Which points of a curve may be τ*.
enum class EmergenceRule {
    crossing,  ///< where the curve itself crosses: a root of an analytic curve, interpolation between samples
    grid,      ///< the first τ of the grid at or past the level, as in much of the literature: late by up to one step
};

struct EmergenceOptions {
    std::vector<Criterion> thresholds = {Criterion::geometric, Criterion::harmonic};
    EmergenceTarget target =
        EmergenceTarget::data;  ///< limit: rows are no_crossing where `Trajectories::limit` is empty
    double gray_low = 0.5;      ///< gray zone of v0/target, ends included; 0 < gray_low ≤ gray_high
    double gray_high = 2.0;
    double settling_band = 0.1;  ///< b > 0 of `settling`
    EmergenceRule rule = EmergenceRule::crossing;
    double smoothing = 0.0;  ///< σ ≥ 0 of `gaussian_smoothed` in samples, 0 = none; analytic curves under `crossing`
                             ///< are left as they are
    bool simulated = false;  ///< what a sampled curve lacks has failed, as with `evaluate`: it was not left out
};

/// A curve overshoots if it leaves [min(v0, end), max(v0, end)] by more than this part of the nearer end: λ̃ is
/// generically not monotone for 0 < Q < 1. `end` is the limit, or where that is unknown the last finite variance.
inline constexpr double overshoot_part = 0.01;

/// Where variances have standard errors, also by more than this many of the difference to that end: 60 samples about a
/// plateau are farther out by chance once in 350 modes (normal errors).
inline constexpr double overshoot_errors = 4.0;

/// A settling band has to be this many standard errors wide on either side: within 2 a curve at rest is outside at one
/// sample in twenty, and its last entry is the last of those.
inline constexpr double settling_errors = 4.0;

/// One row of emergence.csv. A number that does not apply is NaN.
struct Emergence {
    Criterion criterion = Criterion::geometric;
    std::size_t mode = 0;          ///< counted from 0
    double target_variance = 0.0;  ///< λ_k, the data's own, whichever target was chosen: the abscissa of T-21  [data²]
    double initial_variance = 0.0;  ///< v0 = λ̃_k(0), exact for simulations; else the first valid sample  [data²]
    double final_variance = 0.0;    ///< at the last τ  [data²]
    double limit_variance = 0.0;    ///< at τ = ∞; NaN where unknown  [data²]
    double threshold = 0.0;         ///< the level crossed; for `settling` the target  [data²]
    Direction direction = Direction::rising;  ///< unknown where v0 or the target is
    bool gray_zone = false;
    bool overshoot = false;  ///< see overshoot_part
    EmergenceStatus status = EmergenceStatus::no_crossing;
    double tau_star = 0.0;  ///< first_passage; for `settling` last_entry; NaN if there is none  [1/(η data²)]
    double tau_star_se = std::numeric_limits<double>::quiet_NaN();  ///< standard error of τ*, where variances have one
    double observed_until = std::numeric_limits<double>::quiet_NaN();  ///< τ of the last finite variance: where a
                                                                       ///< censored mode was lost from sight
    double first_passage = std::numeric_limits<double>::quiet_NaN();  ///< the first τ at the threshold, or in the band
    double last_entry = std::numeric_limits<double>::quiet_NaN();  ///< the τ from which λ̃ stays past the threshold, or
                                                                   ///< in the band, up to the last τ
    double extreme_variance = std::numeric_limits<double>::quiet_NaN();  ///< farthest out of an overshoot  [data²]
    double extreme_tau = std::numeric_limits<double>::quiet_NaN();       ///< where it is  [1/(η data²)]
    /// With standard errors: the curve crosses the threshold more than once, or the settling band is narrower than
    /// `settling_errors` of them; τ* is then off by more than its standard error says. Not a column: laws say how many
    /// modes are.
    bool noisy = false;
    /// The mode that is this one over again (`Trajectories::partner`), if there is one.
    std::optional<std::size_t> partner = {};

    /// Of a mode and its partner the first counts in fits and comparisons: the second is no second measurement.
    bool counts() const { return !partner || mode <= *partner; }
};

/// Emergence times of every mode under every criterion, criterion by criterion, modes in order (THEORY section 6).
///
/// Analytic curves (`Trajectories::evaluate`): the grid is filled up to 12 points a decade and continued below its
/// first positive τ, decade by decade, until λ̃ is at λ̃(0); the first bracket is refined by TOMS 748 on ln(λ̃/threshold)
/// in ln τ. τ* is good to 64 ε relative where λ̃ is exact and d ln λ̃/d ln τ of order 1 (test "T-21 thresholds"), and to
/// 1e-10 on T-12 … T-14 (test "T-21 golden emergence times"). A crossing undone within a 24th of a decade can be
/// missed. The extreme of an overshoot is refined by Brent's minimiser: its variance to 1e-13, its τ to 1e-6, relative.
///
/// Sampled curves: ln λ̃ is a monotone cubic in ln τ between samples (Fritsch and Butland 1984), and linear in τ in an
/// interval that begins at τ = 0. Exact on curves that are powers of τ; within 1 % for one layer on 60 samples over
/// eight decades (docs/emergence.md has the table, a test computes it). With `Trajectories::standard_error` τ* gets one
/// by the delta method: se(ln τ*) = se(ln λ̃)/|d ln λ̃/d ln τ|, the errors of the samples weighted as the interpolation
/// and the smoothing weight them, that of λ̃(0) in the threshold and their correlations included. The target counts as
/// exact.
///
/// `EmergenceRule::grid`: only the samples are looked at, those of an analytic curve too; τ* has no standard error.
///
/// Variances that are NaN or negative are skipped: a censored mode is one not crossed by its last finite variance. An
/// analytic curve with a gap before the first passage (after the last entry), or in it, has none: status `failed`; so
/// has one that was `simulated`. A measured curve is interpolated over its gaps as between any samples.
/// Cost: 120 to 150 evaluations a mode (T-12, first = 1e-3, 25 points a decade), ten of them per crossing, and up
/// to 30 for an overshoot. No result depends on `threads`.
std::vector<Emergence> find_emergence(const Trajectories& trajectories, const EmergenceOptions& options,
                                      Threads threads);

std::string_view name_of(Criterion);
std::string_view name_of(Direction);
std::string_view name_of(EmergenceStatus);
/// ErrorKind::usage, naming the choices, for a name that is none of criterion_names().
Result<Criterion> criterion_named(std::string_view name);
std::vector<std::string> criterion_names();

std::string_view name_of(EmergenceRule);
/// ErrorKind::usage, naming the choices, for a name that is none of emergence_rule_names().
Result<EmergenceRule> emergence_rule_named(std::string_view name);
std::vector<std::string> emergence_rule_names();

}  // namespace eigenflow::analysis
