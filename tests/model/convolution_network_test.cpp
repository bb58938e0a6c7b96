#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "eigenflow/data/channel_spectrum.hpp"
#include "eigenflow/model/channel_convolution.hpp"
#include "model/convolution_cases.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;

TEST_CASE("T-8 descent is minus the gradient of the explicit loss, and weight_of the filter's Fourier weight") {
    everywhere([&](const ExplicitConvolution& pixels, const model::PatchConvolution& network,
                   const model::Objective& objective, NoiseLevel t) {
        const auto loss = pixels.loss(objective, t, window_of(network));
        const std::vector<double> theta = random_filter(network.parameters(), 21);
        const Eigen::Map<const Eigen::VectorXd> taps(theta.data(), static_cast<Eigen::Index>(theta.size()));
        std::vector<double> slope(theta.size());
        network.descent(objective.at(t), 0, theta, slope);
        const Eigen::VectorXd expected = loss.pull - loss.hessian * taps;
        const double scale = loss.hessian.cwiseAbs().maxCoeff() * static_cast<double>(theta.size());
        for (std::size_t j = 0; j < slope.size(); ++j) {
            CHECK(std::abs(slope[j] - expected(static_cast<Eigen::Index>(j))) <= 16.0 * eps * scale);
        }
        const Eigen::MatrixXd w = pixels.circulant(window_of(network), taps);
        const auto spectrum = pixels.spectrum();
        for (std::size_t k = 0; k < network.modes(); ++k) {
            CHECK(std::abs(network.weight_of(k, theta) - pixels.power(w, spectrum.frequencies()[k])) <= 64.0 * eps);
        }
    });
}

TEST_CASE("T-8 the bits of a mode depend neither on its range nor on its place in memory") {
    const auto spectrum = data::power_law_fourier_spectrum({12, 12}, 2.0, 10.0);
    REQUIRE(spectrum);
    for (const int kernel : {3, 5, 12}) {  // 12: 144 taps, more than one chunk of directions
        const auto network = patch(*spectrum, kernel, 3);
        const model::NoiseTerms at = objective_of({}).at(NoiseLevel(0.3));
        for (const TrainingClock& clock : {TrainingClock::flow(1e-3), TrainingClock::descent(1e-5, 77)}) {
            const auto weight = weights_at(*network, at, clock);
            const auto deviation = deviations_at(*network, at, clock);
            std::vector<double> buffer(160);
            for (const std::size_t count : {1U, 3U, 7U, 8U, 31U}) {
                for (std::size_t first = 0; first + count <= network->modes(); first += count) {
                    for (const std::size_t place : {0U, 1U, 5U}) {
                        const std::span<double> out = std::span(buffer).subspan(place, count);
                        network->weights(at, clock, {first, count}, out);
                        REQUIRE(std::equal(out.begin(), out.end(), weight.begin() + std::ptrdiff_t(first)));
                        network->deviations(at, clock, {first, count}, out);
                        REQUIRE(std::equal(out.begin(), out.end(), deviation.begin() + std::ptrdiff_t(first)));
                    }
                }
            }
        }
    }
}

TEST_CASE("T-8 the order in which modes are given changes no bit") {
    const auto spectrum = ExplicitConvolution::random({3, 4}, 8).spectrum();
    std::vector<std::size_t> order(spectrum.modes());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::mt19937 bits(1);
    std::shuffle(order.begin(), order.end(), bits);
    std::vector<double> variances;
    std::vector<data::Frequency> frequencies;
    for (const std::size_t k : order) {
        variances.push_back(spectrum.variances()[k]);
        frequencies.push_back(spectrum.frequencies()[k]);
    }
    const auto shuffled = data::Spectrum::fourier(variances, frequencies, {3, 4});
    REQUIRE(shuffled);
    const model::NoiseTerms at = objective_of({}).at(NoiseLevel(0.3));
    const TrainingClock clock = TrainingClock::flow(0.01);
    CHECK(weights_at(*patch(spectrum, 3, 1), at, clock) == weights_at(*patch(*shuffled, 3, 1), at, clock));
}

TEST_CASE("T-8 a patch convolution starts from its centre tap, a residual one with 1 more") {
    const auto spectrum = ExplicitConvolution::random({3, 4}, 8).spectrum();
    for (const bool residual : {false, true}) {
        const model::NetworkSpec spec{
            .architecture = "patch-convolution", .init = {0.25}, .kernel = 3, .residual = residual};
        const auto network = made(spec, spectrum);
        CHECK_FALSE(network->trains_modes_alone());
        CHECK(network->is_linear());
        const Eigen::VectorXd filter = initial_filter(*network);
        for (Eigen::Index j = 0; j < 9; ++j) CHECK(filter(j) == (j == 4 ? 0.25 + residual : 0.0));
        for (const double q : network->initial_weights()) CHECK(q == 0.25 + residual);
        const auto full = made({.architecture = "full-convolution", .init = {0.25}, .residual = residual}, spectrum);
        for (const double q : full->initial_weights()) CHECK(q == 0.25 + residual);
    }
}

TEST_CASE("T-8 nothing to see: constant images, no variance at all, no noise") {
    const std::vector<data::Frequency> frequencies = data::grid_frequencies(std::vector{6});
    const auto objective = objective_of({{.path = "flow", .target = "velocity"}, 0.0});
    for (const double constant : {0.0, 2.0}) {
        const auto spectrum = data::Spectrum::fourier({constant, 0, 0, 0, 0, 0}, frequencies, {6});
        REQUIRE(spectrum);
        const auto network = patch(*spectrum, 3, 5);
        for (const double t : {0.0, 0.5, 1.0}) {  // pure noise, both, pure data
            const model::NoiseTerms at = objective.at(NoiseLevel(t));
            for (const double eta_tau : {0.0, 1.0, 1e6}) {
                const auto weight = weights_at(*network, at, TrainingClock::flow(eta_tau));
                const auto deviation = deviations_at(*network, at, TrainingClock::flow(eta_tau));
                for (std::size_t k = 0; k < 6; ++k) {
                    CHECK(std::abs(weight[k] - at.optimum(network->lambda()[k]) - deviation[k]) <= 64.0 * eps);
                }
            }
        }
    }
}

TEST_CASE("T-7 T-8 refusals") {
    const auto components = data::Spectrum::principal({3.0, 2.0, 1.0});
    const auto fourier = data::power_law_fourier_spectrum({8}, 1.0, 1.0);
    const auto refused = [](const model::NetworkSpec& spec, const data::Spectrum& spectrum, const std::string& words) {
        const auto network = model::make_network(spec, spectrum);
        REQUIRE_FALSE(network);
        CHECK(network.error().kind == ErrorKind::usage);
        CHECK_MESSAGE(network.error().message.find(words) != std::string::npos, network.error().message);
    };
    refused({.architecture = "full-convolution"}, *components, "data.basis = \"fourier\"");
    refused({.architecture = "patch-convolution"}, *components, "data.basis = \"fourier\"");
    refused({.architecture = "patch-convolution", .kernel = 4}, *fourier, "network.kernel = 4");
    refused({.architecture = "patch-convolution", .kernel = 9}, *fourier, "at most 8");
    refused({.architecture = "patch-convolution", .init = std::vector<double>(8, 0.1)}, *fourier, "give one number");
    const auto network = model::PatchConvolution::create(*fourier, 3, {1.0, std::nan(""), 0.0});
    REQUIRE_FALSE(network);
    CHECK(network.error().message.find("3 finite ones") != std::string::npos);
    CHECK_FALSE(model::PatchConvolution::create(*components, 3, {0.0, 1.0, 0.0}));
    const auto long_row = data::power_law_fourier_spectrum({40001}, 1.0, 1.0);  // 3501 taps on it: 1.04 GiB
    refused({.architecture = "patch-convolution", .kernel = 3501}, *long_row, "need more than 1 GiB");
    const auto large = data::power_law_fourier_spectrum({8}, 0.0, 1e308);
    const auto overflows = model::make_network({.architecture = "patch-convolution"}, *large);
    REQUIRE_FALSE(overflows);
    CHECK(overflows.error().kind == ErrorKind::numerics);
    CHECK(overflows.error().message.find("the patch covariance overflows") != std::string::npos);
}

TEST_CASE("T-8 refusals of channels that a filter mixes") {
    const auto blocks = [](std::vector<data::ChannelSpectrum::Complex> entries, std::vector<int> shape, int channels) {
        const auto made = data::ChannelSpectrum::create(std::move(entries), std::move(shape), channels);
        REQUIRE(made);
        return made->modes();
    };
    const data::Spectrum two = blocks({2, 0, 0, 1, 1, 0, 0, 1}, {3}, 2);
    const auto refusal = [](const data::Spectrum& spectrum, int kernel, double centre) {
        const auto network = model::ChannelConvolution::create(spectrum, kernel, centre);
        REQUIRE_FALSE(network);
        return network.error();
    };
    CHECK(model::ChannelConvolution::create(two, 3, 0.1));
    CHECK(refusal(two, 2, 0.1).message.find("network.kernel = 2: ") == 0);
    CHECK(refusal(two, 3, std::nan("")).message == "network.init: the centre tap must be a finite number");
    CHECK(refusal(*data::Spectrum::principal({1.0}), 1, 0.1).message.find("data.basis = \"fourier\"") !=
          std::string::npos);
    const data::Spectrum large = blocks({1e308, 0, 0, 1e308, 1e308, 0, 0, 1e308}, {3}, 2);
    CHECK(refusal(large, 3, 0.1).kind == ErrorKind::numerics);
    std::vector<data::ChannelSpectrum::Complex> entries;  // one of every pair k, −k of 2201 frequencies: 1101 blocks
    for (int k = 0; k < 1101; ++k) entries.insert(entries.end(), {1, 0, 0, 1});
    const data::Spectrum wide = blocks(std::move(entries), {2201}, 2);
    CHECK(refusal(wide, 2049, 0.1).message.find("2049 taps of 2 channels on 2201 places need too much memory") !=
          std::string::npos);
}
