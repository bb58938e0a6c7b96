#include "eigenflow/model/channel_convolution.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/data/channel_spectrum.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"
#include "network/architectures.hpp"

namespace eigenflow::model {
namespace {

using Complex = std::complex<double>;
using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ComplexMatrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t most_responses = std::size_t{1} << 27U;  // 1 GiB
constexpr std::size_t most_directions = 4096;                  // eigenvectors of 134 MB

}  // namespace

Result<std::unique_ptr<const ChannelConvolution>> ChannelConvolution::create(const data::Spectrum& spectrum, int kernel,
                                                                             double centre) {
    if (!spectrum.is_fourier()) return needs_fourier_modes("patch-convolution");
    const std::string key = "network.kernel = " + std::to_string(kernel) + ": ";
    auto window = data::filter_window(spectrum.shape(), kernel);
    if (!window) return Error{window.error().kind, key + window.error().message};
    const auto channels = static_cast<std::size_t>(spectrum.channels());
    const std::size_t directions = window->size() * channels;
    if (directions > most_directions || directions * spectrum.modes() * channels > most_responses) {
        return Error{ErrorKind::usage, key + std::to_string(window->size()) + " taps of " + std::to_string(channels) +
                                           " channels on " + std::to_string(spectrum.places()) +
                                           " places need too much memory: use a smaller kernel or grid"};
    }
    if (!std::isfinite(centre)) return Error{ErrorKind::usage, "network.init: the centre tap must be a finite number"};
    std::vector<double> covariance = data::channel_patch_covariance(spectrum, *window);
    if (!all_finite(covariance)) {
        return Error{ErrorKind::numerics, "the patch covariance overflows; scale the data down"};
    }
    return std::unique_ptr<const ChannelConvolution>(
        new ChannelConvolution(spectrum, std::move(*window), centre, std::move(covariance)));
}

ChannelConvolution::ChannelConvolution(const data::Spectrum& spectrum, std::vector<data::Offset> window, double centre,
                                       std::vector<double> covariance)
    : Network(spectrum.variances(), std::vector<double>(spectrum.modes(), centre)),
      channels_(static_cast<std::size_t>(spectrum.channels())),
      places_(static_cast<double>(spectrum.places())),
      start_(centre),
      window_(std::move(window)),
      covariance_(std::move(covariance)),
      centre_(data::centre_tap(window_)),
      pixel_variance_(spectrum.total() / static_cast<double>(spectrum.modes())) {
    const auto side = static_cast<Index>(window_.size() * channels_);
    const auto eigen = numerics::symmetric_eigen(covariance_, window_.size() * channels_);
    const Eigen::Map<const RowMajor> eigenvectors(eigen.vectors.data(), side, side);  // in rows
    for (Index i = 0; i < side; ++i) {
        variance_.push_back(std::max(eigen.values[static_cast<std::size_t>(i)], 0.0));  // −ε μ_max is rounding
        const auto first = static_cast<Index>(centre_ * channels_);
        centre_share_.push_back(eigenvectors.row(i).segment(first, static_cast<Index>(channels_)).squaredNorm());
    }
    stiffest_ = variance_.size() - 1;  // rising
    number_modes(spectrum);
    respond(spectrum, {eigenvectors.data(), static_cast<std::size_t>(eigenvectors.size())});
}

void ChannelConvolution::number_modes(const data::Spectrum& spectrum) {
    std::map<std::pair<int, int>, std::size_t> half_at;
    std::size_t halves = 0;
    for (const data::Frequency k : data::half_plane(spectrum.shape())) half_at[{k.y, k.x}] = halves++;
    first_mode_.assign(halves, std::vector<std::size_t>(channels_));
    multiplicity_.assign(halves, 0.0);
    const int height = spectrum.shape().size() == 2 ? spectrum.shape().front() : 1;
    const int width = spectrum.shape().back();
    const auto mirror = [](int i, int n) { return 2 * -i > -n ? -i : i; };
    for (std::size_t mode = 0; mode < spectrum.modes(); ++mode) {
        const data::Frequency k = spectrum.frequencies()[mode];
        auto found = half_at.find({k.y, k.x});
        const bool itself = found != half_at.end();
        if (!itself) found = half_at.find({mirror(k.y, height), mirror(k.x, width)});
        half_.push_back(found->second);
        component_.push_back(static_cast<std::size_t>(spectrum.components()[mode] - 1));
        if (itself) first_mode_[found->second][component_.back()] = mode;
        if (component_.back() == 0) multiplicity_[found->second] += 1.0;
    }
}

void ChannelConvolution::respond(const data::Spectrum& spectrum, std::span<const double> eigenvectors) {
    const std::size_t taps = window_.size();
    const auto c = static_cast<Index>(channels_);
    const std::size_t side = taps * channels_;
    response_.resize(half_frequencies() * side * 2 * channels_ * channels_);
    double* next = response_.data();
    for (std::size_t half = 0; half < half_frequencies(); ++half) {
        const data::Frequency k = spectrum.frequencies()[first_mode_[half].front()];
        std::vector<Complex>& wave = wave_.emplace_back();
        for (const data::Offset o : window_) wave.push_back(data::grid_wave(spectrum.shape(), k, o));
        ComplexMatrix u(c, c);
        for (std::size_t component = 0; component < channels_; ++component) {
            const std::span<const Complex> direction = spectrum.direction(first_mode_[half][component]);
            for (std::size_t a = 0; a < channels_; ++a)
                u(static_cast<Index>(a), static_cast<Index>(component)) = direction[a];
        }
        basis_.emplace_back(u.data(), u.data() + u.size());
        for (std::size_t i = 0; i < side; ++i) {
            const double* v = eigenvectors.data() + i * side;
            Eigen::VectorXcd out = Eigen::VectorXcd::Zero(c);       // Uᴴ E0ᵀ v
            Eigen::RowVectorXcd in = Eigen::RowVectorXcd::Zero(c);  // vᵀ Z U
            for (Index a = 0; a < c; ++a) {
                out += u.row(a).adjoint() * v[centre_ * channels_ + static_cast<std::size_t>(a)];
                Complex sum = 0.0;
                for (std::size_t j = 0; j < taps; ++j) sum += v[j * channels_ + static_cast<std::size_t>(a)] * wave[j];
                in += sum * u.row(a);
            }
            const ComplexMatrix b = out * in;
            for (Index e = 0; e < c * c; ++e) *next++ = b.data()[e].real();
            for (Index e = 0; e < c * c; ++e) *next++ = b.data()[e].imag();
        }
    }
}

double ChannelConvolution::rate(const NoiseTerms& at, std::size_t direction) const {
    return 2.0 * places_ * at.omega * at.curvature(variance_[direction]);
}

void ChannelConvolution::direction_weights(const NoiseTerms& at, const TrainingClock& clock,
                                           std::span<double> weight) const {
    if (clock.unstable(rate(at, stiffest_))) {
        std::fill(weight.begin(), weight.end(), std::numeric_limits<double>::quiet_NaN());
        return;
    }
    for (std::size_t i = 0; i < weight.size(); ++i) {
        const double kappa = rate(at, i);
        const double optimum = at.optimum(variance_[i]);
        const double exponent = clock.log_relaxation(kappa);
        weight[i] = clock.relaxation_sign(kappa) < 0.0
                        ? optimum - (start_ - optimum) * std::exp(exponent)
                        : start_ * std::exp(exponent) - optimum * std::expm1(exponent);  // as PatchConvolution
    }
}

void ChannelConvolution::direction_deviations(const NoiseTerms& at, const TrainingClock& clock, double reference,
                                              std::span<double> deviation) const {
    if (clock.unstable(rate(at, stiffest_))) {
        std::fill(deviation.begin(), deviation.end(), std::numeric_limits<double>::quiet_NaN());
        return;
    }
    for (std::size_t i = 0; i < deviation.size(); ++i) deviation[i] = clock.log_relaxation(rate(at, i));
    numerics::exponentials(deviation);
    for (std::size_t i = 0; i < deviation.size(); ++i) {
        const double optimum = at.optimum(variance_[i]);
        const double relaxed = clock.relaxation_sign(rate(at, i)) * deviation[i];
        deviation[i] = (optimum - reference) + (start_ - optimum) * relaxed;
    }
}

void ChannelConvolution::direction_limits(const NoiseTerms& at, std::span<double> weight) const {
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = at.optimum(variance_[i]);
}

template <class Weigh>
void ChannelConvolution::superpose(const Weigh& weigh, ModeRange range, std::span<double> weight) const {
    std::vector<double> w(directions());
    weigh(w);
    const std::size_t stride = 2 * channels_ * channels_;
    for (std::size_t m = 0; m < range.count; ++m) {
        const std::size_t component = component_[range.first + m];
        const double* entry = block_response(half_[range.first + m]).data() + component * (channels_ + 1);
        weight[m] = 0.0;
        for (std::size_t i = 0; i < w.size(); ++i) weight[m] += w[i] * entry[i * stride];
    }
}

void ChannelConvolution::weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                                 std::span<double> weight) const {
    superpose([&](std::span<double> w) { direction_weights(at, clock, w); }, range, weight);
}

void ChannelConvolution::deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange range,
                                    std::span<double> deviation) const {
    weights(at, clock, range, deviation);
    for (std::size_t m = 0; m < range.count; ++m) deviation[m] -= at.optimum(lambda()[range.first + m]);
}

void ChannelConvolution::limit_deviations(const NoiseTerms& at, ModeRange range, std::span<double> deviation) const {
    superpose([&](std::span<double> w) { direction_limits(at, w); }, range, deviation);
    for (std::size_t m = 0; m < range.count; ++m) deviation[m] -= at.optimum(lambda()[range.first + m]);
}

void ChannelConvolution::initial_parameters(std::size_t, std::span<double> theta) const {
    std::fill(theta.begin(), theta.end(), 0.0);
    for (std::size_t a = 0; a < channels_; ++a) theta[(centre_ * channels_ + a) * channels_ + a] = start_;
}

void ChannelConvolution::descent(const NoiseTerms& at, std::size_t, std::span<const double> theta,
                                 std::span<double> slope) const {
    const auto side = static_cast<Index>(directions());
    const auto c = static_cast<Index>(channels_);
    const Eigen::Map<const RowMajor> sigma(covariance_.data(), side, side);
    const Eigen::Map<const RowMajor> w(theta.data(), side, c);
    const auto first = static_cast<Index>(centre_ * channels_);
    RowMajor error = at.h0 * w + at.h1 * (sigma * w) - at.m1 * sigma.middleCols(first, c);  // H w − M
    error.middleRows(first, c) -= at.m0 * RowMajor::Identity(c, c);
    Eigen::Map<RowMajor>(slope.data(), side, c) = -2.0 * places_ * at.omega * error;
}

double ChannelConvolution::weight_of(std::size_t mode, std::span<const double> theta) const {
    const std::size_t half = half_[mode];
    const std::size_t component = component_[mode];
    const auto u = [&](std::size_t a) { return basis_[half][a * channels_ + component]; };
    Complex sum = 0.0;
    for (std::size_t j = 0; j < window_.size(); ++j) {
        for (std::size_t in = 0; in < channels_; ++in) {
            for (std::size_t out = 0; out < channels_; ++out) {
                sum += std::conj(u(out)) * theta[(j * channels_ + in) * channels_ + out] * wave_[half][j] * u(in);
            }
        }
    }
    return sum.real();
}

}  // namespace eigenflow::model
