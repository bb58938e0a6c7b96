#pragma once

#include <Eigen/Core>
#include <span>
#include <string_view>
#include <vector>

#include "eigenflow/dynamics/generated_variance.hpp"
#include "eigenflow/model/objective.hpp"

namespace eigenflow::dynamics {

/// One end of a sampling step: the noise level, and the weight of the network there.
struct StepEnd {
    const model::NoiseTerms& at;
    double w;

    double x0() const { return at.x0_start + at.x0_gain * w; }        ///< x̂0/x
    double z() const { return at.z_start + at.z_gain * w; }           ///< ẑ/x
    double rate() const { return at.rate_start + at.rate_gain * w; }  ///< d ln x/dt
};

/// The same where modes couple: F̂ = W x + b for the columns of x that `driven` marks with 1, W x for the others.
struct CoupledStepEnd {
    const model::NoiseTerms& at;
    const Eigen::MatrixXd& w;          ///< W
    const Eigen::VectorXd& bias;       ///< b/c_in
    const Eigen::RowVectorXd& driven;  ///< one per column of x

    Eigen::MatrixXd output(const Eigen::MatrixXd& x) const { return w * x + bias * driven; }
    Eigen::MatrixXd rate(const Eigen::MatrixXd& x) const { return at.rate_start * x + at.rate_gain * output(x); }
};

/// A discretised sampler: one file in dynamics/sampler and one line in its registry. On one mode a step is a factor;
/// where modes couple it takes x, a sample or a direction in every column, to x'.
struct Sampler {
    std::string_view name;
    double (*factor)(const StepEnd& from, const StepEnd& to);  ///< x'/x of one step
    void (*advance)(const CoupledStepEnd& from, const CoupledStepEnd& to, Eigen::MatrixXd& x);
};

extern const Sampler euler_sampler;
extern const Sampler heun_sampler;
extern const Sampler ddim_sampler;

/// nullptr when there is none of that name.
const Sampler* find_sampler(std::string_view name);

/// Noise levels of T-17 on ve, steps of them; elsewhere `steps` uniform steps in t, both ends included.
std::vector<NoiseLevel> sampler_schedule(const model::Objective& objective, NoiseLevel noise, NoiseLevel data,
                                         const SamplingSpec& spec);

}  // namespace eigenflow::dynamics
