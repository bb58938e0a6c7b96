#pragma once

#include "scenario_checks.hpp"

namespace eigenflow::torture {

/// One mode and time of the scenario against 50 digits: the weights at its noise levels for the curvature and cross
/// moment that they were given (T-3 … T-8, T-10), and λ̃ from the scenario's own numbers (T-11 … T-14, T-17).
/// @param deep_variance  λ̃ of depth ≥ 3 too: a second each
/// @returns whether there was anything to compare
bool check_exactly(const Case& c, bool deep_variance, Record& record);

/// Ein, exponentials, logarithms and the closed forms of λ̃: `number` arguments of each.
void check_functions(std::uint64_t seed, std::size_t number, Record& record);

}  // namespace eigenflow::torture
