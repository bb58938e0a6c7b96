#include "propagated.hpp"

#include <algorithm>
#include <cmath>

#include "eigenflow/numerics/random.hpp"
#include "layer_views.hpp"

namespace eigenflow::dynamics {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;

double drift_unit(const MatrixProblem& problem) {
    const double noise = std::sqrt(problem.objective.path().initial_variance(problem.noise));
    const double mean = std::max(mean_of(problem).cwiseAbs().maxCoeff(), bias_of(problem).cwiseAbs().maxCoeff());
    // What the rows of X shrink to, in units of the noise: the drift's column is not to be larger, nor than 1.
    const model::PathPoint end = problem.objective.path().at(problem.data);
    const double size = std::sqrt(array_of(problem.lambda).maxCoeff() + end.s * end.s / (end.a * end.a));
    return size > 0.0 ? std::max(noise, mean * std::max(1.0, noise / size)) : std::max(noise, mean);
}

MatrixXd standard_samples(std::size_t modes, const EnsembleSpec& spec) {
    MatrixXd z(static_cast<Index>(modes), static_cast<Index>(spec.samples));
    numerics::RandomStream stream(spec.seed, 7);
    for (Index i = 0; i < z.cols(); ++i) {
        for (Index k = 0; k < z.rows(); ++k) z(k, i) = stream.normal();
    }
    return z;
}

GeneratedGaussian sample_moments(const MatrixXd& x, MultiplyWork& work) {
    GeneratedGaussian out;
    const auto count = static_cast<double>(x.cols());
    out.mean = x.rowwise().sum() / count;
    const MatrixXd centred = x.colwise() - out.mean;
    multiply(centred, centred.transpose(), out.covariance, work);
    out.covariance /= count - 1.0;
    return out;
}

Propagated::Propagated(const MatrixProblem& problem, std::span<const Index> order, Index active,
                       const EnsembleSpec& spec)
    : ensemble_(spec.samples > 0) {
    const auto n = static_cast<Index>(order.size());
    if (!ensemble_) {
        map_ = ActiveMatrix(n, active);
        map_.set_identity();
        diagonal_ = true;
        return;
    }
    const auto d = static_cast<Index>(problem.modes());
    const MatrixXd z = standard_samples(problem.modes(), spec);
    const double size = std::sqrt(problem.objective.path().initial_variance(problem.noise));
    const double a = problem.objective.path().at(problem.noise).a;
    const Eigen::VectorXd mean = mean_of(problem);
    samples_.resize(n, z.cols());
    for (Index j = 0; j < n; ++j) {
        const Index mode = order[static_cast<std::size_t>(j)];
        if (mode == d) {
            samples_.row(j).setConstant(drift_unit(problem));
        } else {
            samples_.row(j) = (size * z.row(mode).array() - a * mean[mode]).matrix();
        }
    }
}

ArrayXd Propagated::row_size() const {
    if (ensemble_) return samples_.rowwise().norm().array() / std::sqrt(static_cast<double>(samples_.cols()));
    ArrayXd squared = map_.block.rowwise().squaredNorm().array();
    squared.tail(map_.rest.size()) += map_.rest.square();
    return squared.sqrt();
}

void Propagated::scale_rows(const ArrayXd& factor) {
    if (ensemble_) {
        samples_.array().colwise() *= factor;
    } else {
        map_.scale_rows(factor);
    }
}

void Propagated::apply(const ActiveMatrix& e, Propagated& out, MultiplyWork& work) const {
    out.ensemble_ = ensemble_;
    out.diagonal_ = false;
    if (ensemble_) {
        multiply(e, samples_, out.samples_, work);
    } else if (diagonal_) {  // no product yet
        out.map_.block = e.block * map_.block.topRows(map_.active()).diagonal().asDiagonal();
        out.map_.rest = e.rest * map_.rest;
    } else {
        multiply(e, map_, out.map_, work);
    }
}

GeneratedGaussian Propagated::generated(const MatrixProblem& problem, std::span<const Index> order,
                                        MultiplyWork& work) const {
    const auto d = static_cast<Index>(problem.modes());
    const model::NoisePath& path = problem.objective.path();
    const double a = path.at(problem.data).a;
    const Eigen::VectorXd mean = mean_of(problem);
    GeneratedGaussian out;
    if (ensemble_) {
        MatrixXd x(d, samples_.cols());
        for (Index j = 0; j < samples_.rows(); ++j) {
            const Index mode = order[static_cast<std::size_t>(j)];
            if (mode < d) x.row(mode) = (samples_.row(j).array() / a + mean[mode]).matrix();
        }
        return sample_moments(x, work);
    }
    const double scale = path.initial_variance(problem.noise) / (a * a);
    const Index columns = std::min(map_.active(), d);  // the drift's own is not noise
    const auto block = map_.block.topLeftCorner(d, columns);
    MatrixXd squares(d, d);
    if (columns > 0) {
        multiply(block, block.transpose(), squares, work);
    } else {
        squares.setZero();
    }
    if (map_.rest.size() > 0) squares.diagonal().tail(map_.rest.size()).array() += map_.rest.square();
    out.covariance.resize(d, d);
    for (Index k = 0; k < d; ++k) {
        for (Index j = 0; j < d; ++j) {
            out.covariance(order[static_cast<std::size_t>(j)], order[static_cast<std::size_t>(k)]) =
                scale * 0.5 * (squares(j, k) + squares(k, j));
        }
    }
    out.mean = mean;
    if (map_.active() > d) {  // with drift the order is that of the modes
        const double from = path.at(problem.noise).a;
        out.mean += (drift_unit(problem) * map_.block.col(d).head(d) - block * (from * mean)) / a;
    }
    return out;
}

}  // namespace eigenflow::dynamics
