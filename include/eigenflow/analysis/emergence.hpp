#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/core/trajectories.hpp"

namespace eigenflow::analysis {

/// When a mode counts as learned. The first three are first passages of λ̃(τ) through a mean of v0 = λ̃(0) and the target.
enum class Criterion {
    geometric,   ///< √(v0 · target)
    harmonic,    ///< 2 / (1/v0 + 1/target)
    arithmetic,  ///< (v0 + target) / 2
    settling,    ///< last entry into target · [1 − band, 1 + band]
};

/// What a mode emerges towards: the data's own variance λ, or what training to τ = ∞ gives (T-15).
enum class EmergenceTarget { data, limit };

enum class Direction { rising, falling };

enum class EmergenceStatus {
    emerged,      ///< crossed, and the mode takes part in fits
    censored,     ///< not crossed by the last τ, but it will be, or may be: right-censored
    gray_zone,    ///< v0/target lies in the gray zone: any τ* found is reported and left out of fits
    no_crossing,  ///< τ → ∞ never crosses (a fixed point, a limit on the near side, or a target of 0)
};

struct EmergenceOptions {
    std::vector<Criterion> thresholds = {Criterion::geometric, Criterion::harmonic};
    EmergenceTarget target = EmergenceTarget::data;
    double gray_low = 0.5;       ///< gray zone of v0/target, 0 < gray_low ≤ gray_high
    double gray_high = 2.0;
    double settling_band = 0.1;  ///< b > 0 of `settling`
};

/// One row of emergence.csv. A number that does not apply is NaN.
struct Emergence {
    Criterion criterion = Criterion::geometric;
    std::size_t mode = 0;           ///< counted from 0
    double target_variance = 0.0;   ///< λ_k, or the limit, as chosen
    double initial_variance = 0.0;  ///< v0 = λ̃_k(0), exact
    double final_variance = 0.0;    ///< at the last τ
    double limit_variance = 0.0;    ///< at τ = ∞; NaN where unknown
    double threshold = 0.0;         ///< the level crossed; for `settling` the target
    Direction direction = Direction::rising;
    bool gray_zone = false;
    bool overshoot = false;
    EmergenceStatus status = EmergenceStatus::no_crossing;
    double tau_star = 0.0;  ///< first passage (or last entry)  [1/(η data²)]
};

/// Emergence times of every mode under every criterion, criterion by criterion, modes in order (THEORY section 6).
/// See the body's tests for accuracy: on curves with `evaluate`, τ* is good to 1e-12 relative where λ̃ is exact.
std::vector<Emergence> find_emergence(const Trajectories& trajectories, const EmergenceOptions& options,
                                      Threads threads);

std::string_view name_of(Criterion);
std::string_view name_of(Direction);
std::string_view name_of(EmergenceStatus);
Result<Criterion> criterion_named(std::string_view name);
std::vector<std::string> criterion_names();

}  // namespace eigenflow::analysis
