#include <Eigen/Core>
#include <algorithm>
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

Result<std::optional<AffineTerms>> average_of(const MatrixProblem& problem) {
    if (problem.coupling == Coupling::independent) return std::optional<AffineTerms>();
    const auto terms = shared_affine_terms(problem.objective);
    if (!terms) return terms.error();
    return std::optional<AffineTerms>(*terms);
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
    MatrixXd s = MatrixXd::Zero(d + 1, d + 1);
    if (terms.h1 == terms.e * terms.e && terms.mass == 1.0) {
        ArrayXd all(d + 1);
        ArrayXd z(d + 1);
        all << poles, 0.0;
        z << terms.e * mean.array(), 1.0;
        return diagonal_plus_rank_one(all, z).s.maxCoeff();
    }
    s.topLeftCorner(d, d) = terms.h1 * mean * mean.transpose();
    s.topLeftCorner(d, d).diagonal() += poles.matrix();
    s.topRightCorner(d, 1) = terms.e * mean;
    s.bottomLeftCorner(1, d) = terms.e * mean.transpose();
    s(d, d) = terms.mass;
    return largest_eigenvalue(s);
}

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
    double gain = 1.0;
    const auto d = static_cast<Index>(problem.modes());
    const auto h = static_cast<Index>(problem.layers.width);
    if (problem.layers.architecture != "one-layer") {
        const MatrixXd p = matrix_of(problem.layers.first, d, h);
        const bool tied = problem.layers.second.empty();
        const MatrixXd q = tied ? MatrixXd(p.transpose()) : matrix_of(problem.layers.second, h, d);
        gain = (tied ? 2.0 : 1.0) * (largest_eigenvalue(p * p.transpose()) + largest_eigenvalue(q.transpose() * q));
    }
    double steepest = 0.0;
    if (*average) {
        steepest = 2.0 * largest_moment(problem, **average);
    } else {
        constexpr int levels = 500;
        const double noise = problem.objective.path().coordinate(problem.noise);
        const double data = problem.objective.path().coordinate(problem.data);
        for (int i = 0; i <= levels; ++i) {
            const AffineTerms terms =
                AffineTerms::of(problem.objective.at_coordinate(noise + (data - noise) * i / levels));
            steepest = std::max(steepest, 2.0 * terms.omega * largest_moment(problem, terms));
        }
    }
    constexpr double hair = 4.0 * std::numeric_limits<double>::epsilon();
    return {.value = 2.0 / (steepest * gain) * (1.0 - hair), .set_by_start = gain != 1.0};
}

}  // namespace eigenflow::dynamics
