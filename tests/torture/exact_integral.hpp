#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "exact.hpp"

namespace eigenflow::torture {

/// ∫ f from low to high, panels of at most 2 halved until 20-point Gauss–Legendre agrees with its halves to
/// 1e-15 of the larger of 1 and the panel's integral.
/// The halves' own error is below 1e-20 then. Nothing where that takes more than 100,000 values of f.
/// @param turns  where f turns sharply: panels shrink towards it by 4 until they are as narrow as `turn_width`
std::optional<Exact> exact_integral(const std::function<Exact(const Exact&)>& f, const Exact& low, const Exact& high,
                                    const std::vector<Exact>& turns = {}, const Exact& turn_width = 1);

}  // namespace eigenflow::torture
