#pragma once

#include <span>
#include <string_view>

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

/// A discretised sampler: one file in dynamics/sampler and one line in its registry. On one mode a step is a factor.
struct Sampler {
    std::string_view name;
    double (*factor)(const StepEnd& from, const StepEnd& to);  ///< x'/x of one step
};

extern const Sampler euler_sampler;
extern const Sampler heun_sampler;
extern const Sampler ddim_sampler;

std::span<const Sampler* const> samplers();

}  // namespace eigenflow::dynamics
