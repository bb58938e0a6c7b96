#pragma once

#include <Eigen/Core>
#include <string>
#include <utility>
#include <vector>

#include "eigenflow/data/patch_covariance.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/model/objective.hpp"

namespace eigenflow::tests {

/// Circular convolutions as explicit matrices on an explicit covariance of the pixels: nothing is diagonalised,
/// averaged or symmetrised, so that T-7 and T-8 are tested against the loss itself.
class ExplicitConvolution {
public:
    ExplicitConvolution(std::vector<int> shape, Eigen::MatrixXd covariance)
        : shape_(std::move(shape)), covariance_(std::move(covariance)) {}

    /// A random covariance that is not stationary: A Aᵀ/N, A normal.
    static ExplicitConvolution random(std::vector<int> shape, unsigned seed);

    /// The same, averaged over the grid's translations: stationary.
    ExplicitConvolution averaged() const;

    int places() const { return static_cast<int>(covariance_.rows()); }
    const std::vector<int>& shape() const { return shape_; }
    const Eigen::MatrixXd& covariance() const { return covariance_; }

    /// (S x)[p] = x[p − o].
    Eigen::MatrixXd shift(data::Offset o) const;

    Eigen::MatrixXd circulant(const std::vector<data::Offset>& window, const Eigen::VectorXd& taps) const;

    /// [F C F*]_kk of the unitary DFT.
    double power(const Eigen::MatrixXd& c, data::Frequency k) const;

    data::Spectrum spectrum() const;

    /// Gradient of ω E|c_skip x + c_out c_in circ(w) x − y|², x = a x0 + s z, y = u x0 + v z, in w: Hessian · w − pull.
    struct Quadratic {
        Eigen::MatrixXd hessian;
        Eigen::VectorXd pull;
        Eigen::VectorXd optimum() const;
        Eigen::VectorXd after(const Eigen::VectorXd& start, double eta_tau) const;
    };
    Quadratic loss(const model::Objective& objective, NoiseLevel t, const std::vector<data::Offset>& window) const;

private:
    int width() const { return shape_.back(); }
    std::vector<int> shape_;
    Eigen::MatrixXd covariance_;
};

}  // namespace eigenflow::tests
