#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {

// Euler's x' = x + (t' − t) dx/dt, then the mean of the slopes at both ends   (T-17)
const Sampler heun_sampler = {
    .name = "heun",
    .factor =
        [](const StepEnd& from, const StepEnd& to) {
            const double step = to.at.t - from.at.t;
            const double predicted = 1.0 + step * from.rate();
            return 1.0 + 0.5 * step * (from.rate() + to.rate() * predicted);
        },
    .advance =
        [](const CoupledStepEnd& from, const CoupledStepEnd& to, Eigen::MatrixXd& x) {
            const double step = to.at.t - from.at.t;
            const Eigen::MatrixXd slope = from.rate(x);
            const Eigen::MatrixXd predicted = x + step * slope;
            x += 0.5 * step * (slope + to.rate(predicted));
        },
};

}  // namespace eigenflow::dynamics
