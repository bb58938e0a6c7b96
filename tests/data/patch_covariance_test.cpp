#include "eigenflow/data/patch_covariance.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "explicit_convolution.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using data::Offset;

TEST_CASE("T-8 filter window") {
    CHECK(*data::filter_window(std::vector{9}, 3) == std::vector<Offset>{{0, -1}, {0, 0}, {0, 1}});
    CHECK(*data::filter_window(std::vector{4}, 4) == std::vector<Offset>{{0, -1}, {0, 0}, {0, 1}, {0, 2}});
    CHECK(*data::filter_window(std::vector{2, 2}, 2) == std::vector<Offset>{{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    CHECK(data::filter_window(std::vector{3, 8}, 3)->size() == 9);
    struct Refused {
        std::vector<int> shape;
        int side;
        const char* words;
    };
    for (const Refused& r : {Refused{{9}, 4, "odd and at most 9"}, Refused{{8}, 9, "at most 8, or 8"},
                             Refused{{4, 6}, 4, "odd and at most 4"}, Refused{{4, 6}, 5, "at most 4"},
                             Refused{{9}, 0, "odd"}, Refused{{9}, -3, "odd"}, Refused{{65, 65}, 65, "4225 taps"}}) {
        const auto window = data::filter_window(r.shape, r.side);
        REQUIRE_FALSE(window);
        CHECK(window.error().kind == ErrorKind::usage);
        CHECK_MESSAGE(window.error().message.find(r.words) != std::string::npos, window.error().message);
    }
}

TEST_CASE("T-8 patch covariance is the average of the covariance over all places") {
    struct Case {
        std::vector<int> shape;
        int side;
    };
    for (const Case& c : {Case{{11}, 5}, Case{{8}, 8}, Case{{3, 4}, 3}, Case{{4, 4}, 4}, Case{{5, 5}, 5}}) {
        const auto pixels = tests::ExplicitConvolution::random(c.shape, 3);
        const auto window = *data::filter_window(c.shape, c.side);
        const std::vector<double> sigma_p = data::patch_covariance(pixels.spectrum(), window);
        double worst = 0.0;
        for (std::size_t i = 0; i < window.size(); ++i) {
            for (std::size_t j = 0; j < window.size(); ++j) {
                // tr(S_i Σ S_jᵀ) = Σ_x Σ[x − o_i, x − o_j]
                const double expected =
                    (pixels.shift(window[i]) * pixels.covariance() * pixels.shift(window[j]).transpose()).trace() /
                    pixels.places();
                worst = tests::worse(worst, std::abs(sigma_p[i * window.size() + j] - expected));
                CHECK(sigma_p[i * window.size() + j] == sigma_p[j * window.size() + i]);
            }
        }
        // A sum of N ≤ 25 terms here and there, terms of the size of the pixel variance.
        CHECK(worst <= 4.0 * 25.0 * std::numeric_limits<double>::epsilon() * sigma_p.front());
    }
}
