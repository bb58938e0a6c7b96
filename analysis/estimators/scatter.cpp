#include "scatter.hpp"

#include <cmath>

namespace eigenflow::analysis {

double intrinsic_variance(std::span<const double> residuals, std::span<const double> measurement_variance,
                          double degrees) {
    if (degrees <= 0.0) return 0.0;
    double s2 = 0.0;
    // The sum falls and is convex in s²: from below the root, Newton's steps never pass it.
    for (int round = 0; round < 200; ++round) {
        double sum = 0.0, slope = 0.0;
        for (std::size_t i = 0; i < residuals.size(); ++i) {
            const double weight = 1.0 / (measurement_variance[i] + s2);
            const double term = residuals[i] * residuals[i] * weight;
            sum += term;
            slope += term * weight;
        }
        const double step = (sum - degrees) / slope;
        if (!(step > 4.0 * std::numeric_limits<double>::epsilon() * s2)) break;
        s2 += step;
    }
    return s2;
}

std::vector<double> weights_of(const Points& points, double scatter) {
    std::vector<double> weights = points.measurement_variance;
    for (double& w : weights) w = 1.0 / (w + scatter * scatter);
    return weights;
}

}  // namespace eigenflow::analysis
