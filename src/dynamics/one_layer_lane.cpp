#include "one_layer_lane.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

#include "eigenflow/numerics/ein.hpp"
#include "eigenflow/numerics/exponential.hpp"

namespace eigenflow::dynamics {
namespace {

constexpr double logarithm_alone = 64.0;  // Ein(x) = γ + ln x from there on, to the last bit

}  // namespace

OneLayerLane::OneLayerLane(std::span<const double> lambda, std::span<const double> init, NoiseRange range)
    : modes_(lambda.size()), log_start_(2.0 * std::log(range.noise)), noise2_(range.noise * range.noise) {
    assert(modes_ <= lanes);
    const double data2 = range.data * range.data;
    for (std::size_t k = 0; k < modes_; ++k) {
        lambda_[k] = lambda[k];
        gap_[k] = 1.0 - init[k];
        low_[k] = data2 + lambda[k];
        high_[k] = noise2_ + lambda[k];
        log_high_[k] = high_[k] / noise2_;
        log_ratio_[k] = low_[k] / high_[k];
        // Beyond λ = σT² the two could be of opposite sign, and cancel.
        apart_from_[k] = lambda[k] <= noise2_ ? logarithm_alone : std::numeric_limits<double>::infinity();
    }
    numerics::logarithms(std::span(log_high_).first(modes_));
    numerics::logarithms(std::span(log_ratio_).first(modes_));
}

// Ein(a(σ0² + λ)) − Ein(a(σT² + λ)). Where both are logarithms no time changes it; where the second is, its logarithm
// is that of the time and that of the mode. Both for all modes but at the times when training begins.
void OneLayerLane::ein_differences(double a, Lane& difference) const {
    Lane x;
    Lane y;
    for (std::size_t k = 0; k < modes_; ++k) x[k] = a * low_[k];
    for (std::size_t k = 0; k < modes_; ++k) y[k] = a * high_[k];
    std::size_t both = 0;
    std::size_t second = 0;
    for (std::size_t k = 0; k < modes_; ++k) both += x[k] >= logarithm_alone ? 1 : 0;
    for (std::size_t k = 0; k < modes_; ++k) second += y[k] >= apart_from_[k] ? 1 : 0;
    if (both < modes_) {
        const double of_time = std::numbers::egamma + std::log(a * noise2_);
        numerics::ein(std::span(x).first(modes_), std::span(difference).first(modes_));
        if (second == modes_) {
            for (std::size_t k = 0; k < modes_; ++k) difference[k] -= of_time + log_high_[k];
        } else {
            Lane of_y;
            numerics::ein(std::span(y).first(modes_), std::span(of_y).first(modes_));
            for (std::size_t k = 0; k < modes_; ++k) {
                const double apart = of_time + log_high_[k];
                difference[k] -= y[k] >= apart_from_[k] ? apart : of_y[k];
            }
        }
    }
    if (both == 0) return;
    for (std::size_t k = 0; k < modes_; ++k) {
        difference[k] = x[k] >= logarithm_alone ? log_ratio_[k] : difference[k];
    }
}

void OneLayerLane::log_variances(double eta_tau, double bracket, std::span<double> log_variance) const {
    const double a = 2.0 * eta_tau;
    Lane fading;
    Lane difference;
    for (std::size_t k = 0; k < modes_; ++k) fading[k] = -a * lambda_[k];
    numerics::exponentials(std::span(fading).first(modes_));
    ein_differences(a, difference);
    for (std::size_t k = 0; k < modes_; ++k) {
        log_variance[k] = log_start_ + gap_[k] * fading[k] * bracket + difference[k];
    }
}

OneLayerClosedForm::OneLayerClosedForm(std::span<const double> lambda, std::span<const double> init, NoiseRange range)
    : range_(range) {
    lanes_.reserve(lambda.size() / OneLayerLane::lanes + 1);
    for (std::size_t k = 0; k < lambda.size(); k += OneLayerLane::lanes) {
        const std::size_t count = std::min(OneLayerLane::lanes, lambda.size() - k);
        lanes_.emplace_back(lambda.subspan(k, count), init.subspan(k, count), range);
    }
}

void OneLayerClosedForm::variances(double eta_tau, std::span<double> variance) const {
    const double bracket = one_layer_bracket(eta_tau, range_);
    std::size_t first = 0;
    for (const OneLayerLane& lane : lanes_) {
        lane.log_variances(eta_tau, bracket, variance.subspan(first, lane.modes()));
        first += lane.modes();
    }
    numerics::exponentials_to_denormal(variance);
}

}  // namespace eigenflow::dynamics
