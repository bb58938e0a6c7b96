#include "censored_likelihood.hpp"

#include <Eigen/Cholesky>
#include <cmath>

#include "normal_tail.hpp"

namespace eigenflow::analysis {

CensoredLikelihood::CensoredLikelihood(const Points& points, const NormalLine& start, double scatter)
    : start_(start), rounding_(least_scale / start.sigma) {
    double sum = 0.0;
    for (const double x : points.log_variance) sum += (x - start.centre) * (x - start.centre);
    spread_ = std::sqrt(sum / static_cast<double>(points.count()));
    emerged_.reserve(points.count());
    censored_.reserve(points.censored());
    const auto mode = [&](double log_variance, double log_tau, double measurement_variance) {
        const double d = measurement_variance > 0.0 ? std::sqrt(measurement_variance + scatter * scatter) : 1.0;
        const double x = log_variance - start.centre;
        const double y = (log_tau - start.level + start.exponent * x) / start.sigma;
        return Mode{x / spread_ / d, y / d, 1.0 / d};
    };
    for (std::size_t i = 0; i < points.count(); ++i) {
        const double v = points.measurement_variance.empty() ? 0.0 : points.measurement_variance[i];
        emerged_.push_back(mode(points.log_variance[i], points.log_tau[i], v));
    }
    const double v = points.measurement_variance.empty() ? 0.0 : points.censored_measurement_variance;
    for (std::size_t i = 0; i < points.censored(); ++i) {
        censored_.push_back(mode(points.censored_log_variance[i], points.censored_log_tau[i], v));
    }
}

double CensoredLikelihood::at(const Vector& theta, Vector* gradient, Matrix* hessian) const {
    const double eta = theta[2], m = static_cast<double>(emerged_.size());
    double value = m * (std::log(eta) - 0.5 * rounding_ * rounding_ * eta * eta);
    Vector first(0.0, 0.0, m * (1.0 / eta - rounding_ * rounding_ * eta));
    Matrix second = Matrix::Zero();
    second(2, 2) = -m * (1.0 / (eta * eta) + rounding_ * rounding_);
    // d ln L = slope dz, d² ln L = curvature dz², dz = (−1, x, y)/d · dθ
    const auto add = [&](const Mode& mode, double slope, double curvature) {
        const Vector z(-mode.one, mode.x, mode.y);
        first += slope * z;
        if (hessian != nullptr) second += (curvature * z) * z.transpose();
    };
    for (const Mode& mode : emerged_) {
        const double z = eta * mode.y - theta[0] * mode.one + theta[1] * mode.x;
        value -= 0.5 * z * z;
        add(mode, -z, -1.0);
    }
    for (const Mode& mode : censored_) {
        const double z = eta * mode.y - theta[0] * mode.one + theta[1] * mode.x;
        const NormalTail tail = normal_tail(z);
        value += tail.log_probability;
        add(mode, -tail.hazard, -tail.hazard * (tail.hazard - z));
    }
    if (gradient != nullptr) *gradient = first;
    if (hessian != nullptr) *hessian = second;
    return value;
}

NormalLine CensoredLikelihood::line(const Vector& theta) const {
    NormalLine line = start_;
    line.sigma = start_.sigma / theta[2];
    line.level += line.sigma * theta[0];
    line.exponent += line.sigma * theta[1] / spread_;
    return line;
}

CensoredLikelihood::Vector CensoredLikelihood::exponent_gradient(const Vector& theta) const {
    const double per_gamma = start_.sigma / theta[2] / spread_;
    return {0.0, per_gamma, -per_gamma * theta[1] / theta[2]};
}

LikelihoodMaximum newton_maximum(const CensoredLikelihood& likelihood, CensoredLikelihood::Vector theta,
                                 bool keep_scale) {
    using Vector = CensoredLikelihood::Vector;
    using Matrix = CensoredLikelihood::Matrix;
    LikelihoodMaximum maximum;
    Vector gradient;
    Matrix hessian;
    double value = likelihood.at(theta, &gradient, &hessian);
    for (int round = 0; round < 100; ++round) {
        Matrix information = -hessian;
        if (keep_scale) {
            gradient[2] = 0.0;
            information.row(2).setZero();
            information.col(2).setZero();
            information(2, 2) = 1.0;
        }
        const Eigen::LDLT<Matrix> factors(information);
        maximum.theta = theta;
        maximum.covariance = factors.solve(Matrix::Identity());
        if (keep_scale) maximum.covariance(2, 2) = 0.0;
        Vector step = factors.solve(gradient);
        const double squared = gradient.dot(step);  // in standard errors
        if (!std::isfinite(squared)) return maximum;
        maximum.converged = squared <= 1e-20;
        if (maximum.converged) return maximum;
        if (theta[2] + step[2] < 0.1 * theta[2]) step *= 0.9 * theta[2] / -step[2];  // η stays positive

        double next = likelihood.at(theta + step, &gradient, &hessian);
        if (squared <= 1e-8) {  // the full step converges quadratically, and gains less than the value's rounding
            theta += step;
            continue;
        }
        for (int halving = 0; halving < 50 && !(next >= value); ++halving) {
            step *= 0.5;
            next = likelihood.at(theta + step, &gradient, &hessian);
        }
        if (!(next >= value)) return maximum;
        value = next;
        theta += step;
    }
    return maximum;
}

}  // namespace eigenflow::analysis
