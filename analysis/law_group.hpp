#pragma once

#include <span>
#include <string>

#include "eigenflow/analysis/emergence.hpp"
#include "estimators/estimator.hpp"
#include "one_exponent.hpp"

namespace eigenflow::analysis {

/// The modes of one criterion and direction, and what holds for every estimator's fit of them.
struct LawGroup {
    Criterion criterion = Criterion::geometric;
    Direction direction = Direction::rising;
    Points points;
    std::size_t rows = 0;           ///< modes of this criterion and direction, whatever became of them
    std::size_t gray = 0;           ///< of these, in the gray zone
    std::size_t censored = 0;       ///< all of them; points holds those with a λ and a last τ
    std::size_t failed = 0;         ///< with those whose direction is unknown, which count in both groups
    std::size_t noisy = 0;          ///< of the emerged and censored modes (Emergence::noisy)
    std::size_t without_error = 0;  ///< modes without tau_star_se, if others have one
    double curvature_p = std::numeric_limits<double>::quiet_NaN();
    Break bend;

    double log_span() const;  ///< of λ
    std::size_t different_variances() const;
};

/// Emerged modes with finite τ* > 0 and λ > 0, and censored modes with a last τ > 0 and λ > 0. Measurement variances
/// (se/τ*)² are kept if every emerged mode has one; a censored mode is given their median.
LawGroup select_group(std::span<const Emergence> emergence, Criterion criterion, Direction direction);

/// Warnings that hold for `estimator`, in plain words.
/// @param significance  tests of one exponent with p below it are reported
std::string note_on(const LawGroup& group, const Estimator& estimator, double significance);

void add_note(std::string& note, const std::string& text);

}  // namespace eigenflow::analysis
