#include <algorithm>
#include <cmath>
#include <vector>

#include "eigenflow/analysis/gaussian_smoothing.hpp"
#include "passages.hpp"

namespace eigenflow::analysis {

namespace {

/// Adds `amount` · ∂(variance of a knot)/∂(sample j) to gradient[j].
void add_knot(const ModeCurve& curve, const std::vector<double>& kernel, std::size_t knot, double amount,
              std::vector<double>& gradient) {
    if (knot == 0) {  // never smoothed
        gradient[0] += amount;
        return;
    }
    const auto centre = static_cast<std::ptrdiff_t>(knot), radius = static_cast<std::ptrdiff_t>(kernel.size()) - 1;
    for (std::ptrdiff_t o = -radius; o <= radius; ++o) {
        gradient[reflected(centre + o, curve.knots())] += amount * kernel[static_cast<std::size_t>(std::abs(o))];
    }
}

/// Correlation of the errors of samples i < j.
double correlation(const ModeCurve& curve, std::size_t i, std::size_t j) {
    if (curve.previous_correlation.empty()) return 0.0;
    if (i == 0) return curve.first_correlation[j];
    double product = 1.0;
    for (std::size_t l = i + 1; l <= j; ++l) product *= curve.previous_correlation[l];
    return product;
}

}  // namespace

// τ depends on ln λ̃ of up to four knots and on ln level, a knot on the samples of its smoothing, the level on the
// first:
//   ∂τ/∂x_j = Σ_knots (∂τ/∂ln s_k) S_kj/s_k − (∂τ/∂ln s) (∂ln level/∂ln v0) δ_j0/v0,   se² = Σ_ij r_ij (∂τ/∂x_i
//   se_i)(∂τ/∂x_j se_j)
double standard_error_of(const ModeCurve& curve, const Crossing& crossing, double level_by_initial) {
    if (curve.standard_error.empty() || curve.on_grid || std::isnan(crossing.tau)) return std::nan("");
    const std::vector<double> kernel = gaussian_kernel(curve.smoothing);
    std::vector<double> gradient(curve.knots());
    for (std::size_t j = 0; j < crossing.by_knot.size(); ++j) {
        if (crossing.by_knot[j] == 0.0) continue;  // also a neighbour that is not there
        const std::size_t knot = crossing.first_knot + j;
        add_knot(curve, kernel, knot, crossing.by_knot[j] / curve.variance[knot], gradient);
    }
    if (level_by_initial != 0.0) gradient[0] -= crossing.by_curve * level_by_initial / curve.initial();
    double sum = 0.0;
    for (std::size_t j = 0; j < gradient.size(); ++j) {
        const double part = gradient[j] * curve.standard_error[j];
        if (gradient[j] == 0.0) continue;
        sum += part * part;
        for (std::size_t i = 0; i < j; ++i) {
            if (gradient[i] == 0.0) continue;
            sum += 2.0 * part * gradient[i] * curve.standard_error[i] * correlation(curve, i, j);
        }
    }
    return std::sqrt(std::max(sum, 0.0));  // products of estimated correlations need not be those of any law
}

}  // namespace eigenflow::analysis
