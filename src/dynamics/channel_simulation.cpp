#include <Eigen/Cholesky>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "channel_route.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"

namespace eigenflow::dynamics {
namespace {

using Matrix = Eigen::MatrixXcd;
using Eigen::Index;

constexpr std::size_t halves_at_once = 64;  // the unit of parallel work; by the problem only, as adaptive steps are

/// The laws of every half frequency at every time, in the eigenvectors of the data.
class AllLaws {
public:
    AllLaws(const ChannelRoute& route, std::span<const double> tau, Threads threads,
            const std::function<void(std::size_t)>& done)
        : network_(route.network()),
          halves_(network_.half_frequencies()),
          size_(2 * network_.channels() * network_.channels()) {
        covariance_.resize(tau.size() * halves_ * size_);
        const std::size_t jobs = (halves_ + halves_at_once - 1) / halves_at_once;
        parts_.resize(jobs);
        numerics::parallel_for(jobs, threads, [&](std::size_t job) {
            const std::size_t first = job * halves_at_once;
            std::vector<std::size_t> halves(std::min(halves_at_once, halves_ - first));
            std::iota(halves.begin(), halves.end(), first);
            parts_[job] = route.sampler().laws(halves, tau);
            for (std::size_t i = 0; i < tau.size(); ++i) {
                std::copy_n(parts_[job].covariance.begin() + static_cast<std::ptrdiff_t>(i * halves.size() * size_),
                            halves.size() * size_,
                            covariance_.begin() + static_cast<std::ptrdiff_t>((i * halves_ + first) * size_));
            }
            parts_[job].covariance = {};
            if (done) done(halves.size());
        });
    }

    std::span<const double> block(std::size_t time, std::size_t half) const {
        return std::span(covariance_).subspan((time * halves_ + half) * size_, size_);
    }
    Matrix matrix(std::size_t time, std::size_t half) const {
        const auto c = static_cast<Index>(network_.channels());
        const std::span<const double> b = block(time, half);
        Matrix m(c, c);
        for (Index i = 0; i < c; ++i) {
            for (Index j = 0; j < c; ++j)
                m(i, j) = {b[static_cast<std::size_t>(i * c + j)], b[static_cast<std::size_t>(c * c + i * c + j)]};
        }
        return m;
    }

    /// λ̃ of every mode, and the error estimates where there are any.
    void spread(std::size_t times, std::vector<double>& variance, std::vector<double>& error) const {
        const std::size_t modes = network_.modes();
        variance.resize(times * modes);
        error.assign(parts_.front().error.empty() ? 0 : times * modes, 0.0);
        for (std::size_t i = 0; i < times; ++i) {
            for (std::size_t k = 0; k < modes; ++k) {
                const std::size_t half = network_.half_of(k);
                const std::size_t c = network_.component_of(k);
                variance[i * modes + k] = block(i, half)[c * (network_.channels() + 1)];
                if (error.empty()) continue;
                const ChannelLaws& part = parts_[half / halves_at_once];
                error[i * modes + k] = part.error[(i * part.halves + half % halves_at_once) * network_.channels() + c];
            }
        }
    }

    void add_counts(RouteCounts& counts, std::vector<RouteFailure>& failures) const {
        for (const ChannelLaws& part : parts_) {
            counts.evaluations += part.counts.evaluations;
            counts.steps += part.counts.steps;
            counts.worst_error = std::max(counts.worst_error, part.counts.worst_error);
            failures.insert(failures.end(), part.failures.begin(), part.failures.end());
        }
    }

private:
    const model::ChannelConvolution& network_;
    std::size_t halves_;
    std::size_t size_;
    std::vector<double> covariance_;
    std::vector<ChannelLaws> parts_;
};

/// KL(a ‖ b) of complex normals, which is that of the real ones they are: tr(b⁻¹a) − C − ln det(b⁻¹a); of a pair k, −k
/// that is the sum of both.
double divergence(const Matrix& a, const Matrix& b) {
    const Eigen::LLT<Matrix> lower(b);
    if (lower.info() != Eigen::Success || !a.allFinite()) {
        return a.allFinite() && b.allFinite() ? std::numeric_limits<double>::infinity()
                                              : std::numeric_limits<double>::quiet_NaN();
    }
    const Matrix half = lower.matrixL().solve(a);
    const Matrix ratio = lower.matrixL().solve(half.adjoint().eval());
    double sum = 0.0;
    for (const double r : numerics::symmetric_eigen(ratio, numerics::EigenParts::values).values) {
        const double off = r - 1.0;
        sum += off - std::log1p(off);
    }
    return sum;
}

Matrix root(const Matrix& a) {
    const auto eigen = numerics::symmetric_eigen(a);
    const Eigen::Map<const Matrix> vectors(eigen.vectors.data(), a.rows(), a.rows());
    const Eigen::Map<const Eigen::VectorXd> values(eigen.values.data(), a.rows());
    const Eigen::VectorXd roots = values.cwiseMax(0.0).cwiseSqrt();
    return vectors * roots.asDiagonal() * vectors.adjoint();
}

/// W2² = tr(a + b − 2 (√b a √b)^½), as ‖√a − √b Q‖² with the best unitary Q: no difference of traces.
double squared_distance(const Matrix& a, const Matrix& b) {
    if (!a.allFinite() || !b.allFinite()) return std::numeric_limits<double>::quiet_NaN();
    const Matrix ra = root(a);
    const Matrix rb = root(b);
    // Square matrices need no QR first, which takes 15 s to compile.
    const Eigen::JacobiSVD<Matrix, Eigen::NoQRPreconditioner> svd(rb * ra, Eigen::ComputeFullU | Eigen::ComputeFullV);
    return (ra - rb * (svd.matrixU() * svd.matrixV().adjoint())).squaredNorm();
}

struct Distance {
    double kl = 0.0;
    double w2 = 0.0;
};
template <class Other>
Distance distance(const model::ChannelConvolution& network, const AllLaws& laws, std::size_t time, const Other& other) {
    Distance sum;
    for (std::size_t half = 0; half < network.half_frequencies(); ++half) {
        const Matrix a = laws.matrix(time, half);
        const Matrix b = other(half);
        const double multiplicity = network.multiplicity(half);
        sum.kl += 0.5 * multiplicity * divergence(a, b);
        sum.w2 += multiplicity * squared_distance(a, b);
    }
    sum.w2 = std::sqrt(sum.w2);
    return sum;
}

Matrix data_block(const model::ChannelConvolution& network, std::size_t half) {
    const auto c = static_cast<Index>(network.channels());
    Matrix m = Matrix::Zero(c, c);
    for (Index i = 0; i < c; ++i) m(i, i) = network.lambda()[network.mode_of(half, static_cast<std::size_t>(i))];
    return m;
}

// The fewest leading modes that hold `share` of the variance.
std::size_t leading_count(std::span<const double> lambda, double share) {
    const double total = std::accumulate(lambda.rbegin(), lambda.rend(), 0.0);
    double sum = 0.0;
    std::size_t count = 0;
    while (count < lambda.size() && (sum < share * total || count == 0)) sum += lambda[count++];
    return count;
}

// T-23 over all modes; entries between frequencies are zero.
void align(const model::ChannelConvolution& network, const AllLaws& laws, std::size_t time, CoupledModes& out) {
    const std::size_t c = network.channels();
    double diagonal = 0.0, all = 0.0, leading_diagonal = 0.0, leading_all = 0.0;
    for (std::size_t half = 0; half < network.half_frequencies(); ++half) {
        const std::span<const double> b = laws.block(time, half);
        for (std::size_t i = 0; i < c; ++i) {
            for (std::size_t j = 0; j < c; ++j) {
                const double re = b[i * c + j];
                const double im = b[c * c + i * c + j];
                const double square = network.multiplicity(half) * (re * re + im * im);
                const bool leading =
                    network.mode_of(half, i) < out.leading_modes && network.mode_of(half, j) < out.leading_modes;
                all += square;
                if (leading) leading_all += square;
                if (i == j) diagonal += square;
                if (i == j && leading) leading_diagonal += square;
                if (i != j) out.off_diagonal[time] += square;
            }
        }
    }
    out.chi[time] = diagonal / all;
    out.leading_chi[time] = leading_diagonal / leading_all;
}

}  // namespace

void simulate_channels(const SimulationRequest& request, const ChannelRoute& route, const ChannelRoute* exact,
                       Simulation& simulation) {
    const model::ChannelConvolution& network = route.network();
    const std::size_t times = request.tau.size();
    const auto progress = [&](std::size_t halves) {
        if (request.progress) request.progress(halves, network.half_frequencies());
    };
    const double forever = std::numeric_limits<double>::infinity();
    const AllLaws laws(route, request.tau, request.threads, progress);
    const AllLaws limit(route, std::span(&forever, 1), request.threads, {});
    laws.spread(times, simulation.trajectories.variance, simulation.error);
    std::vector<double> ignored;
    limit.spread(1, simulation.trajectories.limit, ignored);
    laws.add_counts(simulation.counts, simulation.failures);
    std::optional<AllLaws> exact_laws;
    if (exact) {
        exact_laws.emplace(*exact, request.tau, request.threads, std::function<void(std::size_t)>());
        exact_laws->spread(times, simulation.exact_variance, ignored);
        exact_laws->add_counts(simulation.counts, simulation.exact_failures);
    }
    CoupledModes& out = simulation.coupled;
    out.leading_modes = leading_count(network.lambda(), 0.9);
    out.chi.resize(times);
    out.leading_chi.resize(times);
    out.off_diagonal.resize(times);
    out.distances.resize(times);
    numerics::parallel_for(times, request.threads, [&](std::size_t i) {
        align(network, laws, i, out);
        const Distance data = distance(network, laws, i, [&](std::size_t h) { return data_block(network, h); });
        const Distance end = distance(network, laws, i, [&](std::size_t h) { return limit.matrix(0, h); });
        out.distances[i] = {.kl = data.kl, .w2 = data.w2, .limit_kl = end.kl, .limit_w2 = end.w2};
        if (!exact_laws) return;
        const Distance bias = distance(network, laws, i, [&](std::size_t h) { return exact_laws->matrix(i, h); });
        out.distances[i].sampler_kl = bias.kl;
        out.distances[i].sampler_w2 = bias.w2;
    });
}

}  // namespace eigenflow::dynamics
