#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {

// x' = x + (t' − t) dx/dt   (T-17)
const Sampler euler_sampler = {
    .name = "euler",
    .factor = [](const StepEnd& from, const StepEnd& to) { return 1.0 + (to.at.t - from.at.t) * from.rate(); },
    .advance = [](const CoupledStepEnd& from, const CoupledStepEnd& to,
                  Eigen::MatrixXd& x) { x += (to.at.t - from.at.t) * from.rate(x); },
};

}  // namespace eigenflow::dynamics
