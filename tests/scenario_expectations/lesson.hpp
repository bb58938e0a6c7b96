#pragma once

#include <string>
#include <vector>

#include "eigenflow/scenario/run.hpp"

namespace eigenflow::tests {

/// A lesson of scenarios/, run with overrides.
struct Lesson {
    std::string comment;  ///< the text above the first key, without `#`
    scenario::Run run;

    /// The comment says this, word for word; line breaks count as blanks.
    bool states(const std::string& words) const;
};
Lesson run_lesson(const std::string& file, const std::vector<std::string>& overrides = {});

/// Every line "criterion direction estimator alpha modes" of the lesson's comment is a fit of the run, its exponent
/// rounded to the digits stated; and every fit is stated. None is censored.
void check_stated_exponents(const Lesson& lesson);

/// For the geometric and the harmonic threshold: every mode emerged or is in the gray zone, and the comment says "a
/// modes rise, b fall, c lie in the gray zone".
void check_stated_counts(const Lesson& lesson);

/// A number as the comments write it: the shortest of `digits` significant digits.
std::string rounded(double value, int digits);
std::string fixed(double value, int decimals);

/// τ* of one mode, counted from 1.
double emergence_time(const Lesson& lesson, analysis::Criterion criterion, std::size_t mode);

std::size_t count(const Lesson& lesson, analysis::Criterion criterion, analysis::EmergenceStatus status,
                  analysis::Direction direction);

double exponent(const Lesson& lesson, analysis::Criterion criterion, const std::string& estimator = "ols",
                analysis::Direction direction = analysis::Direction::rising);

}  // namespace eigenflow::tests
