#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/model/noise_path.hpp"

namespace eigenflow::model {

/// What is regressed on what, with which weight: names from the registries, numbers with EDM's defaults.
struct ObjectiveSpec {
    std::string path = "ve";
    std::string target = "denoise";
    std::string preconditioning = "none";
    std::string weighting = "uniform";
    double sigma_data = 0.5;  ///< of edm preconditioning and weighting, > 0  [data]
    double P_mean = -1.2;     ///< mean of ln σ of the lognormal density
    double P_std = 1.2;       ///< standard deviation of ln σ, > 0
};

/// c_in, c_out, c_skip of F = c_skip x_t + c_out F̂(c_in x_t).
struct Preconditioning {
    double c_in;
    double c_out;
    double c_skip;
    double one_minus_skip;  // 1 − c_skip without cancellation
};

/// Everything that T-1, T-2 and T-11 need at one noise level, affine in λ so that a loop over modes is two
/// multiply-adds per number:
///
///     curvature  h = h0 + h1 λ,     cross moment  m = m0 + m1 λ,     optimum  w* = m/h
///     x̂0 = (x0_start + x0_gain w) x,   ẑ = (z_start + z_gain w) x         read off from x_t and F
///     d ln x/dt = rate_start + rate_gain w = a' x̂0/x + s' ẑ/x             (T-11)
///     loss density  ω E|F − y|² dν/d(coordinate) = loss_excess h (w − w*)² + loss_floor λ/(a²λ + s²)
struct NoiseTerms {
    double t;
    double a, s;
    double h0, h1;  ///< ≥ 0
    double m0, m1;
    double omega;  ///< ω c_out² ≥ 0, the weight of the gradient flow T-2
    double x0_start, x0_gain;
    double z_start, z_gain;
    double rate_start, rate_gain;
    double stretch;      ///< dt/d(coordinate)
    double loss_excess;  ///< ω c_out² · dν/d(coordinate)
    double loss_floor;   ///< ω (a v − s u)² · dν/d(coordinate)
    double input_scale;  ///< c_in > 0: a bias b of F̂ adds to F what a weight adds to x, w x + b/c_in
    double mean_in;      ///< c_in a: the mean of F̂'s input is mean_in μ, and h1 = mean_in²
    double mean_out;  ///< (u − c_skip a)/c_out: what F̂ is regressed on has mean mean_out μ; m1 = mean_in mean_out

    double curvature(double lambda) const { return h0 + h1 * lambda; }
    double cross_moment(double lambda) const { return m0 + m1 * lambda; }
    /// w*; 0 where nothing is learned at all (no data and no noise: λ = 0 at s = 0).
    double optimum(double lambda) const {
        const double h = curvature(lambda);
        return h > 0.0 ? cross_moment(lambda) / h : 0.0;
    }
};

/// Regression target y = u x0 + v z.
struct RegressionTarget {
    std::string_view name;
    double (*u)(const PathPoint&);
    double (*v)(const PathPoint&);
    bool (*applies_to)(std::string_view path);
    std::string_view paths;  ///< for the sentence that refuses
};
std::span<const RegressionTarget> regression_targets();

/// One line of the preconditioning registry.
struct PreconditioningRule {
    std::string_view name;
    Preconditioning (*at)(const PathPoint&, double sigma_data);
    bool needs_ve_denoise;
};
std::span<const PreconditioningRule> preconditioning_rules();

/// One line of the weighting registry: ω(t), and whether ω already contains the density of training noise levels.
struct Weighting {
    std::string_view name;
    double (*at)(const PathPoint&, const ObjectiveSpec&);
    bool contains_density;
    bool needs_ve;  ///< a function of σ that has no meaning on other paths
};
std::span<const Weighting> weightings();

/// What in a spec of known names contradicts the rest of it, one sentence of ErrorKind::usage each,
/// "objective.<key> = <value>: reason: remedy": a target that its path does not have, a preconditioning or a weighting
/// that is defined elsewhere. Unknown names are passed over: create() refuses them.
std::vector<Error> contradictions(const ObjectiveSpec& spec);

/// An objective on a noise path. It exists only if the combination has a meaning.
class Objective {
public:
    /// ErrorKind::usage with one sentence for an unknown name or a parameter out of range, and one a line for every
    /// one of contradictions().
    static Result<Objective> create(const ObjectiveSpec& spec);

    NoiseTerms at(NoiseLevel t) const { return terms(path_->at(t)); }
    NoiseTerms at_coordinate(double log_ratio) const { return terms(path_->at_coordinate(log_ratio)); }
    const NoisePath& path() const { return *path_; }
    const ObjectiveSpec& spec() const { return spec_; }

    /// One sentence when the probability flow is singular where sampling starts or ends (x̂0 or ẑ can't be read off from
    /// x_t and F, because a v = s u): noise prediction from pure noise, data prediction at s = 0.
    Result<void> check_range(NoiseLevel noise, NoiseLevel data) const;

    /// The noise levels that training visits (dν of T-1): on `ve` so much of ln σ that the lognormal density times
    /// σ^±2 has nothing left outside, elsewhere the path's default range.
    struct TrainingRange {
        NoiseLevel low;
        NoiseLevel high;
    };
    TrainingRange training_range() const;

    /// ln of the variance that the optimal denoiser generates for a mode of variance λ, T-15 on `ve`:
    /// ln[ v_noise (a_d²λ + s_d²) / (a_n²λ + s_n²) / a_d² ].  λ ≥ 0. Accuracy a few ε (1 + |result|).
    double log_optimal_variance(double lambda, NoiseLevel noise, NoiseLevel data) const;

private:
    NoiseTerms terms(const PathPoint& p) const;

    Objective() = default;
    ObjectiveSpec spec_;
    const NoisePath* path_ = nullptr;
    const RegressionTarget* target_ = nullptr;
    const PreconditioningRule* preconditioning_ = nullptr;
    const Weighting* weighting_ = nullptr;
};

/// Density of σ when ln σ ~ N(P_mean, P_std²)  [1/data].
double lognormal_density(double sigma, double P_mean, double P_std);

}  // namespace eigenflow::model
