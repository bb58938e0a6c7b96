#include "dense_weights.hpp"

#include <cmath>

#include "dense_layers.hpp"

namespace eigenflow::torture {
namespace {

struct Spectral {
    Vector values;
    Matrix vectors;  // in columns
};

// Of FᵀF: rotations of two columns at a time until all are orthogonal (Hestenes 1958). Their lengths are then the roots
// of the eigenvalues, each to a few ε of itself where the columns of F differ in scale alone.
Spectral one_sided_jacobi(Matrix factor) {
    const Eigen::Index n = factor.cols();
    Matrix vectors = Matrix::Identity(n, n);
    bool rotated = true;
    for (int sweep = 0; rotated && sweep < 40; ++sweep) {
        rotated = false;
        for (Eigen::Index j = 0; j < n; ++j) {
            for (Eigen::Index k = j + 1; k < n; ++k) {
                const Real across = factor.col(j).dot(factor.col(k));
                const Real first = factor.col(j).squaredNorm();
                const Real second = factor.col(k).squaredNorm();
                if (std::abs(across) <= 1e-18L * std::sqrt(first) * std::sqrt(second)) continue;
                rotated = true;
                const Real half = (second - first) / (2 * across);
                const Real tangent = (half < 0 ? -1 : 1) / (std::abs(half) + std::hypot(half, Real(1)));
                const Real cosine = 1 / std::hypot(tangent, Real(1));
                for (Matrix* m : {&factor, &vectors}) {
                    const Vector left = m->col(j);
                    m->col(j) = cosine * (left - tangent * m->col(k));
                    m->col(k) = cosine * (tangent * left + m->col(k));
                }
            }
        }
    }
    return {factor.colwise().squaredNorm().transpose(), vectors};
}

// What is left of a deviation along an eigenvector, and (1 − that)/value.
struct Decay {
    Real left, gain;
};

Decay decay(Real value, const Progress& time) {
    if (time.step == 0) {
        const Real rate = 2 * time.eta_tau;
        return {std::exp(-rate * value), value > 0 ? -std::expm1(-rate * value) / value : rate};
    }
    const Real left = std::pow(1 - 2 * time.step * value, static_cast<int>(time.steps));
    if (time.step * value > 0.25L) return {left, (1 - left) / value};
    const Real steps = static_cast<Real>(time.steps);
    const Real rate = 2 * time.step;
    return {left, value > 0 ? -std::expm1(steps * std::log1p(-rate * value)) / value : rate * steps};
}

// W̃(τ) = W̃(0) f(ωS̃) + ωC̃ (1 − f(ωS̃))/(ωS̃), f what is left.
std::vector<Matrix> one_layer(const Matrix& start, const DenseRegression& regression, const Spectral& spectral,
                              const std::vector<Progress>& times) {
    std::vector<Matrix> weights;
    const Matrix from = start * spectral.vectors;
    const Matrix drive = regression.cross * spectral.vectors;
    for (const Progress& time : times) {
        Vector left = Vector::Zero(spectral.values.size());
        Vector gain = left;
        for (Eigen::Index k = 0; k < left.size(); ++k) {
            // Without a mean there is no bias, and no step is too large for it.
            if (from.col(k).isZero(0) && drive.col(k).isZero(0)) continue;
            const Decay of = decay(spectral.values[k], time);
            left[k] = of.left;
            gain[k] = of.gain;
        }
        weights.emplace_back((from * left.asDiagonal() + drive * gain.asDiagonal()) * spectral.vectors.transpose());
    }
    return weights;
}

}  // namespace

Vector vector_of(const std::vector<double>& values) {
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size())).cast<Real>();
}

Matrix matrix_of(const std::vector<double>& values, Eigen::Index rows, Eigen::Index columns) {
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const RowMajor>(values.data(), rows, columns).cast<Real>();
}

std::vector<Matrix> dense_weights(const dynamics::MatrixProblem& problem, const DenseMoments& moments,
                                  const std::vector<Progress>& times, Real tolerance) {
    const auto d = static_cast<Eigen::Index>(problem.modes());
    const Vector lambda = vector_of(problem.lambda);
    const Vector mu = problem.mean.empty() ? Vector(Vector::Zero(d)) : vector_of(problem.mean);
    const DenseRegression regression = regression_of(moments, lambda, mu);
    const Vector bias = problem.layers.bias.empty() ? Vector(Vector::Zero(d)) : vector_of(problem.layers.bias);
    if (problem.layers.architecture == "one-layer") {
        Matrix start(d, d + 1);
        start << matrix_of(problem.layers.first, d, d), bias;
        return one_layer(start, regression, one_sided_jacobi(factor_of(moments, lambda, mu)), times);
    }
    const auto width = static_cast<Eigen::Index>(problem.layers.width);
    const bool tied = problem.layers.architecture == "symmetric-two-layer";
    const DenseLayers start{matrix_of(problem.layers.first, d, width),
                            tied ? Matrix() : matrix_of(problem.layers.second, width, d), bias};
    return trained_layers(start, regression, times, tolerance);
}

}  // namespace eigenflow::torture
