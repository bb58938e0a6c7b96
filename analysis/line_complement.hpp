#pragma once

#include <Eigen/Core>

#include "estimators/line.hpp"

namespace eigenflow::analysis {

/// What a straight line in ln λ leaves of other columns, every row divided by the standard deviation of its mode
/// (1 without measurement errors).
class LineComplement {
public:
    /// @param points  at least 3, of at least two different λ
    explicit LineComplement(const Points& points);

    /// The column's part that no line reproduces.
    Eigen::VectorXd of(const Eigen::ArrayXd& column) const;
    /// Of a column that is divided by the standard deviations already; in place.
    void remove_line(Eigen::Ref<Eigen::VectorXd> column) const;

    const Eigen::ArrayXd& log_variance() const { return x_; }  ///< less its mean
    const Eigen::VectorXd& residuals() const { return residuals_; }
    const LeastSquaresLine& line() const { return line_; }
    /// Residuals of rounding: the law is a power law, and tests of it would weigh rounding errors.
    bool exact() const;

private:
    LeastSquaresLine line_;
    Eigen::ArrayXd x_, root_weight_;
    Eigen::VectorXd level_, slope_;  ///< orthonormal: the lines
    Eigen::VectorXd residuals_;
};

}  // namespace eigenflow::analysis
