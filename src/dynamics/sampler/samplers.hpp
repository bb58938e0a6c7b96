#pragma once

#include <Eigen/Core>
#include <complex>
#include <span>
#include <string_view>

#include "eigenflow/model/objective.hpp"

namespace eigenflow::dynamics {

/// What stands for a mode's factor where modes of C ≤ 4 channels mix.
using ChannelMatrix = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, 4, 4>;

inline double multiple_of_one(double scalar, double) { return scalar; }
inline ChannelMatrix multiple_of_one(double scalar, const ChannelMatrix& like) {
    return scalar * ChannelMatrix::Identity(like.rows(), like.cols());
}

/// One end of a sampling step: the noise level, and the weight of the network there, a number or a matrix.
template <class Weight>
struct BasicStepEnd {
    const model::NoiseTerms& at;
    Weight w;

    Weight x0() const { return affine(at.x0_start, at.x0_gain); }        ///< x̂0/x
    Weight z() const { return affine(at.z_start, at.z_gain); }           ///< ẑ/x
    Weight rate() const { return affine(at.rate_start, at.rate_gain); }  ///< d ln x/dt
    Weight one() const { return multiple_of_one(1.0, w); }

private:
    Weight affine(double start, double gain) const { return multiple_of_one(start, w) + gain * w; }
};
using StepEnd = BasicStepEnd<double>;
using ChannelStepEnd = BasicStepEnd<ChannelMatrix>;

/// A discretised sampler: one file in dynamics/sampler and one line in its registry. On one mode a step is a factor, on
/// channels that mix a matrix: the same formula, in the order of the steps.
struct Sampler {
    std::string_view name;
    double (*factor)(const StepEnd& from, const StepEnd& to);                         ///< x'/x of one step
    ChannelMatrix (*channels)(const ChannelStepEnd& from, const ChannelStepEnd& to);  ///< x' = (…) x
};

extern const Sampler euler_sampler;
extern const Sampler heun_sampler;
extern const Sampler ddim_sampler;

std::span<const Sampler* const> samplers();
const Sampler* find_sampler(std::string_view name);  ///< nullptr when there is none of that name

}  // namespace eigenflow::dynamics
