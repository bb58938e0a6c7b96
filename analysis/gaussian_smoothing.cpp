#include "eigenflow/analysis/gaussian_smoothing.hpp"

#include <cassert>
#include <cmath>

namespace eigenflow::analysis {

namespace {

constexpr double truncated_at = 4.0;  // scipy's default

}  // namespace

std::vector<double> gaussian_kernel(double sigma) {
    assert(sigma >= 0.0);
    std::vector<double> weight = {1.0};
    if (sigma == 0.0) return weight;
    const auto radius = static_cast<std::size_t>(truncated_at * sigma + 0.5);
    double sum = 1.0;
    for (std::size_t o = 1; o <= radius; ++o) {
        const double x = static_cast<double>(o) / sigma;
        weight.push_back(std::exp(-0.5 * x * x));
        sum += 2.0 * weight.back();
    }
    for (double& w : weight) w /= sum;
    return weight;
}

std::size_t reflected(std::ptrdiff_t index, std::size_t size) {
    const auto n = static_cast<std::ptrdiff_t>(size);
    const std::ptrdiff_t period = 2 * n;
    const std::ptrdiff_t place = ((index % period) + period) % period;
    return static_cast<std::size_t>(place < n ? place : period - 1 - place);
}

std::vector<double> gaussian_smoothed(std::span<const double> values, double sigma) {
    const std::vector<double> weight = gaussian_kernel(sigma);
    std::vector<double> smooth(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto centre = static_cast<std::ptrdiff_t>(i);
        smooth[i] = weight[0] * values[i];
        for (std::size_t o = 1; o < weight.size(); ++o) {
            const auto offset = static_cast<std::ptrdiff_t>(o);
            smooth[i] += weight[o] * (values[reflected(centre - offset, values.size())] +
                                      values[reflected(centre + offset, values.size())]);
        }
    }
    return smooth;
}

}  // namespace eigenflow::analysis
