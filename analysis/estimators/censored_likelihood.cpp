#include "censored_likelihood.hpp"

#include <Eigen/Cholesky>
#include <array>
#include <cmath>

#include "normal_tail.hpp"

namespace eigenflow::analysis {

CensoredLikelihood::CensoredLikelihood(const Points& points, const NormalLine& start, double scatter, double rounding)
    : start_(start), rounding_(rounding / start.sigma) {
    double sum = 0.0;
    for (const double x : points.log_variance) sum += (x - start.centre) * (x - start.centre);
    spread_ = std::sqrt(sum / static_cast<double>(points.count()));
    const auto columns = [&](double log_variance, double log_tau, double measurement_variance) {
        const double d = measurement_variance > 0.0 ? std::sqrt(measurement_variance + scatter * scatter) : 1.0;
        const double x = log_variance - start.centre;
        const double y = (log_tau - start.level + start.exponent * x) / start.sigma;
        return Eigen::RowVector3d(-1.0 / d, x / spread_ / d, y / d);
    };
    const auto n = static_cast<Eigen::Index>(points.count()), m = static_cast<Eigen::Index>(points.censored());
    emerged_.resize(n, 3);
    for (std::size_t i = 0; i < points.count(); ++i) {
        const double v = points.measurement_variance.empty() ? 0.0 : points.measurement_variance[i];
        emerged_.row(static_cast<Eigen::Index>(i)) = columns(points.log_variance[i], points.log_tau[i], v);
    }
    const double v = points.measurement_variance.empty() ? 0.0 : points.censored_measurement_variance;
    censored_.resize(m, 3);
    for (std::size_t i = 0; i < points.censored(); ++i) {
        censored_.row(static_cast<Eigen::Index>(i)) =
            columns(points.censored_log_variance[i], points.censored_log_tau[i], v);
    }
    censored_count_ = Eigen::ArrayXd::Ones(m);
    weigh(Eigen::ArrayXd::Ones(n));
}

// Gram and Schmidt's triangle rather than a matrix of products: of an exact law the products' smallest eigenvalue is
// rounding, and at η = 1e5 would be of the size of ln L.
void CensoredLikelihood::weigh(const Eigen::ArrayXd& emerged) {
    emerged_count_ = emerged.sum();
    root_.setZero();
    const Eigen::ArrayXd root_count = emerged.sqrt();
    std::array<Eigen::ArrayXd, 3> column;
    for (int i = 0; i < 3; ++i) column[static_cast<std::size_t>(i)] = emerged_.col(i).array() * root_count;
    for (int i = 0; i < 3; ++i) {
        Eigen::ArrayXd& unit = column[static_cast<std::size_t>(i)];
        root_(i, i) = std::sqrt(unit.square().sum());
        if (root_(i, i) == 0.0) continue;
        unit /= root_(i, i);
        for (int j = i + 1; j < 3; ++j) {
            Eigen::ArrayXd& other = column[static_cast<std::size_t>(j)];
            root_(i, j) = (unit * other).sum();
            other -= root_(i, j) * unit;
        }
    }
}

CensoredLikelihood CensoredLikelihood::resampled(const Eigen::Ref<const Eigen::ArrayXd>& counts) const {
    CensoredLikelihood drawn = *this;
    const Eigen::ArrayXd emerged = counts.head(emerged_.rows());
    drawn.weigh(emerged);
    Eigen::Index kept = 0;
    for (Eigen::Index i = 0; i < censored_.rows(); ++i) {
        const double count = counts[emerged_.rows() + i];
        if (count == 0.0) continue;
        drawn.censored_.row(kept) = censored_.row(i);
        drawn.censored_count_[kept++] = count;
    }
    drawn.censored_.conservativeResize(kept, 3);
    drawn.censored_count_.conservativeResize(kept);
    return drawn;
}

double CensoredLikelihood::at(const Vector& theta, Vector* gradient, Matrix* hessian) const {
    const double eta = theta[2], m = emerged_count_;
    const Vector residual = root_ * theta;
    double value = m * (std::log(eta) - 0.5 * rounding_ * rounding_ * eta * eta) - 0.5 * residual.squaredNorm();
    const Eigen::ArrayXd z = censored_ * theta;
    Eigen::ArrayXd log_probability(z.size()), hazard(z.size());
    normal_tails({z.data(), static_cast<std::size_t>(z.size())},
                 {log_probability.data(), static_cast<std::size_t>(z.size())},
                 {hazard.data(), static_cast<std::size_t>(z.size())});
    value += (censored_count_ * log_probability).sum();
    if (gradient != nullptr) {  // d ln L = Σ slope dz
        const Eigen::ArrayXd slope = censored_count_ * hazard;
        *gradient = Vector(0.0, 0.0, m * (1.0 / eta - rounding_ * rounding_ * eta)) - root_.transpose() * residual;
        for (int i = 0; i < 3; ++i) (*gradient)[i] -= (slope * censored_.col(i).array()).sum();
    }
    if (hessian != nullptr) {  // d² ln L = Σ curvature dz²
        const Eigen::ArrayXd curvature = censored_count_ * hazard * (hazard - z);
        *hessian = -(root_.transpose() * root_);
        (*hessian)(2, 2) -= m * (1.0 / (eta * eta) + rounding_ * rounding_);
        for (int i = 0; i < 3; ++i) {
            const Eigen::ArrayXd column = curvature * censored_.col(i).array();
            for (int j = 0; j <= i; ++j) {
                const double sum = (column * censored_.col(j).array()).sum();
                (*hessian)(i, j) -= sum;
                if (j != i) (*hessian)(j, i) -= sum;
            }
        }
    }
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
        const double squared = gradient.dot(step);                     // in standard errors
        if (!(squared >= 0.0) || std::isinf(squared)) return maximum;  // of a concave function none is negative
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
