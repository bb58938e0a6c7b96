#include "affine_terms.hpp"

#include <Eigen/Cholesky>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"

namespace eigenflow::dynamics {

AffineTerms AffineTerms::of(const model::NoiseTerms& at) {
    return {.h0 = at.h0,
            .h1 = at.h1,
            .m0 = at.m0,
            .m1 = at.m1,
            .e = at.mean_in,
            .f = at.mean_out,
            .mass = 1.0,
            .omega = at.omega};
}

Eigen::MatrixXd second_moment(const AffineTerms& terms, const Eigen::ArrayXd& lambda, const Eigen::VectorXd& mean) {
    const Eigen::Index d = lambda.size();
    Eigen::MatrixXd s(d + 1, d + 1);
    s.topLeftCorner(d, d) = terms.h1 * mean * mean.transpose();
    s.topLeftCorner(d, d).diagonal().array() += terms.h0 + terms.h1 * lambda;
    s.topRightCorner(d, 1) = terms.e * mean;
    s.bottomLeftCorner(1, d) = terms.e * mean.transpose();
    s(d, d) = terms.mass;
    return s;
}

AffineOptimum optimum_of(const AffineTerms& terms, const Eigen::ArrayXd& lambda, const Eigen::VectorXd& mean) {
    const Eigen::Index d = lambda.size();
    Eigen::MatrixXd c(d, d + 1);
    c.leftCols(d) = terms.m1 * mean * mean.transpose();
    c.leftCols(d).diagonal().array() += terms.m0 + terms.m1 * lambda;
    c.col(d) = terms.f * mean;
    const Eigen::MatrixXd both = second_moment(terms, lambda, mean).ldlt().solve(c.transpose()).transpose();
    return {both.leftCols(d), both.col(d)};
}

Result<AffineTerms> shared_affine_terms(const model::Objective& objective) {
    const auto squares = shared_terms(objective);
    if (!squares) return squares.error();
    const auto moments = [](const model::NoiseTerms& at, std::span<double> out) {
        const std::array densities = {at.mean_in, at.mean_out, 1.0};
        for (std::size_t i = 0; i < densities.size(); ++i) out[i] = at.loss_excess * densities[i];
    };
    model::Objective::TrainingRange range = objective.training_range();
    const model::NoisePath& path = objective.path();
    if (path.coordinate(range.high) < path.coordinate(range.low)) std::swap(range.low, range.high);
    std::array<double, 3> average{};
    std::array<double, 3> error{};
    const double tolerance = 1e-14 * (squares->h0 + squares->h1);
    FlowQuadrature(objective, range.low, range.high, {.tolerance = tolerance}).integrate(moments, average, error);
    if (!std::isfinite(average[0]) || !std::isfinite(average[1]) || !std::isfinite(average[2])) {
        return Error{ErrorKind::usage, "objective.coupling = \"shared\": weighting " + objective.spec().weighting +
                                           " has no finite average over the noise levels of path " +
                                           objective.spec().path + ": use weighting = \"uniform\""};
    }
    return AffineTerms{.h0 = squares->h0,
                       .h1 = squares->h1,
                       .m0 = squares->m0,
                       .m1 = squares->m1,
                       .e = average[0],
                       .f = average[1],
                       .mass = average[2],
                       .omega = 1.0};
}

Result<std::optional<AffineTerms>> average_of(const MatrixProblem& problem) {
    if (problem.coupling == Coupling::independent) return std::optional<AffineTerms>();
    const auto terms = shared_affine_terms(problem.objective);
    if (!terms) return terms.error();
    return std::optional<AffineTerms>(*terms);
}

}  // namespace eigenflow::dynamics
