#pragma once

#include <span>
#include <string_view>

#include "eigenflow/core/strong_types.hpp"

namespace eigenflow::model {

/// x_t = a(t) x0 + s(t) z at one noise level, with derivatives in t (THEORY section 2).
struct PathPoint {
    double a;
    double s;
    double da;
    double ds;
};

/// A noise path: one file in model/path and one line in its registry.
///
/// `coordinate` is the variable in which the probability flow is smooth and is integrated (ln σ on `ve`); `level`
/// is its inverse and `stretch` is dt/d(coordinate).
struct NoisePath {
    std::string_view name;
    double default_noise;  ///< where sampling starts, t
    double default_data;   ///< where it ends, t
    PathPoint (*at)(NoiseLevel t);
    double (*initial_variance)(NoiseLevel noise);  ///< of x_t where sampling starts  [data²]
    double (*coordinate)(NoiseLevel t);
    NoiseLevel (*level)(double coordinate);
    double (*stretch)(NoiseLevel t);
};

std::span<const NoisePath* const> noise_paths();
const NoisePath* find_noise_path(std::string_view name);  ///< nullptr when there is none of that name

}  // namespace eigenflow::model
