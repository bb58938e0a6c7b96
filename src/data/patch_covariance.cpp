#include "eigenflow/data/patch_covariance.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "grid.hpp"

namespace eigenflow::data {
namespace {

// The eigenvectors of 4096 taps are 134 MB and minutes of work; full width has an architecture of its own.
constexpr long long most_taps = 4096;

long long wrapped(long long i, long long n) { return ((i % n) + n) % n; }

long long height_of(std::span<const int> shape) { return shape.size() == 2 ? shape.front() : 1; }

// C(o) = (1/N) Σ_k λ_k cos(2π k·o/n), each place computed once.
class Autocovariance {
public:
    explicit Autocovariance(const Spectrum& spectrum)
        : spectrum_(spectrum),
          cosine_(spectrum.shape()),
          known_(spectrum.modes(), std::numeric_limits<double>::quiet_NaN()) {}

    double at(Offset o) {
        const std::size_t place = std::min(index(o), index({-o.y, -o.x}));
        if (std::isnan(known_[place])) known_[place] = sum(o);
        return known_[place];
    }

private:
    std::size_t index(Offset o) const {
        const long long width = spectrum_.shape().back();
        return static_cast<std::size_t>(wrapped(o.y, height_of(spectrum_.shape())) * width + wrapped(o.x, width));
    }

    double sum(Offset o) const {
        double total = 0.0;
        for (std::size_t k = spectrum_.modes(); k-- > 0;) {  // smallest first
            total += spectrum_.variances()[k] * cosine_(spectrum_.frequencies()[k], o);
        }
        return total / static_cast<double>(spectrum_.modes());
    }

    const Spectrum& spectrum_;
    GridCosine cosine_;
    std::vector<double> known_;
};

}  // namespace

Result<std::vector<Offset>> filter_window(std::span<const int> shape, int side) {
    if (auto size = grid_size(shape); !size) return size.error();
    const int smallest = std::min(shape.front(), shape.back());
    const int largest = std::max(shape.front(), shape.back());
    const bool fits = side >= 1 && side <= smallest;
    if (!fits || (side % 2 == 0 && side != largest)) {
        return Error{ErrorKind::usage,
                     "a filter with " + std::to_string(side) + " taps a side on the grid " + grid_text(shape) +
                         ": the side must be odd and at most " + std::to_string(smallest) +
                         (smallest == largest && smallest % 2 == 0 ? ", or " + std::to_string(smallest) : "")};
    }
    const long long taps = shape.size() == 2 ? 1LL * side * side : side;
    if (taps > most_taps) {
        return Error{ErrorKind::usage, "a filter with " + std::to_string(taps) + " taps, more than " +
                                           std::to_string(most_taps) +
                                           ": use a smaller one, or architecture \"full-convolution\""};
    }
    const int first = -((side - 1) / 2);
    std::vector<Offset> window;
    for (int y = shape.size() == 2 ? first : 0; y <= (shape.size() == 2 ? side / 2 : 0); ++y) {
        for (int x = first; x <= side / 2; ++x) window.push_back({y, x});
    }
    return window;
}

std::size_t centre_tap(std::span<const Offset> window) {
    return static_cast<std::size_t>(std::find(window.begin(), window.end(), Offset{}) - window.begin());
}

GridCosine::GridCosine(std::span<const int> shape) : height_(height_of(shape)), width_(shape.back()) {
    const long long n = height_ * width_;
    for (long long p = 0; p < n; ++p) {
        const long long folded = std::min(p, n - p);  // cos(2πp/N) and cos(2π(N−p)/N) are the same bytes
        cosine_.push_back(std::cos(std::numbers::pi * (2.0 * static_cast<double>(folded) / static_cast<double>(n))));
    }
}

double GridCosine::operator()(Frequency k, Offset o) const {
    const long long y = wrapped(1LL * k.y * o.y, height_);
    const long long x = wrapped(1LL * k.x * o.x, width_);
    return cosine_[static_cast<std::size_t>((y * width_ + x * height_) % (height_ * width_))];
}

std::vector<double> patch_covariance(const Spectrum& spectrum, std::span<const Offset> window) {
    assert(spectrum.is_fourier());
    Autocovariance autocovariance(spectrum);
    std::vector<double> covariance;
    covariance.reserve(window.size() * window.size());
    for (const Offset a : window) {
        for (const Offset b : window) covariance.push_back(autocovariance.at({a.y - b.y, a.x - b.x}));
    }
    return covariance;
}

}  // namespace eigenflow::data
