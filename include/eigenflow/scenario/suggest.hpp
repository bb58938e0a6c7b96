#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/spectrum.hpp"

namespace eigenflow::scenario {

struct SuggestOptions {
    double tolerance = 0.01;  ///< relative error of a learned variance that the ends of the path may cause, 0 < . < 1
    double bias = 0.01;       ///< relative error of a variance that the sampler's steps may cause, 0 < . < 1
    double share = 0.999;     ///< the leading modes that hold this part of the variance are to be right, 0 < . ≤ 1
    double init = 0.1;        ///< weight Q at τ = 0 of the networks whose training is predicted
    std::optional<double> rate =
        {};  ///< learning rate of the predicted steps; empty: a tenth of the largest stable one
};

/// One row of the table: a number, and where it comes from.
struct Suggestion {
    std::string quantity;   ///< "sigma_max"
    std::string condition;  ///< "one-layer", "uniform"; empty: always
    double value = 0.0;     ///< NaN where there is none
    std::string unit;
    std::string equation;  ///< tag of THEORY
    std::string meaning;
};

/// Settings for a diffusion model of data with this spectrum, on `ve` with target `denoise`. λ_c is the smallest of the
/// leading modes, which hold `share` of the variance; ε is the tolerance.
///
/// - sigma_data: √(Σλ/d), the standard deviation of one coordinate.
/// - sigma_max, sigma_min: λ̃(∞) = λ (1 + σ0²/λ)/(1 + λ/σ_T²) of every leading mode within ε, half of it at either end
///   (T-15): σ_T² = λ_1 (2 − ε)/ε, σ0² = λ_c ε/2.
/// - P_mean, P_std: ln σ ~ N(P_mean, P_std²), 95 % of it between √λ_c/3 and 3√λ_1: where the optimal weight
///   λ/(λ+σ²) of some leading mode lies between 0.1 and 0.9 (T-1).
/// - largest_learning_rate: of gradient descent, one layer, for every weighting (T-10), from sigma_max to sigma_min.
/// - step_50, step_90, step_99: τ/rate at which modes with that part of the variance have emerged (geometric first
///   passage of T-12; of balanced layers T-13 at half the pace, T-5). Modes that start in the gray zone count from the
///   start. NaN where gradient descent is unstable at the rate, or where so much never emerges.
/// - rho, steps: the fewest noise levels of T-17, over ρ = 1, 2, 3, 5, 7, 10, 15, 20, 30, whose bias stays within
///   `bias` for every leading mode with optimal weights.
///
/// Error{usage}: an option out of range, a spectrum without variance, or with a largest one outside 1e-20 to 1e20.
/// Cost: 3 s of CPU for 3072 modes.
Result<std::vector<Suggestion>> suggest(const data::Spectrum& spectrum, const SuggestOptions& options, Threads threads);

/// Columns quantity, condition, value, unit, equation, meaning.
Result<void> write_suggestions(const std::filesystem::path& file, const std::vector<Suggestion>& suggestions);

}  // namespace eigenflow::scenario
