#include <cmath>
#include <map>
#include <numbers>
#include <utility>

#include "eigenflow/data/patch_covariance.hpp"

namespace eigenflow::data {
namespace {

using Complex = std::complex<double>;

// R(o)_ab = (1/N) Σ_k Re([Σ_k]_ab e^(2πi k·o/n)) from the eigenpairs, smallest first.
std::vector<double> autocovariance(const Spectrum& spectrum, Offset o) {
    const auto channels = static_cast<std::size_t>(spectrum.channels());
    std::vector<double> sum(channels * channels, 0.0);
    for (std::size_t k = spectrum.modes(); k-- > 0;) {
        const std::span<const Complex> u = spectrum.direction(k);
        const Complex turned =
            spectrum.variances()[k] * std::conj(grid_wave(spectrum.shape(), spectrum.frequencies()[k], o));
        for (std::size_t a = 0; a < channels; ++a) {
            for (std::size_t b = 0; b < channels; ++b) {
                sum[a * channels + b] += (turned * u[a] * std::conj(u[b])).real();
            }
        }
    }
    for (double& v : sum) v /= static_cast<double>(spectrum.places());
    return sum;
}

}  // namespace

Complex grid_wave(std::span<const int> shape, Frequency k, Offset o) {
    const long long height = shape.size() == 2 ? shape.front() : 1;
    const long long width = shape.back();
    const long long period = height * width;
    const long long phase = (1LL * k.y * o.y * width + 1LL * k.x * o.x * height) % period;
    const long long turns = 2 * phase > period ? phase - period : 2 * phase <= -period ? phase + period : phase;
    if (2 * turns == period) return -1.0;
    return std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(turns) / static_cast<double>(period));
}

std::vector<double> channel_patch_covariance(const Spectrum& spectrum, std::span<const Offset> window) {
    const auto channels = static_cast<std::size_t>(spectrum.channels());
    const std::size_t side = window.size() * channels;
    std::map<std::pair<int, int>, std::vector<double>> known;
    std::vector<double> covariance(side * side);
    for (std::size_t i = 0; i < window.size(); ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            const Offset o{window[j].y - window[i].y, window[j].x - window[i].x};
            auto [found, fresh] = known.try_emplace({o.y, o.x});
            if (fresh) found->second = autocovariance(spectrum, o);
            for (std::size_t a = 0; a < channels; ++a) {
                for (std::size_t b = 0; b < channels; ++b) {
                    const double value =
                        i == j && a < b ? found->second[b * channels + a] : found->second[a * channels + b];
                    covariance[(i * channels + a) * side + j * channels + b] = value;
                    covariance[(j * channels + b) * side + i * channels + a] = value;
                }
            }
        }
    }
    return covariance;
}

}  // namespace eigenflow::data
