#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/simulate_matrix.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"
#include "matrix/bordered_eigen.hpp"
#include "matrix/coupled_weights.hpp"
#include "matrix/layer_views.hpp"
#include "matrix/sampled_flow.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;

std::vector<double> row_major(const MatrixXd& m) {
    std::vector<double> out;
    out.reserve(static_cast<std::size_t>(m.size()));
    for (Index i = 0; i < m.rows(); ++i) {
        for (Index j = 0; j < m.cols(); ++j) out.push_back(m(i, j));
    }
    return out;
}

// The layers behind one trained state.
MatrixLayers layers_of(const MatrixProblem& problem, const model::NoiseTerms& at, const TrainedMatrix& trained) {
    MatrixLayers out = problem.layers;
    const AffineWeights weights = affine_weights(problem, at, trained);
    out.bias.assign(weights.b.begin(), weights.b.end());
    if (trained.parameters.empty()) {
        out.first = row_major(weights.w);
        return out;
    }
    const auto d = static_cast<Index>(problem.modes());
    const auto h = static_cast<Index>(problem.layers.width);
    out.first = row_major(Eigen::Map<const MatrixXd>(trained.parameters.data(), d, h));
    if (!out.second.empty())
        out.second = row_major(Eigen::Map<const MatrixXd>(trained.parameters.data() + d * h, h, d));
    return out;
}

// Largest eigenvalue of S̃.
double largest_moment(const MatrixProblem& problem, const AffineTerms& terms) {
    const Index d = static_cast<Index>(problem.modes());
    const ArrayXd poles = terms.h0 + terms.h1 * array_of(problem.lambda);
    if (!problem.has_bias()) return poles.maxCoeff();
    const Eigen::VectorXd mean = mean_of(problem);
    if (terms.h1 == terms.e * terms.e && terms.mass == 1.0) {
        ArrayXd all(d + 1);
        ArrayXd z(d + 1);
        all << poles, 0.0;
        z << terms.e * mean.array(), 1.0;
        return diagonal_plus_rank_one(all, z).s.maxCoeff();
    }
    return largest_eigenvalue(second_moment(terms, array_of(problem.lambda), mean));
}

// An upper bound of |G|₂, sharp where G is diagonal.
double spectral_bound(const MatrixXd& g) {
    const double rows = g.cwiseAbs().rowwise().sum().maxCoeff();
    const double columns = g.cwiseAbs().colwise().sum().maxCoeff();
    return std::min(g.norm(), std::sqrt(rows * columns));
}

/// Bounds of the loss's Hessian where training of layers starts and where it ends   (T-10). It is its Gauss–Newton
/// part, 2ω S̃ times |P|² + |Q|² (tied: twice), and 2ω G between the two layers.
class LayerSharpness {
public:
    explicit LayerSharpness(const MatrixProblem& problem)
        : problem_(problem),
          tied_(problem.layers.second.empty()),
          lambda_(array_of(problem.lambda)),
          mean_(mean_of(problem)),
          bias_(bias_of(problem)) {
        const auto d = static_cast<Index>(problem.modes());
        const auto h = static_cast<Index>(problem.layers.width);
        const MatrixXd p = matrix_of(problem.layers.first, d, h);
        const MatrixXd q = tied_ ? MatrixXd(p.transpose()) : matrix_of(problem.layers.second, h, d);
        w_ = p * q;
        const MatrixXd of_p = p.transpose() * p;
        const MatrixXd of_q = q * q.transpose();
        gain_ = (tied_ ? 2.0 : 1.0) * (largest_eigenvalue(of_p) + largest_eigenvalue(of_q));
        if (!tied_) imbalance_ = spectral_bound(of_p - of_q);
    }

    double start(const AffineTerms& terms) const {
        const ArrayXd h = terms.h0 + terms.h1 * lambda_;
        MatrixXd g = w_ * h.matrix().asDiagonal();
        g.diagonal().array() -= terms.m0 + terms.m1 * lambda_;
        if (problem_.has_bias()) {
            g += (terms.h1 * (w_ * mean_) + terms.e * bias_ - terms.m1 * mean_) * mean_.transpose();
        }
        if (tied_) g += g.transpose().eval();
        const double bias = problem_.has_bias() ? terms.mass : 0.0;
        return 2.0 * terms.omega * std::max(bias, gain_ * largest_moment(problem_, terms) + spectral_bound(g));
    }

    /// p² + q² of a learned mode is √(4w*² + c²), c no more than PᵀP − QQᵀ, which training conserves.
    double end(const AffineTerms& terms) const {
        double largest = 0.0;
        double longest = 0.0;
        for (const double lambda : problem_.lambda) {
            const double best = terms.optimum(lambda);
            const double size = tied_ ? 4.0 * std::max(best, 0.0) : std::hypot(2.0 * best, imbalance_);
            largest = std::max(largest, terms.curvature(lambda) * size);
            longest = std::max(longest, size);
        }
        if (!problem_.has_bias()) return 2.0 * terms.omega * largest;
        return 2.0 * terms.omega * std::max(terms.mass, largest + terms.h1 * mean_.squaredNorm() * longest);
    }

private:
    const MatrixProblem& problem_;
    bool tied_;
    ArrayXd lambda_;
    Eigen::VectorXd mean_, bias_;
    MatrixXd w_;
    double gain_ = 0.0;
    double imbalance_ = 0.0;
};

}  // namespace

Result<std::vector<MatrixLayers>> train_layers(const MatrixProblem& problem, NoiseLevel level,
                                               std::span<const double> tau) {
    if (auto good = check(problem); !good) return good.error();
    const TrainingTime last(tau.empty() ? 0.0 : tau.back());
    if (auto steps = check_descent_steps(problem, last); !steps) return steps.error();
    const auto average = average_of(problem);
    if (!average) return average.error();
    const model::NoiseTerms at = problem.objective.at(level);
    std::vector<MatrixLayers> out;
    const TrainingReport report =
        make_coupled_weights(problem, *average)->train(at, tau, [&](std::size_t, const TrainedMatrix& trained) {
            out.push_back(layers_of(problem, at, trained));
        });
    if (report.good_times == tau.size()) return out;
    return Error{ErrorKind::numerics, report.reason};
}

StableRate largest_stable_rate(const MatrixProblem& problem) {
    const auto average = average_of(problem);
    if (!average) return {};
    std::optional<LayerSharpness> layers;
    if (problem.layers.architecture != "one-layer") layers.emplace(problem);
    double start = 0.0;
    double end = 0.0;
    const auto raise = [&](const AffineTerms& terms) {
        start = std::max(start, layers ? layers->start(terms) : 2.0 * terms.omega * largest_moment(problem, terms));
        if (layers) end = std::max(end, layers->end(terms));
    };
    if (*average) {
        raise(**average);
    } else {
        constexpr int levels = 500;
        const double noise = problem.objective.path().coordinate(problem.noise);
        const double data = problem.objective.path().coordinate(problem.data);
        for (int i = 0; i <= levels; ++i) {
            raise(AffineTerms::of(problem.objective.at_coordinate(noise + (data - noise) * i / levels)));
        }
    }
    constexpr double hair = 4.0 * std::numeric_limits<double>::epsilon();
    return {.value = 2.0 / std::max(start, end) * (1.0 - hair), .set_by_start = layers.has_value() && start > end};
}

}  // namespace eigenflow::dynamics
