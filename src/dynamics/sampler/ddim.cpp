#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {

// Euler in the coordinates (a, s): x' = a' x̂0 + s' ẑ. Exact wherever x̂0 and ẑ do not change along the step; on ve it is
// Euler in σ.
const Sampler ddim_sampler = {
    .name = "ddim",
    .factor = [](const StepEnd& from, const StepEnd& to) { return to.at.a * from.x0() + to.at.s * from.z(); },
    .advance =
        [](const CoupledStepEnd& from, const CoupledStepEnd& to, Eigen::MatrixXd& x) {
            const Eigen::MatrixXd output = from.output(x);
            x = to.at.a * (from.at.x0_start * x + from.at.x0_gain * output) +
                to.at.s * (from.at.z_start * x + from.at.z_gain * output);
        },
};

}  // namespace eigenflow::dynamics
