#include <doctest/doctest.h>

#include "eigenflow/data/fourier_pairs.hpp"

using namespace eigenflow;
using namespace eigenflow::data;

TEST_CASE("opposite modes have opposite frequencies, and are each other's") {
    for (const std::vector<int>& shape : {std::vector{1}, {2}, {7}, {8}, {4, 6}, {5, 3}, {6, 1}}) {
        const auto spectrum = power_law_fourier_spectrum(shape, 1.3, 1.0);
        REQUIRE(spectrum);
        const std::vector<std::size_t> partner = opposite_modes(*spectrum);
        const int height = shape.size() == 2 ? shape[0] : 1, width = shape.back();
        for (std::size_t k = 0; k < spectrum->modes(); ++k) {
            const Frequency f = spectrum->frequencies()[k], g = spectrum->frequencies()[partner[k]];
            CHECK((f.y + g.y) % height == 0);
            CHECK((f.x + g.x) % width == 0);
            CHECK(partner[partner[k]] == k);
            CHECK(spectrum->variances()[k] == spectrum->variances()[partner[k]]);
        }
    }
}

TEST_CASE("principal components have no partners") {
    const auto spectrum = Spectrum::principal({3.0, 2.0, 2.0});
    REQUIRE(spectrum);
    CHECK(opposite_modes(*spectrum) == std::vector<std::size_t>{0, 1, 2});
}
