#include "matrix_exponential.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eigenflow::dynamics {
namespace {

Eigen::VectorXd times(const ActiveMatrix& a, const Eigen::VectorXd& v) {
    Eigen::VectorXd out = a.block * v.head(a.active());
    out.tail(a.rest.size()).array() += a.rest * v.tail(a.rest.size()).array();
    return out;
}

Eigen::VectorXd transposed_times(const ActiveMatrix& a, const Eigen::VectorXd& v) {
    Eigen::VectorXd out(a.size());
    out.head(a.active()).noalias() = a.block.transpose() * v;
    out.tail(a.rest.size()) = (a.rest * v.tail(a.rest.size()).array()).matrix();
    return out;
}

// From below by up to 30 %, which is added: three iterations from a vector without symmetry, which may miss a direction
// of a single mode, but not its column. They cost a twentieth of a product of 128.
double norm_estimate(const ActiveMatrix& a) {
    double column = std::sqrt(a.block.colwise().squaredNorm().maxCoeff());
    if (a.rest.size() > 0) column = std::max(column, a.rest.abs().maxCoeff());
    Eigen::VectorXd v(a.size());
    for (Eigen::Index i = 0; i < v.size(); ++i) v[i] = 1.0 + 0.5 * std::sin(1.7 * static_cast<double>(i));
    double norm = 0.0;
    for (int i = 0; i < 3; ++i) {
        const double length = v.norm();
        if (!(length > 0.0)) break;
        v /= length;
        const Eigen::VectorXd image = times(a, v);
        norm = image.norm();
        v = transposed_times(a, image);
    }
    return std::max(1.3 * norm, column);
}

// f of the columns of blocks and of rests: what statements share stays in the level 1 cache between them.
template <class F, class... Matrices>
void by_columns(F f, ActiveMatrix& first, Matrices&... others) {
    for (Eigen::Index k = 0; k < first.active(); ++k) f(first.block.col(k).array(), others.block.col(k).array()...);
    f(first.rest, others.rest...);
}

// factor · T8(A), of A and A²:
//
//     T8 = I + A + y2 A² + A8,   A4 = A² (x1 A + x2 A²),   A8 = (x3 A² + A4)(x4 I + x5 A + x6 A² + x7 A4)
void taylor_8(double factor, const ActiveMatrix& a, ActiveMatrix& out, ExponentialScratch& scratch,
              MultiplyWork& work) {
    const double root = std::sqrt(177.0);
    const double x3 = 2.0 / 3.0;
    const double x1 = x3 * (1.0 + root) / 88.0;
    const double x2 = x3 * (1.0 + root) / 352.0;
    const double x4 = (-271.0 + 29.0 * root) / (315.0 * x3);
    const double x5 = 11.0 * (-1.0 + root) / (1260.0 * x3);
    const double x6 = 11.0 * (-9.0 + root) / (5040.0 * x3);
    const double x7 = (89.0 - root) / (5040.0 * x3 * x3);
    const double y2 = (857.0 - 58.0 * root) / 630.0;
    ActiveMatrix& square = scratch.square;
    ActiveMatrix& left = scratch.first;
    ActiveMatrix& right = scratch.second;
    right.combine(x1, a, x2, square);
    multiply(square, right, left, work);
    by_columns(
        [&](auto&& right_factor, auto&& left_factor, auto&& rest, const auto& a1, const auto& a2) {
            right_factor = factor * (x5 * a1 + x6 * a2 + x7 * left_factor);
            left_factor += x3 * a2;
            rest = factor * (a1 + y2 * a2);
        },
        right, left, out, a, square);
    right.add_to_diagonal(factor * x4);
    out.add_to_diagonal(factor);
    multiply_add(left, right, out, work);
}

// factor · T15(A), of A and A². Degree 16 in four products, of which the last coefficient is not e's:
//
//     y1 = A² (c1 A² + c2 A),   y2 = (y1 + c3 A² + c4 A)(y1 + c5 A²) + c6 y1 + c7 A²
//     T15 = (y2 + c8 A² + c9 A)(y2 + c10 y1 + c11 A) + c12 y2 + c13 y1 + c14 A² + A + I
//
// The coefficients are those that make the first 15 powers e's (solved to 50 digits).
void taylor_15(double factor, const ActiveMatrix& a, ActiveMatrix& out, ExponentialScratch& scratch,
               MultiplyWork& work) {
    constexpr double c1 = 0.00040187616102010354629;
    constexpr double c2 = 0.0029455314402796829805;
    constexpr double c3 = -0.0087090665768376759677;
    constexpr double c4 = 0.40175684406735678015;
    constexpr double c5 = 0.03230762888122312082;
    constexpr double c6 = -0.023373194047115792665;
    constexpr double c7 = 0.26149279772981171081;
    constexpr double c8 = -0.23810703738709872247;
    constexpr double c9 = -0.04130276365929782911;
    constexpr double c10 = 5.7923617070732605218;
    constexpr double c11 = 2.2242091724963735612;
    constexpr double c12 = 10.408017352313543646;
    constexpr double c13 = -3.030123400738712306;
    constexpr double c14 = -2.1297555904964357845;
    ActiveMatrix& square = scratch.square;
    ActiveMatrix& y1 = scratch.first;
    ActiveMatrix& y2 = scratch.second;
    ActiveMatrix& right = scratch.third;
    right.combine(c1, square, c2, a);
    multiply(square, right, y1, work);
    by_columns(
        [&](auto&& left_factor, auto&& right_factor, auto&& sum, const auto& y, const auto& a1, const auto& a2) {
            left_factor = y + c3 * a2 + c4 * a1;
            right_factor = y + c5 * a2;
            sum = c6 * y + c7 * a2;
        },
        out, right, y2, y1, a, square);
    multiply_add(out, right, y2, work);
    by_columns(
        [&](auto&& left_factor, auto&& right_factor, auto&& sum, const auto& y, const auto& a1, const auto& a2) {
            sum = factor * (c12 * left_factor + c13 * y + c14 * a2 + a1);
            right_factor = factor * (left_factor + c10 * y + c11 * a1);
            left_factor += c8 * a2 + c9 * a1;
        },
        y2, right, out, y1, a, square);
    out.add_to_diagonal(factor);
    multiply_add(y2, right, out, work);
}

}  // namespace

ExponentialScratch::ExponentialScratch(Eigen::Index size, Eigen::Index active)
    : square(size, active), first(size, active), second(size, active), third(size, active), product(size, active) {}

void exponential(ActiveMatrix& a, ActiveMatrix& out, ExponentialScratch& scratch, MultiplyWork& work) {
    // Remainders of 3e-15: 0.1⁹/9! and 0.88¹⁶ (1 − 0.546)/16!.
    constexpr double reach_8 = 0.1;
    constexpr double reach_15 = 0.88;
    double mean = a.trace() / static_cast<double>(a.size());
    a.add_to_diagonal(-mean);
    multiply(a, a, scratch.square, work);
    // |A¹⁶| ≤ |A²|⁸, so that the root of |A²| counts. Its Frobenius norm costs nothing, and is too large for many
    // modes. |A⁹| ≤ |A²|⁴ |A|, whose A may be much larger: a few modes that pass on to many.
    double norm = std::sqrt(scratch.square.norm());
    if (norm > reach_15) norm = std::min(norm, norm_estimate(a));
    const bool short_one = norm <= reach_8 && std::pow(norm, 8.0 / 9.0) * std::pow(a.norm(), 1.0 / 9.0) <= reach_8;
    const int squarings = norm > reach_15 ? static_cast<int>(std::min(60.0, std::ceil(std::log2(norm / reach_15)))) : 0;
    if (squarings > 0) {
        const double scale = std::ldexp(1.0, -squarings);
        a.scale(scale);
        scratch.square.scale(scale * scale);
        mean *= scale;
    }
    if (short_one) {
        taylor_8(std::exp(mean), a, out, scratch, work);
    } else {
        taylor_15(std::exp(mean), a, out, scratch, work);
    }
    for (int i = 0; i < squarings; ++i) {
        multiply(out, out, scratch.product, work);
        std::swap(out, scratch.product);
    }
}

}  // namespace eigenflow::dynamics
