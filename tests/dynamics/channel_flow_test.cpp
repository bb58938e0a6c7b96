#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <numbers>
#include <unsupported/Eigen/MatrixFunctions>
#include <utility>
#include <vector>

#include "eigenflow/data/channel_spectrum.hpp"
#include "eigenflow/dynamics/closed_forms.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/model/channel_convolution.hpp"
#include "eigenflow/numerics/ode.hpp"
#include "eigenflow/numerics/random.hpp"
#include "worst_error.hpp"

using namespace eigenflow;
using Complex = std::complex<double>;
using Eigen::MatrixXcd;
using Eigen::MatrixXd;

namespace {

int height_of(const std::vector<int>& shape) { return shape.size() == 2 ? shape[0] : 1; }

/// Random blocks with imaginary parts and falling size.
data::ChannelSpectrum random_spectrum(const std::vector<int>& shape, int channels, std::uint64_t seed) {
    numerics::RandomStream random(seed);
    std::vector<Complex> blocks;
    for (const data::Frequency k : data::half_plane(shape)) {
        const bool real = (2 * k.y) % height_of(shape) == 0 && (2 * k.x) % shape.back() == 0;
        MatrixXcd a(channels, channels);
        for (int e = 0; e < channels * channels; ++e) {
            const double re = random.normal();
            a.data()[e] = {re, real ? 0.0 : random.normal()};
        }
        const MatrixXcd s = a * a.adjoint() / (1.0 + k.x * k.x + k.y * k.y);
        for (int i = 0; i < channels; ++i) {
            for (int j = 0; j < channels; ++j) blocks.push_back(s(i, j));
        }
    }
    auto made = data::ChannelSpectrum::create(std::move(blocks), shape, channels);
    REQUIRE_MESSAGE(made, made.error().message);
    return *made;
}

/// Blocks of the same frequencies, changed one by one.
template <class Change>
data::ChannelSpectrum changed(const data::ChannelSpectrum& from, const Change& change) {
    std::vector<Complex> blocks;
    const int c = from.channels();
    for (std::size_t f = 0; f < from.frequencies().size(); ++f) {
        MatrixXcd s(c, c);
        for (int e = 0; e < c * c; ++e) s(e / c, e % c) = from.block(f)[std::size_t(e)];
        const MatrixXcd t = change(s);
        for (int e = 0; e < c * c; ++e) blocks.push_back(t(e / c, e % c));
    }
    auto made = data::ChannelSpectrum::create(std::move(blocks), {from.shape().begin(), from.shape().end()}, c);
    REQUIRE_MESSAGE(made, made.error().message);
    return *made;
}

dynamics::LearningProblem problem_of(const data::Spectrum& spectrum, const model::NetworkSpec& spec,
                                     const model::ObjectiveSpec& objective_spec = {}) {
    auto network = model::make_network(spec, spectrum);
    REQUIRE_MESSAGE(network, network.error().message);
    const auto objective = model::Objective::create(objective_spec);
    REQUIRE_MESSAGE(objective, objective.error().message);
    const auto& path = objective->path();
    return {.network = std::shared_ptr<const model::Network>(std::move(*network)),
            .objective = *objective,
            .noise = NoiseLevel(path.default_noise),
            .data = NoiseLevel(path.default_data)};
}

dynamics::Simulation simulated(const dynamics::LearningProblem& problem, std::vector<double> tau,
                               const dynamics::SamplingSpec& sampling = {}, unsigned threads = 1) {
    auto simulation = dynamics::simulate({.problem = problem,
                                          .sampling = sampling,
                                          .tau = std::move(tau),
                                          .noise_levels = {0.3},
                                          .weight_modes = {0, 1},
                                          .threads = Threads(threads)});
    REQUIRE_MESSAGE(simulation, simulation.error().message);
    CHECK(simulation->complete());
    return *simulation;
}

model::NetworkSpec patch(double init, int kernel = 3) {
    return {.architecture = "patch-convolution", .init = {init}, .kernel = kernel};
}

/// Everything as one dense matrix on pixels and channels: nothing is transformed, averaged or diagonalised.
class Dense {
public:
    Dense(const data::ChannelSpectrum& spectrum, int kernel, double centre)
        : shape_(spectrum.shape().begin(), spectrum.shape().end()), channels_(spectrum.channels()) {
        const int n = height_of(shape_) * shape_.back();
        covariance = MatrixXd::Zero(n * channels_, n * channels_);
        for (std::size_t f = 0; f < spectrum.frequencies().size(); ++f) {
            const data::Frequency k = spectrum.frequencies()[f];
            const bool real = (2 * k.y) % height_of(shape_) == 0 && (2 * k.x) % shape_.back() == 0;
            for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
                for (Eigen::Index j = 0; j < covariance.cols(); ++j) {
                    const Complex s = spectrum.block(f)[std::size_t(i % channels_ * channels_ + j % channels_)];
                    const Complex e = s * wave(k, int(i) / channels_) * std::conj(wave(k, int(j) / channels_));
                    covariance(i, j) += (real ? 1.0 : 2.0) * e.real() / n;
                }
            }
        }
        const auto window = data::filter_window(shape_, kernel);
        for (const data::Offset o : *window) {
            for (int in = 0; in < channels_; ++in) {
                for (int out = 0; out < channels_; ++out) {
                    taps_.push_back(tap(o, in, out));
                    start_.push_back(o == data::Offset{} && in == out ? centre : 0.0);
                }
            }
        }
    }

    MatrixXd covariance;

    /// W of the network for one noise level, from the loss E‖W x − y‖² alone.
    MatrixXd trained(const model::NoiseTerms& at, double tau) const {
        const auto p = static_cast<Eigen::Index>(taps_.size());
        const auto identity = MatrixXd::Identity(covariance.rows(), covariance.cols());
        const MatrixXd seen = at.h0 * identity + at.h1 * covariance;
        const MatrixXd wanted = at.m0 * identity + at.m1 * covariance;
        MatrixXd hessian(p, p);
        Eigen::VectorXd pull(p);
        for (Eigen::Index i = 0; i < p; ++i) {
            const MatrixXd through = taps_[std::size_t(i)] * seen;
            pull(i) = 2.0 * at.omega * taps_[std::size_t(i)].cwiseProduct(wanted).sum();
            for (Eigen::Index j = 0; j < p; ++j)
                hessian(i, j) = 2.0 * at.omega * through.cwiseProduct(taps_[std::size_t(j)]).sum();
        }
        const Eigen::VectorXd optimum = hessian.ldlt().solve(pull);
        const Eigen::VectorXd start = Eigen::Map<const Eigen::VectorXd>(start_.data(), p);
        const Eigen::VectorXd w = optimum + (-tau * hessian).exp() * (start - optimum);
        MatrixXd sum = MatrixXd::Zero(covariance.rows(), covariance.cols());
        for (Eigen::Index i = 0; i < p; ++i) sum += w(i) * taps_[std::size_t(i)];
        return sum;
    }

    /// Covariance of the samples by Boost.Odeint on the dense flow.
    MatrixXd generated(const dynamics::LearningProblem& problem, double tau) const {
        const Eigen::Index d = covariance.rows();
        MatrixXd x = MatrixXd::Identity(d, d);
        const auto slope = [&](std::span<const double> y, std::span<double> dydx, double coordinate) {
            const model::NoiseTerms at = problem.objective.at_coordinate(coordinate);
            const MatrixXd rate = at.rate_start * MatrixXd::Identity(d, d) + at.rate_gain * trained(at, tau);
            Eigen::Map<MatrixXd>(dydx.data(), d, d) = at.stretch * (rate * Eigen::Map<const MatrixXd>(y.data(), d, d));
        };
        const model::NoisePath& path = problem.objective.path();
        const auto result = numerics::integrate(slope, std::span(x.data(), std::size_t(d * d)),
                                                path.coordinate(problem.noise), path.coordinate(problem.data),
                                                {.relative_tolerance = 1e-10, .absolute_tolerance = 1e-14});
        REQUIRE(numerics::good(result.exit));
        const double a = path.at(problem.data).a;
        return path.initial_variance(problem.noise) / (a * a) * x * x.transpose();
    }

    /// fᴴ M f along mode f of the spectrum.
    double along(const MatrixXd& m, const data::Spectrum& spectrum, std::size_t mode) const {
        Eigen::VectorXcd f(m.rows());
        for (Eigen::Index i = 0; i < m.rows(); ++i) {
            f(i) = spectrum.direction(mode)[std::size_t(i % channels_)] *
                   wave(spectrum.frequencies()[mode], int(i) / channels_) / std::sqrt(double(m.rows() / channels_));
        }
        return (f.adjoint() * m.cast<Complex>() * f).value().real();
    }

private:
    Complex wave(data::Frequency k, int p) const {
        const int w = shape_.back();
        return std::polar(
            1.0, 2.0 * std::numbers::pi * (double(k.y) * (p / w) / height_of(shape_) + double(k.x) * (p % w) / w));
    }
    MatrixXd tap(data::Offset o, int in, int out) const {
        const auto wrap = [](int i, int n) { return ((i % n) + n) % n; };
        const int w = shape_.back();
        MatrixXd m = MatrixXd::Zero(covariance.rows(), covariance.cols());
        for (int p = 0; p < height_of(shape_) * w; ++p) {
            const int q = wrap(p / w - o.y, height_of(shape_)) * w + wrap(p % w - o.x, w);
            m(p * channels_ + out, q * channels_ + in) = 1.0;
        }
        return m;
    }

    std::vector<int> shape_;
    int channels_;
    std::vector<MatrixXd> taps_;
    std::vector<double> start_;
};

void compare_with_dense(const std::vector<int>& shape, int channels, const model::ObjectiveSpec& objective,
                        const std::vector<double>& times) {
    const data::ChannelSpectrum blocks = random_spectrum(shape, channels, 61);
    const data::Spectrum modes = blocks.modes();
    const auto problem = problem_of(modes, patch(0.3), objective);
    std::vector<double> tau = {0.0};
    tau.insert(tau.end(), times.begin(), times.end());
    const auto simulation = simulated(problem, tau);
    const Dense dense(blocks, 3, 0.3);
    for (std::size_t i = 1; i < tau.size(); ++i) {
        const MatrixXd law = dense.generated(problem, tau[i]);
        for (std::size_t m = 0; m < modes.modes(); ++m) {
            CHECK(std::abs(dense.along(dense.covariance, modes, m) / modes.variances()[m] - 1.0) <= 1e-11);
            // Odeint's 1e-10 a step, a few hundred of them.
            CHECK(std::abs(simulation.trajectories.at(i, m) / dense.along(law, modes, m) - 1.0) <= 1e-8);
        }
        const MatrixXd ratio = dense.covariance.llt().solve(law);
        const double kl = 0.5 * (ratio.trace() - double(law.rows()) - std::log(ratio.determinant()));
        CHECK(std::abs(simulation.coupled.distances[i].kl / kl - 1.0) <= 1e-7);
        CHECK(simulation.coupled.chi[i] < 1.0);
    }
}

}  // namespace

TEST_CASE("T-8 T-19 channels: a dense matrix on pixels and channels generates the same, 1-D on ve") {
    compare_with_dense({5}, 2, {}, {0.02, 1.0});
}

TEST_CASE("T-8 T-19 channels: the same in 2-D and even, on flow") {
    compare_with_dense({3, 4}, 2, {.path = "flow", .target = "velocity"}, {0.1});
}

TEST_CASE("T-8 T-19 channels: three uncorrelated channels are three gray problems") {
    const auto coloured = changed(random_spectrum({4, 5}, 3, 62),
                                  [](const MatrixXcd& s) { return MatrixXcd(s.diagonal().asDiagonal()); });
    const data::Spectrum modes = coloured.modes();
    struct Case {
        model::ObjectiveSpec objective;
        dynamics::TrainingRule rule = dynamics::TrainingRule::gradient_flow;
        dynamics::Coupling coupling = dynamics::Coupling::independent;
        dynamics::SamplingSpec sampling = {};
    };
    const std::vector<Case> cases = {
        {},
        {.objective = {.target = "noise", .weighting = "edm"}},
        {.objective = {.preconditioning = "edm"}, .rule = dynamics::TrainingRule::gradient_descent},
        {.objective = {.path = "flow", .target = "velocity"}, .sampling = {.solver = "heun"}},
        {.objective = {.path = "vp-cosine", .target = "v"}, .coupling = dynamics::Coupling::shared},
        {.objective = {}, .sampling = {.solver = "euler", .to_zero = true}},
        {.objective = {.path = "vp-linear", .target = "denoise"}, .sampling = {.solver = "ddim"}},
        {.objective = {}, .sampling = {.solver = "ode"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.objective.path);
        CAPTURE(c.sampling.solver);
        const auto with = [&](dynamics::LearningProblem problem) {
            problem.rule = c.rule;
            problem.coupling = c.coupling;
            problem.learning_rate = LearningRate(1e-3);
            return problem;
        };
        // Gray problems learn from a pixel of one channel: three Fourier spectra.
        std::vector<double> tau = {0.0, 0.5, 40.0};
        const auto problem = with(problem_of(modes, patch(0.2), c.objective));
        if (c.rule == dynamics::TrainingRule::gradient_descent) tau = dynamics::training_times(problem, tau);
        const auto all = simulated(problem, tau, c.sampling);
        std::vector<double> loss(tau.size(), 0.0);
        double worst = 0.0;
        for (int channel = 0; channel < 3; ++channel) {
            std::vector<double> variances;
            std::vector<data::Frequency> frequencies;
            std::vector<std::size_t> mode;
            for (std::size_t m = 0; m < modes.modes(); ++m) {
                if (std::abs(modes.direction(m)[std::size_t(channel)]) < 0.5) continue;
                variances.push_back(modes.variances()[m]);
                frequencies.push_back(modes.frequencies()[m]);
                mode.push_back(m);
            }
            const auto gray = data::Spectrum::fourier(variances, frequencies, {4, 5});
            REQUIRE(gray);
            const auto alone = simulated(with(problem_of(*gray, patch(0.2), c.objective)), tau, c.sampling);
            for (std::size_t i = 0; i < tau.size(); ++i) {
                loss[i] += alone.loss[i];
                for (std::size_t m = 0; m < mode.size(); ++m) {
                    CHECK(gray->frequencies()[m] == modes.frequencies()[mode[m]]);
                    const double ratio = all.trajectories.at(i, mode[m]) / alone.trajectories.at(i, m);
                    worst = tests::worse(worst, std::abs(ratio - 1.0));
                    if (i > 0) continue;
                    const double limits = all.trajectories.limit[mode[m]] / alone.trajectories.limit[m];
                    worst = tests::worse(worst, std::abs(limits - 1.0));
                }
            }
        }
        CHECK(worst <= 1e-9);  // of the flow by Odeint, 1e-11 a step; the others are below 1e-12
        for (std::size_t i = 0; i < tau.size(); ++i) {
            CHECK(std::abs(all.loss[i] / loss[i] - 1.0) <= 1e-9);
            CHECK(all.coupled.off_diagonal[i] <= 1e-24 * modes.total() * modes.total());
        }
    }
}

TEST_CASE("T-8 channels: one channel is the gray patch convolution") {
    const auto blocks = random_spectrum({4, 4}, 1, 63);
    auto problem = problem_of(blocks.gray(), patch(0.4));
    const auto gray = simulated(problem, {0.0, 0.1, 10.0});
    auto network = model::ChannelConvolution::create(blocks.modes(), 3, 0.4);
    REQUIRE(network);
    problem.network = std::shared_ptr<const model::Network>(std::move(*network));
    const auto coupled = simulated(problem, {0.0, 0.1, 10.0});
    for (std::size_t i = 0; i < gray.trajectories.variance.size(); ++i) {
        CHECK(std::abs(coupled.trajectories.variance[i] / gray.trajectories.variance[i] - 1.0) <= 1e-11);
    }
}

TEST_CASE("T-19 channels: a rotation of the channels rotates what is generated") {
    const auto blocks = random_spectrum({6}, 3, 64);
    MatrixXd random(3, 3);
    numerics::RandomStream stream(5);
    for (double& v : random.reshaped()) v = stream.normal();
    const MatrixXd rotation = Eigen::HouseholderQR<MatrixXd>(random).householderQ();
    const auto turned =
        changed(blocks, [&](const MatrixXcd& s) { return MatrixXcd(rotation * s * rotation.transpose()); });
    const auto one = simulated(problem_of(blocks.modes(), patch(0.1)), {0.0, 0.3, 5.0});
    const auto other = simulated(problem_of(turned.modes(), patch(0.1)), {0.0, 0.3, 5.0});
    for (std::size_t i = 0; i < one.trajectories.variance.size(); ++i) {
        CHECK(std::abs(one.trajectories.variance[i] / other.trajectories.variance[i] - 1.0) <= 1e-10);
    }
}

TEST_CASE("T-7 channels: a full convolution learns every eigenpair as one layer does at N tau") {
    const data::Spectrum modes = random_spectrum({3, 4}, 3, 65).modes();
    const auto simulation =
        simulated(problem_of(modes, {.architecture = "full-convolution", .init = {0.1}}), {0.0, 0.01});
    CHECK(simulation.coupled.chi.empty());
    for (std::size_t m = 0; m < modes.modes(); ++m) {
        const double exact =
            std::exp(dynamics::one_layer_log_variance(modes.variances()[m], 0.1, 12 * 0.01, {80.0, 0.002}));
        CHECK(std::abs(simulation.trajectories.at(1, m) / exact - 1.0) <= 1e-12);
    }
}

TEST_CASE("T-17 channels: Heun approaches exact sampling at second order, though weights do not commute") {
    const auto problem = problem_of(random_spectrum({5}, 2, 66).modes(), patch(0.1));
    const auto exact = simulated(problem, {0.0, 0.2});
    const auto error = [&](int steps) {
        const auto heun = simulated(problem, {0.0, 0.2}, {.solver = "heun", .steps = steps});
        CHECK(heun.exact_variance == exact.trajectories.variance);
        double worst = 0.0;
        for (std::size_t m = 0; m < 10; ++m) {
            worst = std::max(worst, std::abs(heun.trajectories.at(1, m) / exact.trajectories.at(1, m) - 1.0));
        }
        return worst;
    };
    const double ratio = error(400) / error(800);
    CHECK(ratio > 3.6);
    CHECK(ratio < 4.4);
}

TEST_CASE("T-8 channels: filter descent and mode weights agree with the directions") {
    const auto problem = problem_of(random_spectrum({5}, 2, 67).modes(), patch(0.2));
    const model::Network& network = *problem.network;
    const model::NoiseTerms at = problem.objective.at(NoiseLevel(0.5));
    std::vector<double> theta(network.parameters());
    std::vector<double> slope(theta.size());
    network.initial_parameters(0, theta);
    const double step = 1e-3;  // whole steps of gradient descent, T-10
    for (int n = 0; n < 40; ++n) {
        network.descent(at, 0, theta, slope);
        for (std::size_t j = 0; j < theta.size(); ++j) theta[j] += step * slope[j];
    }
    std::vector<double> weight(network.modes());
    network.weights(at, model::TrainingClock::descent(step, 40), {0, network.modes()}, weight);
    for (std::size_t m = 0; m < network.modes(); ++m) CHECK(std::abs(network.weight_of(m, theta) - weight[m]) <= 1e-13);
}

TEST_CASE("T-19 channels: the same bytes for any threads, and curves that pass through them") {
    const auto problem = problem_of(random_spectrum({12, 13}, 3, 68).modes(), patch(0.1));
    const auto one = simulated(problem, {0.0, 0.01, 1.0}, {}, 1);
    const auto three = simulated(problem, {0.0, 0.01, 1.0}, {}, 3);
    const std::vector<double>& v = one.trajectories.variance;
    REQUIRE(v.size() == three.trajectories.variance.size());
    CHECK(std::memcmp(v.data(), three.trajectories.variance.data(), v.size() * sizeof(double)) == 0);
    CHECK(one.loss == three.loss);
    CHECK(one.coupled.off_diagonal == three.coupled.off_diagonal);
    const std::vector<double> tau = {1.0, 0.01};
    for (const std::size_t mode : {std::size_t{0}, std::size_t{100}, std::size_t{467}}) {
        std::vector<double> values(2);
        one.trajectories.evaluate(mode, tau, values);
        CHECK(std::abs(values[0] / one.trajectories.at(2, mode) - 1.0) <= 1e-12);
        CHECK(std::abs(values[1] / one.trajectories.at(1, mode) - 1.0) <= 1e-12);
    }
}

TEST_CASE("T-10 channels: an unstable gradient descent fails, and says so") {
    auto problem = problem_of(random_spectrum({5}, 2, 69).modes(), patch(0.1));
    problem.rule = dynamics::TrainingRule::gradient_descent;
    const double largest = dynamics::largest_stable_rate(problem).value;
    problem.learning_rate = LearningRate(1.1 * largest);
    const auto simulation = dynamics::simulate({.problem = problem, .tau = {0.0, 1.1 * largest * 50}});
    REQUIRE(simulation);
    REQUIRE_FALSE(simulation->failures.empty());
    CHECK(simulation->failures.front().reason.find("unstable gradient descent") == 0);
}
