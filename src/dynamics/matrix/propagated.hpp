#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>

#include "active_matrix.hpp"
#include "eigenflow/dynamics/matrix_problem.hpp"

namespace eigenflow::dynamics {

/// Samples asked for, or none: the affine map itself, from which covariance and mean follow.
struct EnsembleSpec {
    std::size_t samples = 0;
    std::uint64_t seed = 1;
};

/// What is generated at one training time, in the data's eigenframe.
struct GeneratedGaussian {
    Eigen::MatrixXd covariance;
    Eigen::VectorXd mean;
    Eigen::ArrayXd error;  ///< estimates of |error of ln λ̃|
};

/// What the coordinate that carries the drift holds, max(√v, |μ| max(1, √v/√(λ_max + s²/a²))) with |μ| the largest
/// entry of mean and bias, s and a at the data end: the drift's column is then no larger than 1, nor than what the rows
/// of noise shrink to, and the exponential's squarings are not those of a large mean.
double drift_unit(const MatrixProblem& problem);

/// Standard normal, d × samples, the same for any order of rows: column i is drawn mode by mode from
/// RandomStream(seed, 7).
Eigen::MatrixXd standard_samples(std::size_t modes, const EnsembleSpec& spec);

/// Unbiased covariance and mean of the columns of x.
GeneratedGaussian sample_moments(const Eigen::MatrixXd& x, MultiplyWork& work);

/// X of X' = A X, rows in a panel source's order: from the identity, or from samples of where the flow starts.
class Propagated {
public:
    Propagated() = default;
    Propagated(const MatrixProblem& problem, std::span<const Eigen::Index> order, Eigen::Index active,
               const EnsembleSpec& spec);

    Eigen::ArrayXd row_size() const;
    void scale_rows(const Eigen::ArrayXd& factor);
    /// e X into `out`, which keeps this one's form.
    void apply(const ActiveMatrix& e, Propagated& out, MultiplyWork& work) const;

    /// At the end of the flow: N(0, v I) through X, divided by a, the drift's x − a μ undone.
    GeneratedGaussian generated(const MatrixProblem& problem, std::span<const Eigen::Index> order,
                                MultiplyWork& work) const;

private:
    bool ensemble_ = false;
    bool diagonal_ = false;  // the map still
    ActiveMatrix map_;
    Eigen::MatrixXd samples_;
};

}  // namespace eigenflow::dynamics
