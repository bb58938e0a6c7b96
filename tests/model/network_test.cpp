#include "eigenflow/model/network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "eigenflow/model/registry.hpp"
#include "long_double.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using tests::needs_64_bits;

namespace {

data::Spectrum spectrum() { return *data::power_law_spectrum(12, 1.0, 10.0); }

}  // namespace

TEST_CASE("network: an initial weight for every mode, finite, of a known architecture") {
    const auto refused = [](model::NetworkSpec spec) {
        const auto made = model::make_network(spec, spectrum());
        REQUIRE_FALSE(made);
        CHECK(made.error().kind == ErrorKind::usage);
        return made.error().message;
    };
    CHECK(refused({.init = {0.1, 0.2}}).find("12 modes") != std::string::npos);
    CHECK(refused({.init = {}}).find("network.init") != std::string::npos);
    CHECK(refused({.init = {std::numeric_limits<double>::quiet_NaN()}}).find("network.init") != std::string::npos);
    CHECK(refused({.architecture = "three-layer"}).find("\"three-layer\"") != std::string::npos);
    CHECK(refused({.architecture = "symmetric-two-layer", .init = {-0.1}}).find("mode 1") != std::string::npos);
}

TEST_CASE("network: residual adds one to every layer's initial weight") {
    for (const auto& [architecture, expected] :
         {std::pair("one-layer", 1.25), std::pair("symmetric-two-layer", 2.25)}) {  // (√0.25 + 1)² = 2.25
        const auto made =
            model::make_network({.architecture = architecture, .init = {0.25}, .residual = true}, spectrum());
        REQUIRE(made);
        CHECK((*made)->initial_weights()[0] == expected);
    }
}

// The story: two tables met at different times, so that a weight 5 % beyond its optimum jumped by 6e-10 at once.
TEST_CASE("T-2 battery: a moment after the start a weight is where it was, however near or far from its optimum" *
          needs_64_bits()) {
    constexpr std::size_t modes = 601;
    std::vector<double> init;
    for (std::size_t k = 0; k < modes; ++k) {  // w* = 1/2: from a 1e-12th of it to a thousand times as much
        const double above = std::pow(10.0, -12.0 + 15.0 * static_cast<double>(k) / (modes - 1));
        init.push_back(0.5 * (k % 2 == 0 ? 1.0 + above : above > 1.0 ? 1.0 / above : 1.0 - above));
    }
    const auto flat = data::Spectrum::principal(std::vector<double>(modes, 4.0));
    const auto objective = model::Objective::create({});
    const model::NoiseTerms at = objective->at(NoiseLevel(2.0));
    for (const std::string& architecture : model::architecture_names()) {
        const auto network = model::make_network({.architecture = architecture, .init = init}, *flat);
        if (!network) continue;  // convolutions
        std::vector<double> weight(modes);
        (*network)->weights(at, model::TrainingClock::flow(1e-30), {0, modes}, weight);
        double worst = 0.0;
        for (std::size_t k = 0; k < modes; ++k) worst = tests::worse(worst, std::abs(weight[k] / init[k] - 1.0));
        CHECK_MESSAGE(worst <= 1e-13, architecture << ": " << worst);  // deep's promise; others are good to some ulp
    }
}

TEST_CASE("networks without transients have none to tell of, and the registry's names are its entries'") {
    CHECK(model::architectures().size() == model::architecture_names().size());
    const auto spectrum = data::Spectrum::principal({2.0, 1.0});
    REQUIRE(spectrum);
    const auto network = model::make_network({.architecture = "one-layer", .init = {0.1}}, *spectrum);
    REQUIRE(network);
    CHECK((*network)->transients() == 0);
    CHECK((*network)->responses().empty());
    CHECK((*network)->transient_variances().empty());
    CHECK((*network)->transient_shares().empty());
}

TEST_CASE("T-10 a patch convolution's loss is quadratic: as sharp at every weight as at its limit") {
    const auto spectrum = data::power_law_fourier_spectrum({8}, 1.0, 2.0);
    REQUIRE(spectrum);
    const auto network = model::make_network({.architecture = "patch-convolution", .init = {0.1}}, *spectrum);
    REQUIRE(network);
    const auto objective = model::Objective::create({});
    REQUIRE(objective);
    const model::NoiseTerms at = objective->at(NoiseLevel(0.3));
    for (const double weight : {0.0, 0.5, -3.0})
        CHECK((*network)->sharpness(at, 2, weight) == (*network)->stiffness(at).limit);
}
