#include "eigenflow/data/fourier_pairs.hpp"

#include <numeric>

namespace eigenflow::data {

namespace {

/// Row-major place on the grid of a frequency, each component of which may be negative.
std::size_t place_of(Frequency k, int height, int width) {
    const auto wrapped = [](int i, int n) { return static_cast<std::size_t>(((i % n) + n) % n); };
    return wrapped(k.y, height) * static_cast<std::size_t>(width) + wrapped(k.x, width);
}

}  // namespace

std::vector<std::size_t> opposite_modes(const Spectrum& spectrum) {
    std::vector<std::size_t> partner(spectrum.modes());
    std::iota(partner.begin(), partner.end(), std::size_t{0});
    if (!spectrum.is_fourier()) return partner;
    const int height = spectrum.shape().size() == 2 ? spectrum.shape().front() : 1;
    const int width = spectrum.shape().back();
    std::vector<std::vector<std::size_t>> modes_at(static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
    for (std::size_t k = 0; k < spectrum.modes(); ++k) {
        modes_at[place_of(spectrum.frequencies()[k], height, width)].push_back(k);
    }
    // Modes of one frequency, if there are several, are in the order of their variances, as are those of the opposite.
    for (const std::vector<std::size_t>& here : modes_at) {
        for (std::size_t i = 0; i < here.size(); ++i) {
            const Frequency f = spectrum.frequencies()[here[i]];
            const std::vector<std::size_t>& there = modes_at[place_of({-f.y, -f.x}, height, width)];
            if (i < there.size()) partner[here[i]] = there[i];
        }
    }
    return partner;
}

}  // namespace eigenflow::data
