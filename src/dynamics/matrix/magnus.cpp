#include "magnus.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::dynamics {
namespace {

constexpr double single_rounding = 1e-6;  // of products of some hundred terms
constexpr double expanded_share = 0.3;    // of order 9: errors stay below a fifth of the estimate with 0.1, too

// |row j of M X| relative to |row j of X|, the rows of X taken as independent; columns that are not there are 0.
template <class Columns>
Eigen::ArrayXd relative_columns(const Columns& m, const Eigen::ArrayXd& row_size) {
    const Eigen::ArrayXd squared = row_size.square();
    const Eigen::ArrayXd sum = (m.square().matrix() * squared.head(m.cols()).matrix()).array();
    return (row_size > 0.0).select((sum / squared).sqrt(), 0.0);
}

Eigen::ArrayXd relative_rows(const ActiveMatrix& m, const Eigen::ArrayXd& row_size) {
    Eigen::ArrayXd out = relative_columns(m.block.array(), row_size);
    const Eigen::Index others = m.rest.size();
    out.tail(others) = (row_size.tail(others) > 0.0).select((out.tail(others).square() + m.rest.square()).sqrt(), 0.0);
    return out;
}

}  // namespace

MagnusPanel::MagnusPanel(Eigen::Index size, Eigen::Index active)
    : diagonal_integral(size),
      quadrature_error(size),
      alpha1(size, active),
      alpha2(size, active),
      alpha3(size, active),
      integral(size, active),
      commutator(size, active),
      scratch(size, active) {}

MagnusWeights::MagnusWeights(double node, double weight, double h) {
    integral = 0.5 * h * weight;
    const double first = integral * 0.5 * node;
    const double second = first * 0.5 * node;
    alpha1 = 2.25 * integral - 15.0 * second;
    alpha2 = 12.0 * first;
    alpha3 = -15.0 * integral + 180.0 * second;
    const double third = second * 0.5 * node;
    eighth2 = 75.0 * first - 420.0 * third;
    eighth4 = -420.0 * first + 2800.0 * third;
    residual = third * 0.5 * node - 3.0 / 14.0 * second + 3.0 / 560.0 * integral;
}

MagnusScratch::MagnusScratch(Eigen::Index size, Eigen::Index active)
    : left(size, active),
      right(size, active),
      nested(size, active),
      product(size, active),
      exponent(size, active),
      propagator(size, active),
      exponential(size, active) {}

Eigen::ArrayXd magnus_exponent(const MagnusPanel& panel, const Eigen::ArrayXd& row_size, MagnusScratch& scratch,
                               MultiplyWork& work) {
    auto& [left, right, nested, product, exponent, propagator, exponential_scratch] = scratch;
    const Eigen::ArrayXd third = relative_rows(panel.commutator, row_size) / 12.0;
    Eigen::ArrayXd fifth;
    if (panel.expanded) {
        const auto higher = panel.higher.cast<double>();
        fifth = relative_columns(higher.array(), row_size);
        exponent.block = panel.integral.block - (1.0 / 12.0) * panel.commutator.block + higher;
        exponent.rest = panel.integral.rest;
    } else {
        right.combine(1.0, panel.commutator, 2.0, panel.alpha3);
        commutator(panel.alpha1, right, nested, product, work);
        right.combine(1.0, panel.alpha2, -1.0 / 60.0, nested);
        left.combine(1.0, panel.commutator, -20.0, panel.alpha1, -1.0, panel.alpha3);
        commutator(left, right, exponent, product, work);
        nested.combine(1.0 / 240.0, exponent, 1.0 / 12.0, panel.commutator);  // the terms of order 5
        fifth = relative_rows(nested, row_size);
        exponent.combine(1.0 / 240.0, exponent, 1.0, panel.integral);
    }

    const double size = third.maxCoeff();
    const double ratio = size > 0.0 ? std::min(1.0, fifth.maxCoeff() / size) : 0.0;
    const double next = panel.expanded ? std::max(expanded_share * ratio * ratio, single_rounding) : ratio;
    Eigen::ArrayXd error = fifth * next + panel.quadrature_error;
    if (panel.expanded) error += relative_columns(panel.unresolved.cast<double>().array(), row_size);
    if (panel.quadrature_ratio > 0.0) {
        left = panel.alpha3;
        left.block.topRows(left.active()).diagonal().setZero();
        left.rest.setZero();
        error += panel.quadrature_ratio * relative_rows(left, row_size);
    }
    return error;
}

}  // namespace eigenflow::dynamics
