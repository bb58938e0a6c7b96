#pragma once

#include "exact_variance.hpp"
#include "scenario_checks.hpp"

namespace eigenflow::torture {

/// One mode and time of the scenario against 50 digits: T-1 and the weights at its noise levels (T-3 … T-10), λ̃ from
/// the scenario's own numbers (T-11 … T-14, T-17) and its limit (T-15); for some the loss (T-22) and when λ̃ passes the
/// thresholds (T-21). λ̃ of depth ≥ 3 by quadrature takes half a second: one in 16.
/// @returns whether there was anything to compare
bool check_exactly(const Case& c, Record& record);

/// T-1: what the library has of a noise level.
void check_terms(const Case& c, double level, const ExactVariance& exact, Record& record);
/// T-3 … T-8 and T-10, and T-9 where weights of P Pᵀ have an emergence time.
void check_weight(const Case& c, std::size_t time, std::size_t mode, double level, const ExactVariance& exact,
                  Record& record);
/// T-21: λ̃ at the emergence times that are found is the threshold.
void check_passage(const Case& c, std::size_t mode, const ExactVariance& exact, Record& record);
/// T-22: the training loss of all modes.
void check_loss(const Case& c, std::size_t time, Record& record);

/// Exponentials, logarithms, the normal distribution's tails, the distances of T-22: `number` arguments of each; the
/// universal curve of T-6: a tenth of it.
void check_elementary(std::uint64_t seed, std::size_t number, Record& record);

/// Ein and the closed forms of λ̃: `number` arguments of each.
void check_functions(std::uint64_t seed, std::size_t number, Record& record);

}  // namespace eigenflow::torture
