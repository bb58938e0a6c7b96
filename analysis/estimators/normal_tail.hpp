#pragma once

namespace eigenflow::analysis {

/// The upper tail of the standard normal, Q(z) = ½ erfc(z/√2), and its hazard φ(z)/Q(z) = −d ln Q/dz.
struct NormalTail {
    double log_probability = 0.0;  ///< ln Q
    double hazard = 0.0;           ///< its derivative is hazard (hazard − z)
};

/// Good to 16 ulp where Q(z) underflows too (test "normal tail"), for |z| ≤ 1e100. Cost: one erfc, or 30 divisions for
/// z > 5.
NormalTail normal_tail(double z);

}  // namespace eigenflow::analysis
