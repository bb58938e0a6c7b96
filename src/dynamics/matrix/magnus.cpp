#include "magnus.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::dynamics {
namespace {

constexpr double single_rounding = 1e-6;  // of products of some hundred terms
constexpr double expanded_share = 0.3;    // of order 9: errors stay below a fifth of the estimate with 0.1, too

// |row j of M X| relative to |row j of X|, the rows of X taken as independent.
Eigen::ArrayXd relative_rows(const ActiveMatrix& m, const Eigen::ArrayXd& row_size) {
    const Eigen::ArrayXd squared = row_size.square();
    Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(m.size());
    for (Eigen::Index k = 0; k < m.active(); ++k) sum += squared[k] * m.block.col(k).array().square();
    const Eigen::Index others = m.rest.size();
    sum.tail(others) += squared.tail(others) * m.rest.square();
    return (squared > 0.0).select((sum / squared).sqrt(), 0.0);
}

}  // namespace

MagnusPanel::MagnusPanel(Eigen::Index size, Eigen::Index active)
    : diagonal_integral(size),
      quadrature_error(size),
      quadrature(size, active),
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

Eigen::ArrayXd magnus_exponent(const MagnusPanel& panel, const Eigen::ArrayXd& row_size, double allowed,
                               MagnusScratch& scratch, MultiplyWork& work) {
    auto& [left, right, nested, product, exponent, propagator, exponential_scratch] = scratch;
    // The terms of order 5 times the ratio by which they are smaller than those of order 3.
    const auto next_order = [&](const Eigen::ArrayXd& third, const Eigen::ArrayXd& fifth) {
        const double size = third.maxCoeff();
        return fifth.maxCoeff() < size ? fifth.maxCoeff() / size : 1.0;
    };
    if (panel.coupling) {
        const FixedTerms terms = panel.coupling->exponent(panel.moments, panel.coupling_integral, panel.coupling_error,
                                                          panel.diagonal_integral, row_size, allowed, exponent, work);
        if (!terms.complete) return terms.missing + panel.quadrature_error;
        const double ratio = next_order(terms.third, terms.fifth);
        return terms.fifth * std::max(expanded_share * ratio * ratio, single_rounding) + terms.missing +
               panel.quadrature_error;
    }
    const Eigen::ArrayXd missing = panel.quadrature_error + relative_rows(panel.quadrature, row_size);
    if (missing.maxCoeff() > allowed) return missing;
    right.combine(1.0, panel.commutator, 2.0, panel.alpha3);
    commutator(panel.alpha1, right, nested, product, work);
    right.combine(1.0, panel.alpha2, -1.0 / 60.0, nested);
    left.combine(1.0, panel.commutator, -20.0, panel.alpha1, -1.0, panel.alpha3);
    commutator(left, right, exponent, product, work);
    nested.combine(1.0 / 240.0, exponent, 1.0 / 12.0, panel.commutator);  // the terms of order 5
    const Eigen::ArrayXd fifth = relative_rows(nested, row_size);
    exponent.combine(1.0 / 240.0, exponent, 1.0, panel.integral);
    const double ratio = next_order(relative_rows(panel.commutator, row_size) / 12.0, fifth);
    return fifth * ratio + missing;
}

}  // namespace eigenflow::dynamics
