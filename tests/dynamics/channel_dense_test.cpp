#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>
#include <vector>

#include "channel_problem.hpp"
#include "dense_functions.hpp"
#include "eigenflow/data/patch_covariance.hpp"
#include "eigenflow/numerics/ode.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using Complex = std::complex<double>;
using Eigen::MatrixXd;

namespace {

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
        const Eigen::VectorXd w = optimum + tests::exponential(-tau * hessian) * (start - optimum);
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
