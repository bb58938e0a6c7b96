#include "dense_moments.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <utility>

#include "eigenflow/model/registry.hpp"
#include "exact_integral.hpp"

namespace eigenflow::torture {
namespace {

Real rounded(const Exact& x) { return x.convert_to<Real>(); }

struct ExactCoefficients {
    Exact second, unit, mean, one, cross_second, cross_unit, cross_mean;
};

// x_t = a x0 + s z, y = u x0 + v z; F̂(c_in x_t) is regressed on (y − c_skip x_t)/c_out.
ExactCoefficients coefficients(const ExactLevel& at) {
    const Exact skipped_data = (at.u - at.c_skip * at.a) / at.c_out;
    const Exact skipped_noise = (at.v - at.c_skip * at.s) / at.c_out;
    return {at.omega * at.c_in * at.c_in * at.a * at.a,
            at.omega * at.c_in * at.c_in * at.s * at.s,
            at.omega * at.c_in * at.a,
            at.omega,
            at.omega * at.c_in * at.a * skipped_data,
            at.omega * at.c_in * at.s * skipped_noise,
            at.omega * skipped_data};
}

}  // namespace

DenseMoments moments_at(const ExactLevel& level) {
    const ExactCoefficients c = coefficients(level);
    return {rounded(c.second),       rounded(c.unit),       rounded(c.mean),      rounded(c.one),
            rounded(c.cross_second), rounded(c.cross_unit), rounded(c.cross_mean)};
}

DenseMoments average_moments(const ExactObjective& objective) {
    Exact low, high;
    if (objective.spec().path == "ve") {  // the density times σ^±2 has 1e-40 of itself outside
        const Exact spread = objective.spec().P_std;
        const Exact reach = spread * (14 + 2 * spread);
        low = Exact(objective.spec().P_mean) - reach;
        high = Exact(objective.spec().P_mean) + reach;
    } else {
        const model::PathDefaults ends = model::path_defaults(objective.spec().path);
        low = objective.coordinate(ends.noise);
        high = objective.coordinate(ends.data);
        if (low > high) std::swap(low, high);
    }
    const auto integral = [&](Exact ExactCoefficients::*part) {
        return rounded(exact_integral(
                           [&](const Exact& x) {
                               const ExactLevel at = objective.at(x);
                               return Exact(coefficients(at).*part * at.density);
                           },
                           low, high)
                           .value());
    };
    using C = ExactCoefficients;
    return {integral(&C::second),       integral(&C::unit),       integral(&C::mean),      integral(&C::one),
            integral(&C::cross_second), integral(&C::cross_unit), integral(&C::cross_mean)};
}

DenseRegression regression_of(const DenseMoments& m, const Vector& lambda, const Vector& mu) {
    const Eigen::Index d = lambda.size();
    const Matrix second = Matrix(lambda.asDiagonal()) + mu * mu.transpose();
    const Matrix unit = Matrix::Identity(d, d);
    DenseRegression out{Matrix(d + 1, d + 1), Matrix(d, d + 1)};
    out.second << m.second * second + m.unit * unit, m.mean * mu, m.mean * mu.transpose(), m.one;
    out.cross << m.cross_second * second + m.cross_unit * unit, m.cross_mean * mu;
    return out;
}

Real optimum_size(const DenseMoments& m, const Vector& lambda, const Vector& mu) {
    const DenseRegression regression = regression_of(m, lambda, mu);
    const Matrix best = regression.second.ldlt().solve(regression.cross.transpose());
    return best.allFinite() ? best.cwiseAbs().maxCoeff() : Real(0);
}

Matrix factor_of(const DenseMoments& m, const Vector& lambda, const Vector& mu) {
    const Eigen::Index d = lambda.size();
    Matrix factor = Matrix::Zero(d + 2, d + 1);
    for (Eigen::Index k = 0; k < d; ++k) factor(k, k) = std::sqrt(m.second * lambda[k] + m.unit);
    if (m.one == 0) return factor;
    const Real root = std::sqrt(m.one);
    factor.row(d) << (m.mean / root) * mu.transpose(), root;
    // 0 at one noise level; an average of a² is more than the square of that of a.
    const Real rest = std::max(Real(0), m.second - m.mean * m.mean / m.one);
    factor.row(d + 1).head(d) = std::sqrt(rest) * mu.transpose();
    return factor;
}

}  // namespace eigenflow::torture
