#include "eigenflow/numerics/complex_blocks.hpp"

#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <complex>
#include <limits>
#include <unsupported/Eigen/MatrixFunctions>

#include "eigenflow/numerics/gauss_legendre.hpp"
#include "eigenflow/numerics/random.hpp"

using namespace eigenflow::numerics;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

ComplexBlocks<3> random_blocks(std::uint64_t seed, double scale) {
    RandomStream random(seed);
    ComplexBlocks<3> a;
    for (std::size_t e = 0; e < 9; ++e) {
        for (std::size_t l = 0; l < lanes; ++l) {
            a.re[e][l] = scale * random.normal();
            a.im[e][l] = scale * random.normal();
        }
    }
    return a;
}

Eigen::Matrix3cd lane(const ComplexBlocks<3>& a, std::size_t l) {
    Eigen::Matrix3cd m;
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            const auto e = static_cast<std::size_t>(3 * i + j);
            m(i, j) = {a.re[e][l], a.im[e][l]};
        }
    }
    return m;
}

// A(x) = a + b cos x + c x: does not commute with itself.
struct Problem {
    ComplexBlocks<3> a = random_blocks(1, 0.4), b = random_blocks(2, 0.4), c = random_blocks(3, 0.4);
    ComplexBlocks<3> at(double x) const {
        ComplexBlocks<3> sum = a;
        sum.add(std::cos(x), b);
        sum.add(x, c);
        return sum;
    }
    // X(1) by even Magnus steps, their Legendre coefficients by quadrature.
    ComplexBlocks<3> solve(int steps) const {
        const GaussLegendre<16>& rule = gauss_legendre<16>();
        ComplexBlocks<3> x = ComplexBlocks<3>::identity();
        const double h = 1.0 / steps;
        for (int s = 0; s < steps; ++s) {
            std::array<ComplexBlocks<3>, 3> moment;
            for (std::size_t q = 0; q < GaussLegendre<16>::size; ++q) {
                const double node = rule.nodes[q];
                const ComplexBlocks<3> here = at((s + 0.5 + 0.5 * node) * h);
                const double weight = 0.5 * h * rule.weights[q];
                moment[0].add(weight, here);
                moment[1].add(3.0 * weight * node, here);
                moment[2].add(5.0 * weight * 0.5 * (3.0 * node * node - 1.0), here);
            }
            x = product(magnus_step(moment[0], moment[1], moment[2]), x);
        }
        return x;
    }
};

}  // namespace

TEST_CASE("products and commutators of blocks are those of every lane") {
    const auto a = random_blocks(5, 1.0);
    const auto b = random_blocks(6, 1.0);
    for (std::size_t l = 0; l < lanes; ++l) {
        // Three complex products: 8 roundings of entries of at most |a| |b|.
        const double allowed = 16 * eps * lane(a, l).norm() * lane(b, l).norm();
        CHECK((lane(product(a, b), l) - lane(a, l) * lane(b, l)).norm() <= allowed);
        CHECK((lane(commutator(a, b), l) - (lane(a, l) * lane(b, l) - lane(b, l) * lane(a, l))).norm() <= 2 * allowed);
    }
}

TEST_CASE("T-19 exponential of blocks: 20 eps e^norm, from tiny to large norms") {
    for (const double scale : {0.0, 1e-9, 0.02, 0.1, 1.0, 3.0}) {
        const auto a = random_blocks(7, scale);
        const auto e = exponential(a);
        for (std::size_t l = 0; l < lanes; ++l) {
            const Eigen::Matrix3cd exact = lane(a, l).exp();
            CHECK((lane(e, l) - exact).norm() <= 20 * eps * std::exp(lane(a, l).norm()) + 8 * eps);
        }
    }
}

TEST_CASE("T-19 Magnus steps are of sixth order, and exact where A commutes with itself") {
    const Problem problem;
    const auto finest = problem.solve(64);
    const auto error = [&](int steps) { return (lane(problem.solve(steps), 0) - lane(finest, 0)).norm(); };
    const double ratio = error(2) / error(4);
    CHECK(ratio > 45.0);  // 2⁶ = 64, with what is left of the next order
    CHECK(ratio < 90.0);
    CHECK(error(4) / error(8) > 50.0);

    Problem commuting;
    commuting.b = commuting.a;
    commuting.c = commuting.a;
    ComplexBlocks<3> integral = commuting.a;
    integral.add(std::sin(1.0) + 0.5, commuting.a);
    CHECK((lane(commuting.solve(1), 2) - lane(exponential(integral), 2)).norm() <=
          40 * eps * std::exp(lane(integral, 2).norm()));
}
