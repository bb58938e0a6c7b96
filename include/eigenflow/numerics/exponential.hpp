#pragma once

#include <span>

namespace eigenflow::numerics {

/// e^x of every entry, in place, vectorised (Eigen's packet exponential, ≤ 2 ulp; 0 below −708.39, where e^x is
/// about to become denormal).
///
/// The bits of a result depend on its entry alone, not on its place in the span or in memory: Eigen's own assignment to
/// a mapped array peels off unaligned entries and sends them through std::exp.
void exponentials(std::span<double> x);

}  // namespace eigenflow::numerics
