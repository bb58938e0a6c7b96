#include "eigenflow/model/patch_convolution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/model/channel_convolution.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "network/architectures.hpp"

namespace eigenflow::model {
namespace {

constexpr std::size_t most_responses = std::size_t{1} << 27U;  // 1 GiB

// φ0 − φ(λ) of the optimum φ(λ) = (m0 + m1 λ)/(h0 + h1 λ), with φ0 = φ(pixel variance)
//     = (m1 h0 − m0 h1)(pixel variance − λ)/(h(pixel variance) h(λ))  // not the difference of two weights near 1
// Without a branch, so that loops over λ vectorise; and the division comes last, because a product would be fused into
// the caller's sum by a loop's vectorised body and not by its remainder, and bits would depend on the range.
class OptimumGap {
public:
    OptimumGap(const NoiseTerms& at, double pixel_variance)
        : h0_(at.h0), h1_(at.h1), centre_(pixel_variance), optimum_(at.optimum(pixel_variance)) {
        const double h = at.curvature(pixel_variance);
        scale_ = h > 0.0 ? (at.m1 * at.h0 - at.m0 * at.h1) / h : 0.0;
    }
    double optimum() const { return optimum_; }  // φ0
    double operator()(double lambda) const {
        const double h = h0_ + h1_ * lambda;
        const double gap = scale_ * (centre_ - lambda) / (h > 0.0 ? h : 1.0);
        return h > 0.0 ? gap : optimum_;  // φ = 0 where nothing is learned
    }

private:
    double h0_, h1_, centre_, optimum_;
    double scale_ = 0.0;
};

// out[k] = Σ_i c_i response[i][k], with the c_i from coefficients(first, chunk), 64 at a time: nothing is allocated,
// and the bits of a mode depend neither on its range nor on its place in memory.
template <class Coefficients>
void superpose(std::size_t directions, std::span<const double> response, std::size_t modes, ModeRange range,
               const Coefficients& coefficients, std::span<double> out) {
    alignas(64) std::array<double, 64> chunk;
    std::fill_n(out.begin(), range.count, 0.0);
    for (std::size_t first = 0; first < directions; first += chunk.size()) {
        const std::size_t count = std::min(chunk.size(), directions - first);
        coefficients(first, std::span(chunk).first(count));
        for (std::size_t i = 0; i < count; ++i) {
            const double c = chunk[i];
            const double* row = response.data() + (first + i) * modes + range.first;
            for (std::size_t k = 0; k < range.count; ++k) out[k] += c * row[k];
        }
    }
}

}  // namespace

Result<std::unique_ptr<const PatchConvolution>> PatchConvolution::create(const data::Spectrum& spectrum, int kernel,
                                                                         std::vector<double> filter) {
    if (!spectrum.is_fourier()) return needs_fourier_modes("patch-convolution");
    auto window = data::filter_window(spectrum.shape(), kernel);
    if (!window) {
        return Error{window.error().kind, "network.kernel = " + std::to_string(kernel) + ": " + window.error().message};
    }
    if (window->size() * spectrum.modes() > most_responses) {
        return Error{ErrorKind::usage, "network.kernel = " + std::to_string(kernel) + ": " +
                                           std::to_string(window->size()) + " taps on " +
                                           std::to_string(spectrum.modes()) +
                                           " modes need more than 1 GiB: use a smaller kernel or grid"};
    }
    if (filter.size() != window->size() || !all_finite(filter)) {
        return Error{ErrorKind::usage, "the initial filter has " + std::to_string(filter.size()) +
                                           " taps: it must have " + std::to_string(window->size()) + " finite ones"};
    }
    std::vector<double> covariance = data::patch_covariance(spectrum, *window);
    if (!all_finite(covariance)) {
        return Error{ErrorKind::numerics, "the patch covariance overflows; scale the data down"};
    }
    const data::GridCosine cosine(spectrum.shape());
    std::vector<double> init(spectrum.modes(), 0.0);
    for (std::size_t k = 0; k < init.size(); ++k) {
        for (std::size_t j = 0; j < filter.size(); ++j) {
            init[k] += filter[j] * cosine(spectrum.frequencies()[k], (*window)[j]);
        }
    }
    return std::unique_ptr<const PatchConvolution>(
        new PatchConvolution(spectrum, std::move(init), std::move(*window), std::move(filter), std::move(covariance)));
}

PatchConvolution::PatchConvolution(const data::Spectrum& spectrum, std::vector<double> init,
                                   std::vector<data::Offset> window, std::vector<double> filter,
                                   std::vector<double> covariance)
    : Network(spectrum.variances(), std::move(init)),
      window_(std::move(window)),
      frequencies_(spectrum.frequencies().begin(), spectrum.frequencies().end()),
      cosine_(spectrum.shape()),
      filter_(std::move(filter)),
      covariance_(std::move(covariance)),
      centre_(data::centre_tap(window_)),
      pixel_variance_(covariance_.front()),
      directions_(diagonalise(spectrum, window_, covariance_, filter_)),
      stiffest_(static_cast<std::size_t>(std::max_element(directions_.variance.begin(), directions_.variance.end()) -
                                         directions_.variance.begin())) {}

double PatchConvolution::rate(const NoiseTerms& at, std::size_t direction) const {
    return 2.0 * static_cast<double>(modes()) * at.omega * at.curvature(directions_.variance[direction]);
}

double PatchConvolution::trained(const NoiseTerms& at, const TrainingClock& clock, std::size_t direction) const {
    const double kappa = rate(at, direction);
    const double optimum = at.optimum(directions_.variance[direction]) * directions_.centre[direction];
    const double start = directions_.start[direction];
    const double exponent = clock.log_relaxation(kappa);
    if (clock.relaxation_sign(kappa) < 0.0) return optimum - (start - optimum) * std::exp(exponent);
    return start * std::exp(exponent) - optimum * std::expm1(exponent);  // not w* + (Q − w*) e: w ≪ w* early
}

void PatchConvolution::weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                               std::span<double> weight) const {
    if (clock.unstable(rate(at, stiffest_))) {
        std::fill_n(weight.begin(), range.count, std::numeric_limits<double>::quiet_NaN());
        return;
    }
    const auto coefficients = [&](std::size_t first, std::span<double> c) {
        for (std::size_t i = 0; i < c.size(); ++i) c[i] = trained(at, clock, first + i);
    };
    superpose(directions_.even, directions_.response, modes(), range, coefficients, weight);
}

void PatchConvolution::filter(const NoiseTerms& at, const TrainingClock& clock, std::span<double> tap) const {
    if (clock.unstable(rate(at, stiffest_))) {
        std::fill_n(tap.begin(), parameters(), std::numeric_limits<double>::quiet_NaN());
        return;
    }
    const auto coefficients = [&](std::size_t first, std::span<double> c) {
        for (std::size_t i = 0; i < c.size(); ++i) c[i] = trained(at, clock, first + i);
    };
    superpose(parameters(), directions_.tap, parameters(), {0, parameters()}, coefficients, tap);
}

void PatchConvolution::relaxations(const NoiseTerms& at, const TrainingClock& clock, std::size_t first,
                                   std::span<double> factor) const {
    for (std::size_t i = 0; i < factor.size(); ++i) factor[i] = clock.log_relaxation(rate(at, first + i));
    numerics::exponentials(factor);
    if (clock.eta() == 0.0) return;
    for (std::size_t i = 0; i < factor.size(); ++i) factor[i] *= clock.relaxation_sign(rate(at, first + i));
}

// With φ(λ) = m/h and φ0 that of the pixel variance, which is the optimum of a filter of one tap,
//     ŵ_k − φ(λ_k) = Σ_i [(q_i − φ(μ_i) v_i) e_i + (φ(μ_i) − φ0) v_i] r_ik + φ0 − φ(λ_k),
// since e0 responds with 1 at every frequency. No difference here is one of two weights near 1.
void PatchConvolution::deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                                  std::span<double> deviation) const {
    if (clock.unstable(rate(at, stiffest_))) {
        std::fill_n(deviation.begin(), range.count, std::numeric_limits<double>::quiet_NaN());
        return;
    }
    const OptimumGap gap(at, pixel_variance_);
    const auto coefficients = [&](std::size_t first, std::span<double> c) {
        relaxations(at, clock, first, c);
        const double* mu = directions_.variance.data() + first;
        const double* start = directions_.start.data() + first;
        const double* v = directions_.centre.data() + first;
        for (std::size_t i = 0; i < c.size(); ++i) {
            const double below = gap(mu[i]);
            c[i] = (start[i] - (gap.optimum() - below) * v[i]) * c[i] - below * v[i];
        }
    };
    superpose(directions_.even, directions_.response, modes(), range, coefficients, deviation);
    subtract_optima(at, range, deviation);
}

// How many of the clocks, from the first, leave any e_i above 0: under gradient flow the slowest direction says.
std::size_t PatchConvolution::clocks_in_motion(const NoiseTerms& at, std::span<const TrainingClock> clocks) const {
    constexpr double vanished = 708.39;  // exponentials() of less than its negative are 0
    double slowest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < directions_.even; ++i) slowest = std::min(slowest, rate(at, i));
    std::size_t count = clocks.size();
    while (count > 0 && clocks[count - 1].eta() == 0.0 && slowest * clocks[count - 1].eta_tau() > vanished) --count;
    return count;
}

// d_i = (q_i − φ(μ_i) v_i) e_i, the part of deviations() that time changes.
void PatchConvolution::transient_curves(const NoiseTerms& at, std::span<const TrainingClock> all_clocks,
                                        std::span<double> transient) const {
    const std::size_t even = directions_.even;
    const OptimumGap gap(at, pixel_variance_);
    const std::span<const TrainingClock> clocks = all_clocks.first(clocks_in_motion(at, all_clocks));
    std::fill(transient.begin() + static_cast<std::ptrdiff_t>(clocks.size() * even), transient.end(), 0.0);
    constexpr std::size_t piece = 64;
    std::array<double, piece> rates;  // these two no time changes: 0.6 of the cost of finding them for each
    std::array<double, piece> gains;
    for (std::size_t first = 0; first < even; first += piece) {
        const std::size_t count = std::min(piece, even - first);
        for (std::size_t i = 0; i < count; ++i) rates[i] = rate(at, first + i);
        for (std::size_t t = 0; t < clocks.size(); ++t) {
            double* d = transient.data() + t * even + first;
            if (clocks[t].eta() == 0.0) {  // log_relaxation(), as a loop without a branch
                const double time = -clocks[t].eta_tau();
                for (std::size_t i = 0; i < count; ++i) d[i] = rates[i] * time;
            } else {
                for (std::size_t i = 0; i < count; ++i) d[i] = clocks[t].log_relaxation(rates[i]);
            }
        }
    }
    numerics::exponentials(transient.first(clocks.size() * even));
    for (std::size_t first = 0; first < even; first += piece) {
        const std::size_t count = std::min(piece, even - first);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t k = first + i;
            rates[i] = rate(at, k);
            gains[i] = directions_.start[k] - (gap.optimum() - gap(directions_.variance[k])) * directions_.centre[k];
        }
        for (std::size_t t = 0; t < clocks.size(); ++t) {
            double* d = transient.data() + t * even + first;
            for (std::size_t i = 0; i < count; ++i) d[i] *= gains[i];
            if (clocks[t].eta() == 0.0) continue;
            for (std::size_t i = 0; i < count; ++i) d[i] *= clocks[t].relaxation_sign(rates[i]);
            if (clocks[t].unstable(rate(at, stiffest_)))
                std::fill_n(d, count, std::numeric_limits<double>::quiet_NaN());
        }
    }
}

void PatchConvolution::limit_deviations(const NoiseTerms& at, ModeRange range, std::span<double> deviation) const {
    const OptimumGap gap(at, pixel_variance_);
    const auto coefficients = [&](std::size_t first, std::span<double> c) {
        for (std::size_t i = 0; i < c.size(); ++i) {
            c[i] = -gap(directions_.variance[first + i]) * directions_.centre[first + i];
        }
    };
    superpose(directions_.even, directions_.response, modes(), range, coefficients, deviation);
    subtract_optima(at, range, deviation);
}

void PatchConvolution::subtract_optima(const NoiseTerms& at, ModeRange range, std::span<double> deviation) const {
    const OptimumGap gap(at, pixel_variance_);
    const double* lambda_k = lambda().data() + range.first;
    for (std::size_t k = 0; k < range.count; ++k) deviation[k] += gap(lambda_k[k]);
}

void PatchConvolution::initial_parameters(std::size_t, std::span<double> theta) const {
    std::copy(filter_.begin(), filter_.end(), theta.begin());
}

void PatchConvolution::descent(const NoiseTerms& at, std::size_t, std::span<const double> theta,
                               std::span<double> slope) const {
    const std::size_t taps = parameters();
    const double scale = -2.0 * static_cast<double>(modes()) * at.omega;
    for (std::size_t i = 0; i < taps; ++i) {
        const double* row = covariance_.data() + i * taps;
        const double seen = std::inner_product(theta.begin(), theta.end(), row, 0.0);
        const double wanted = (i == centre_ ? at.m0 : 0.0) + at.m1 * row[centre_];
        slope[i] = scale * (at.h0 * theta[i] + at.h1 * seen - wanted);  // −2Nω (H w − M)
    }
}

double PatchConvolution::weight_of(std::size_t mode, std::span<const double> theta) const {
    double weight = 0.0;
    for (std::size_t j = 0; j < theta.size(); ++j) weight += theta[j] * cosine_(frequencies_[mode], window_[j]);
    return weight;
}

MadeNetwork make_patch_convolution(const NetworkSpec& spec, const data::Spectrum& spectrum, std::vector<double> init) {
    if (spec.init.size() != 1) {
        return Error{ErrorKind::usage, "network.init lists " + std::to_string(spec.init.size()) +
                                           " weights, but architecture \"patch-convolution\" starts from its centre "
                                           "tap alone: give one number"};
    }
    if (spectrum.channels() > 1) {
        auto network = ChannelConvolution::create(spectrum, spec.kernel, init.front() + (spec.residual ? 1.0 : 0.0));
        if (!network) return network.error();
        return std::unique_ptr<const Network>(std::move(*network));
    }
    std::vector<double> filter;
    if (const auto window = data::filter_window(spectrum.shape(), spec.kernel)) {
        filter.resize(window->size(), 0.0);
        filter[data::centre_tap(*window)] = init.front() + (spec.residual ? 1.0 : 0.0);
    }
    auto network = PatchConvolution::create(spectrum, spec.kernel, std::move(filter));
    if (!network) return network.error();
    return std::unique_ptr<const Network>(std::move(*network));
}

}  // namespace eigenflow::model
