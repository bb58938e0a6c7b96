#include "eigenflow/data/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>

#include "grid.hpp"

namespace eigenflow::data {

namespace {

Result<void> check_variances(std::vector<double>& variances) {
    if (variances.empty()) return Error{ErrorKind::usage, "a spectrum needs at least one variance; the list is empty"};
    for (std::size_t k = 0; k < variances.size(); ++k) {
        if (!std::isfinite(variances[k]) || variances[k] < 0.0) {
            std::ostringstream text;
            text << "variance " << k + 1 << " of " << variances.size() << " is " << variances[k]
                 << "; variances must be finite and not negative";
            return Error{ErrorKind::usage, text.str()};
        }
        variances[k] += 0.0;  // −0 would be written as "-0"
    }
    return {};
}

// Every frequency of the grid exactly once.
Result<void> check_frequencies(std::span<const Frequency> frequencies, std::span<const int> shape) {
    const int height = shape.size() == 2 ? shape.front() : 1;
    const int width = shape.back();
    const auto on_axis = [](int k, int n) { return 2LL * k > -static_cast<long long>(n) && 2LL * k <= n; };
    std::vector<bool> seen(frequencies.size(), false);
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        const auto [y, x] = frequencies[i];
        const std::string which =
            "frequency " + std::to_string(i + 1) + ", (" + std::to_string(y) + ", " + std::to_string(x) + "),";
        if (!on_axis(y, height) || !on_axis(x, width)) {
            return Error{ErrorKind::usage,
                         which + " is not on the grid " + grid_text(shape) + ", whose components lie in (-n/2, n/2]"};
        }
        const auto row = static_cast<std::size_t>(y < 0 ? y + height : y);
        const auto column = static_cast<std::size_t>(x < 0 ? x + width : x);
        const std::size_t place = row * static_cast<std::size_t>(width) + column;
        if (seen[place]) return Error{ErrorKind::usage, which + " is given twice"};
        seen[place] = true;
    }
    return {};
}

long long squared_norm(Frequency k) { return 1LL * k.y * k.y + 1LL * k.x * k.x; }

// Falling variance, then |k|², y, x.
bool comes_before(double variance, Frequency p, double other, Frequency q) {
    if (variance != other) return variance > other;
    if (squared_norm(p) != squared_norm(q)) return squared_norm(p) < squared_norm(q);
    return p.y != q.y ? p.y < q.y : p.x < q.x;
}

}  // namespace

std::string grid_text(std::span<const int> shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

Result<std::size_t> grid_size(std::span<const int> shape) {
    const bool good = (shape.size() == 1 || shape.size() == 2) && shape.front() >= 1 && shape.back() >= 1;
    if (!good) {
        return Error{ErrorKind::usage, "the shape of a Fourier grid is " + grid_text(shape) +
                                           "; it must be [N] or [height, width] with sizes of at least 1"};
    }
    std::size_t modes = 1;
    for (const int n : shape) modes *= static_cast<std::size_t>(n);
    if (modes > most_modes) {
        return Error{ErrorKind::usage, "the Fourier grid " + grid_text(shape) + " has " + std::to_string(modes) +
                                           " modes; at most " + std::to_string(most_modes) + " are allowed"};
    }
    return modes;
}

Result<void> check_grid(std::span<const int> shape, std::size_t modes) {
    const auto size = grid_size(shape);
    if (!size) return size.error();
    if (*size != modes) {
        return Error{ErrorKind::usage, "the Fourier grid " + grid_text(shape) + " has " + std::to_string(*size) +
                                           " points, and the data have " + std::to_string(modes) +
                                           "; the product of the shape must be that number"};
    }
    return {};
}

Result<Spectrum> Spectrum::principal(std::vector<double> variances) {
    if (auto ok = check_variances(variances); !ok) return ok.error();
    std::sort(variances.begin(), variances.end(), std::greater<>());
    Spectrum spectrum;
    spectrum.variances_ = std::move(variances);
    return spectrum;
}

Result<Spectrum> Spectrum::principal(std::vector<double> variances, const std::vector<double>& mean) {
    if (mean.size() != variances.size()) {
        return Error{ErrorKind::usage, std::to_string(mean.size()) + " means for " + std::to_string(variances.size()) +
                                           " variances; every mode needs one"};
    }
    const auto bad = std::find_if(mean.begin(), mean.end(), [](double m) { return !std::isfinite(m); });
    if (bad != mean.end()) {
        return Error{ErrorKind::usage,
                     "mean " + std::to_string(bad - mean.begin() + 1) + " is not a finite number, and has to be one"};
    }
    std::vector<std::size_t> order(variances.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (auto ok = check_variances(variances); !ok) return ok.error();
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return variances[a] > variances[b]; });
    auto spectrum = principal(std::move(variances));
    for (const std::size_t i : order) spectrum->mean_.push_back(mean[i]);
    return spectrum;
}

Result<Spectrum> Spectrum::fourier(std::vector<double> variances, std::vector<Frequency> frequencies,
                                   std::vector<int> shape) {
    if (auto ok = check_variances(variances); !ok) return ok.error();
    if (auto ok = check_grid(shape, variances.size()); !ok) return ok.error();
    if (frequencies.size() != variances.size()) {
        return Error{ErrorKind::usage, std::to_string(frequencies.size()) + " frequencies for " +
                                           std::to_string(variances.size()) + " variances; every mode needs one"};
    }
    if (auto ok = check_frequencies(frequencies, shape); !ok) return ok.error();

    std::vector<std::size_t> order(variances.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return comes_before(variances[a], frequencies[a], variances[b], frequencies[b]);
    });
    Spectrum spectrum;
    for (const std::size_t i : order) {
        spectrum.variances_.push_back(variances[i]);
        spectrum.frequencies_.push_back(frequencies[i]);
    }
    spectrum.shape_ = std::move(shape);
    return spectrum;
}

Spectrum Spectrum::of_channels(std::vector<ChannelMode> modes, std::span<const int> shape, int channels) {
    std::sort(modes.begin(), modes.end(), [](const ChannelMode& a, const ChannelMode& b) {
        if (a.variance == b.variance && a.frequency == b.frequency) return a.component < b.component;
        return comes_before(a.variance, a.frequency, b.variance, b.frequency);
    });
    Spectrum spectrum;
    for (const ChannelMode& mode : modes) {
        spectrum.variances_.push_back(mode.variance);
        spectrum.frequencies_.push_back(mode.frequency);
        spectrum.components_.push_back(mode.component);
        spectrum.directions_.insert(spectrum.directions_.end(), mode.direction.begin(), mode.direction.end());
    }
    spectrum.shape_.assign(shape.begin(), shape.end());
    spectrum.channels_ = channels;
    return spectrum;
}

double Spectrum::total() const { return std::accumulate(variances_.rbegin(), variances_.rend(), 0.0); }

std::vector<Frequency> grid_frequencies(std::span<const int> shape) {
    if (!grid_size(shape)) return {};
    const auto centred = [](int i, int n) { return i <= n / 2 ? i : i - n; };
    const int height = shape.size() == 2 ? shape.front() : 1;
    const int width = shape.back();
    std::vector<Frequency> frequencies;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) frequencies.push_back({centred(y, height), centred(x, width)});
    }
    return frequencies;
}

}  // namespace eigenflow::data
