#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "channel_flow.hpp"
#include "eigenflow/numerics/ode.hpp"
#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::Index;
using Complex = std::complex<double>;
using ChannelMatrix = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, 4, 4>;

// Ŵ = Σ_i w_i B_ik in the eigenvectors of the block.
ChannelMatrix mixed(const model::ChannelConvolution& network, std::size_t half, std::span<const double> weight) {
    const auto c = static_cast<Index>(network.channels());
    const auto size = static_cast<std::size_t>(c * c);
    const double* b = network.block_response(half).data();
    ChannelMatrix sum = ChannelMatrix::Zero(c, c);
    for (std::size_t i = 0; i < weight.size(); ++i, b += 2 * size) {
        for (std::size_t e = 0; e < size; ++e) sum.data()[e] += weight[i] * Complex(b[e], b[size + e]);
    }
    return sum;
}

void place_law(const ChannelMatrix& x, double scale, std::span<double> covariance) {
    const ChannelMatrix law = scale * (x * x.adjoint());
    const auto size = static_cast<std::size_t>(law.size());
    for (std::size_t e = 0; e < size; ++e) {
        covariance[e] = law.data()[e].real();
        covariance[size + e] = law.data()[e].imag();
    }
}

// Samplers step real matrices: W = A + iB as [[A, −B], [B, A]], X as its real above its imaginary part.
Eigen::MatrixXd as_real(const ChannelMatrix& w) {
    const Index c = w.rows();
    Eigen::MatrixXd real(2 * c, 2 * c);
    real << w.real(), -w.imag(), w.imag(), w.real();
    return real;
}
ChannelMatrix as_complex(const Eigen::MatrixXd& x) {
    const Index c = x.cols();
    return x.topRows(c).cast<Complex>() + Complex(0.0, 1.0) * x.bottomRows(c).cast<Complex>();
}

/// A sampler that treats every half frequency and time alone.
class OneByOne : public ChannelSampler {
public:
    explicit OneByOne(DirectionCourse course) : course_(std::move(course)) {}

    ChannelLaws laws(std::span<const std::size_t> halves, std::span<const double> tau) const override {
        const std::size_t channels = course_.network().channels();
        ChannelLaws out{.channels = channels, .halves = halves.size()};
        const std::size_t size = 2 * channels * channels;
        out.covariance.resize(tau.size() * halves.size() * size);
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const auto row = std::span(out.covariance).subspan(i * halves.size() * size, halves.size() * size);
            sample(halves, tau[i], row, out);
        }
        return out;
    }

protected:
    virtual void sample(std::span<const std::size_t> halves, double tau, std::span<double> covariance,
                        ChannelLaws& out) const = 0;
    DirectionCourse course_;
};

class OdeSampler final : public OneByOne {
public:
    using OneByOne::OneByOne;
    std::string_view name() const override { return "ode"; }

private:
    void sample(std::span<const std::size_t> halves, double tau, std::span<double> covariance,
                ChannelLaws& out) const override {
        for (std::size_t h = 0; h < halves.size(); ++h) {
            const std::size_t size = 2 * out.channels * out.channels;
            solve(halves[h], tau, covariance.subspan(h * size, size), out);
        }
    }

    // ln of the initial variance and of 1/a² are added at the end; real and imaginary parts of X are the state.
    void solve(std::size_t half, double tau, std::span<double> covariance, ChannelLaws& out) const {
        const LearningProblem& problem = course_.problem();
        const auto c = static_cast<Index>(out.channels);
        std::vector<double> state(static_cast<std::size_t>(2 * c * c), 0.0);
        for (Index i = 0; i < c; ++i) state[static_cast<std::size_t>(2 * (i * c + i))] = 1.0;
        std::vector<double> weight(course_.network().directions());
        const auto slope = [&](std::span<const double> y, std::span<double> dydx, double x) {
            const model::NoiseTerms at = problem.objective.at_coordinate(x);
            course_.weights(at, tau, weight);
            ChannelMatrix a = at.rate_gain * mixed(course_.network(), half, weight);
            a.diagonal().array() += at.rate_start;
            ChannelMatrix now(c, c);
            for (Index e = 0; e < c * c; ++e)
                now.data()[e] = {y[static_cast<std::size_t>(2 * e)], y[static_cast<std::size_t>(2 * e + 1)]};
            const ChannelMatrix change = at.stretch * (a * now);
            for (Index e = 0; e < c * c; ++e) {
                dydx[static_cast<std::size_t>(2 * e)] = change.data()[e].real();
                dydx[static_cast<std::size_t>(2 * e + 1)] = change.data()[e].imag();
            }
        };
        const model::NoisePath& path = problem.objective.path();
        const numerics::OdeResult result =
            numerics::integrate(slope, state, path.coordinate(problem.noise), path.coordinate(problem.data),
                                {.relative_tolerance = 1e-11, .absolute_tolerance = 1e-15});
        out.counts.evaluations += result.evaluations;
        out.counts.steps += result.accepted + result.rejected;
        if (!numerics::good(result.exit)) {
            std::fill(covariance.begin(), covariance.end(), std::numeric_limits<double>::quiet_NaN());
            out.failures.push_back(
                {course_.network().mode_of(half, 0), tau, std::string(numerics::name_of(result.exit))});
            return;
        }
        ChannelMatrix x(c, c);
        for (Index e = 0; e < c * c; ++e)
            x.data()[e] = {state[static_cast<std::size_t>(2 * e)], state[static_cast<std::size_t>(2 * e + 1)]};
        const double a = path.at(problem.data).a;
        place_law(x, path.initial_variance(problem.noise) / (a * a), covariance);
    }
};

class StepSampler final : public OneByOne {
public:
    StepSampler(DirectionCourse course, const SamplingSpec& spec)
        : OneByOne(std::move(course)), sampler_(find_sampler(spec.solver)), to_zero_(spec.to_zero) {
        for (const NoiseLevel t :
             sampler_schedule(course_.problem().objective, course_.problem().noise, course_.problem().data, spec)) {
            terms_.push_back(course_.problem().objective.at(t));
        }
    }
    std::string_view name() const override { return sampler_->name; }

private:
    void sample(std::span<const std::size_t> halves, double tau, std::span<double> covariance,
                ChannelLaws& out) const override {
        const std::size_t directions = course_.network().directions();
        std::vector<double> weight(terms_.size() * directions);
        for (std::size_t s = 0; s < terms_.size(); ++s) {
            course_.weights(terms_[s], tau, std::span(weight).subspan(s * directions, directions));
        }
        const auto matrix = [&](std::size_t s, std::size_t half) {
            return as_real(mixed(course_.network(), half, std::span(weight).subspan(s * directions, directions)));
        };
        const model::NoiseTerms& end = terms_.back();
        const double scale = to_zero_ ? 1.0 : end.a;
        const LearningProblem& problem = course_.problem();
        const double start = problem.objective.path().initial_variance(problem.noise);
        const auto c = static_cast<Index>(out.channels);
        const std::size_t size = 2 * out.channels * out.channels;
        const Eigen::VectorXd no_bias = Eigen::VectorXd::Zero(2 * c);
        const Eigen::RowVectorXd undriven = Eigen::RowVectorXd::Zero(c);
        for (std::size_t h = 0; h < halves.size(); ++h) {
            Eigen::MatrixXd x = Eigen::MatrixXd::Identity(2 * c, c);
            Eigen::MatrixXd from = matrix(0, halves[h]);
            for (std::size_t s = 0; s + 1 < terms_.size(); ++s) {
                Eigen::MatrixXd to = matrix(s + 1, halves[h]);
                sampler_->advance({terms_[s], from, no_bias, undriven}, {terms_[s + 1], to, no_bias, undriven}, x);
                from.swap(to);
            }
            if (to_zero_) x = (end.x0_start * x + end.x0_gain * (from * x)).eval();
            place_law(as_complex(x), start / (scale * scale), covariance.subspan(h * size, size));
        }
        out.counts.evaluations += terms_.size() * halves.size();
    }

    const Sampler* sampler_;
    bool to_zero_;
    std::vector<model::NoiseTerms> terms_;
};

}  // namespace

std::unique_ptr<const ChannelSampler> make_channel_ode(DirectionCourse course) {
    return std::make_unique<OdeSampler>(std::move(course));
}

std::unique_ptr<const ChannelSampler> make_channel_steps(DirectionCourse course, const SamplingSpec& spec) {
    return std::make_unique<StepSampler>(std::move(course), spec);
}

}  // namespace eigenflow::dynamics
