#include "eigenflow/data/channel_spectrum.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "eigenflow/numerics/symmetric_eigen.hpp"
#include "grid.hpp"

namespace eigenflow::data {
namespace {

using Complex = ChannelSpectrum::Complex;
using Matrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::Index;

constexpr double tolerance = 1e-12;  // of the trace: rounding of 10,000 images, and of numbers written with 15 digits

int height_of(std::span<const int> shape) { return shape.size() == 2 ? shape.front() : 1; }

bool own_mirror(Frequency k, std::span<const int> shape) {
    return (2 * k.y) % height_of(shape) == 0 && (2 * k.x) % shape.back() == 0;
}

/// The frequency −k of the grid, each component in (−n/2, n/2].
Frequency mirrored(Frequency k, std::span<const int> shape) {
    const auto turned = [](int i, int n) { return 2 * -i > -n ? -i : i; };
    return {turned(k.y, height_of(shape)), turned(k.x, shape.back())};
}

Eigen::Map<const Matrix> as_matrix(std::span<const Complex> block, int channels) {
    return {block.data(), channels, channels};
}

double trace_of(std::span<const Complex> block, int channels) { return as_matrix(block, channels).trace().real(); }

std::string number(double value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

// Exactly Hermitian; real where it is its own mirror.
void make_hermitian(std::span<Complex> block, int channels, bool real) {
    const auto at = [&](int i, int j) -> Complex& { return block[static_cast<std::size_t>(i * channels + j)]; };
    for (int i = 0; i < channels; ++i) {
        at(i, i) = std::max(at(i, i).real(), 0.0) + 0.0;
        for (int j = i + 1; j < channels; ++j) {
            const Complex mean = 0.5 * (at(i, j) + std::conj(at(j, i)));
            at(i, j) = real ? Complex(mean.real()) : mean;
            at(j, i) = std::conj(at(i, j));
        }
    }
}

}  // namespace

std::vector<Frequency> half_plane(std::span<const int> shape) {
    std::vector<Frequency> half;
    for (const Frequency k : grid_frequencies(shape)) {
        const bool mirror_column = k.x == 0 || 2 * k.x == shape.back();
        if (k.x >= 0 && (!mirror_column || k.y >= 0)) half.push_back(k);
    }
    return half;
}

std::optional<std::string> block_problem(std::span<const Complex> block, int channels, bool mirror) {
    const auto m = as_matrix(block, channels);
    if (!m.allFinite()) return "has an entry that is not finite";
    const double allowed = tolerance * std::abs(m.trace().real());
    for (Index i = 0; i < channels; ++i) {
        for (Index j = 0; j <= i; ++j) {
            if (!(std::abs(m(i, j) - std::conj(m(j, i))) <= 2.0 * allowed)) {
                return "is not Hermitian: entry (" + std::to_string(i + 1) + ", " + std::to_string(j + 1) +
                       ") must be the complex conjugate of entry (" + std::to_string(j + 1) + ", " +
                       std::to_string(i + 1) + ")";
            }
            if (mirror && !(std::abs(m(i, j).imag()) <= allowed)) {
                return "has an imaginary part, but k and -k are the same frequency there: im must be 0";
            }
        }
    }
    const double smallest = numerics::symmetric_eigen(Eigen::MatrixXcd(m), numerics::EigenParts::values).values.front();
    if (smallest >= -allowed) return {};
    return "has the negative eigenvalue " + number(smallest) + ", but is a covariance";
}

Result<ChannelSpectrum> ChannelSpectrum::create(std::vector<Complex> blocks, std::vector<int> shape, int channels) {
    if (channels < 1 || channels > most_channels) {
        return Error{ErrorKind::usage,
                     std::to_string(channels) + " channels: there may be 1 to " + std::to_string(most_channels)};
    }
    const auto size = grid_size(shape);
    if (!size) return size.error();
    ChannelSpectrum spectrum;
    spectrum.frequencies_ = half_plane(shape);
    const auto entries = static_cast<std::size_t>(channels * channels);
    if (blocks.size() != spectrum.frequencies_.size() * entries) {
        return Error{ErrorKind::usage, std::to_string(blocks.size()) + " entries for " +
                                           std::to_string(spectrum.frequencies_.size()) + " blocks of " +
                                           std::to_string(entries)};
    }
    for (std::size_t f = 0; f < spectrum.frequencies_.size(); ++f) {
        const Frequency k = spectrum.frequencies_[f];
        const std::span<Complex> block = std::span(blocks).subspan(f * entries, entries);
        if (const auto problem = block_problem(block, channels, own_mirror(k, shape))) {
            return Error{ErrorKind::usage, "the block of frequency (" + std::to_string(k.y) + ", " +
                                               std::to_string(k.x) + ") " + *problem};
        }
        make_hermitian(block, channels, own_mirror(k, shape));
    }
    spectrum.channels_ = channels;
    spectrum.shape_ = std::move(shape);
    spectrum.places_ = *size;
    spectrum.blocks_ = std::move(blocks);
    return spectrum;
}

double ChannelSpectrum::total() const {
    double sum = 0.0;
    for (std::size_t f = 0; f < frequencies_.size(); ++f) {
        sum += (own_mirror(frequencies_[f], shape_) ? 1.0 : 2.0) * trace_of(block(f), channels_);
    }
    return sum;
}

Spectrum ChannelSpectrum::modes() const {
    std::vector<ChannelMode> modes;
    for (std::size_t f = 0; f < frequencies_.size(); ++f) {
        const Frequency k = frequencies_[f];
        const auto eigen = numerics::symmetric_eigen(Eigen::MatrixXcd(as_matrix(block(f), channels_)));
        const Eigen::Map<const Eigen::MatrixXcd> vectors(eigen.vectors.data(), channels_, channels_);
        for (int c = 0; c < channels_; ++c) {
            const Index column = channels_ - 1 - c;  // rising in Eigen
            Eigen::VectorXcd u = vectors.col(column);
            Index largest = 0;
            u.cwiseAbs().maxCoeff(&largest);
            u *= std::conj(u(largest)) / std::abs(u(largest));  // a phase of its own: the largest entry is positive
            ChannelMode mode{std::max(eigen.values[static_cast<std::size_t>(column)], 0.0),
                             k,
                             c + 1,
                             {u.data(), u.data() + u.size()}};
            if (!own_mirror(k, shape_)) {
                ChannelMode mirror = mode;
                mirror.frequency = mirrored(k, shape_);
                for (Complex& entry : mirror.direction) entry = std::conj(entry);
                modes.push_back(std::move(mirror));
            }
            modes.push_back(std::move(mode));
        }
    }
    return Spectrum::of_channels(std::move(modes), shape_, channels_);
}

Spectrum ChannelSpectrum::gray() const {
    std::vector<double> variances;
    std::vector<Frequency> frequencies;
    for (std::size_t f = 0; f < frequencies_.size(); ++f) {
        Complex sum = 0.0;
        for (const Complex entry : block(f)) sum += entry;
        const double variance = std::max(sum.real(), 0.0) / (channels_ * channels_);
        variances.push_back(variance);
        frequencies.push_back(frequencies_[f]);
        if (own_mirror(frequencies_[f], shape_)) continue;
        variances.push_back(variance);
        frequencies.push_back(mirrored(frequencies_[f], shape_));
    }
    return std::move(Spectrum::fourier(std::move(variances), std::move(frequencies), shape_)).value();
}

}  // namespace eigenflow::data
