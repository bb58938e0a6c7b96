#pragma once

#include <span>
#include <string_view>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::model {

/// x_t = a(t) x0 + s(t) z at one noise level, with derivatives in t (THEORY section 2).
struct PathPoint {
    double t;
    double a;
    double s;
    double da;
    double ds;
};

/// A noise path: one file in model/path and one line in its registry.
///
/// Its coordinate is ln(s/a), the logarithm of the noise-to-signal ratio (ln σ on `ve`): weights and flow change on its
/// unit scale on every path. Paths that reach pure noise or pure data have it infinite there, so it is cut at ±40: what
/// is beyond is e⁻⁴⁰ of the path.
struct NoisePath {
    std::string_view name;
    double default_noise;  ///< where sampling starts, t
    double default_data;   ///< where it ends, t
    PathPoint (*at)(NoiseLevel t);
    PathPoint (*at_coordinate)(double log_ratio);  ///< a and s without the rounding of t
    double (*initial_variance)(NoiseLevel noise);  ///< of x_t where sampling starts  [data²]

    static constexpr double coordinate_cut = 40.0;
    double coordinate(NoiseLevel t) const;  ///< ln(s/a), cut at ±coordinate_cut
};

std::span<const NoisePath* const> noise_paths();
const NoisePath* find_noise_path(std::string_view name);  ///< nullptr when there is none of that name

}  // namespace eigenflow::model
