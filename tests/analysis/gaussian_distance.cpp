#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <vector>

#include "eigenflow/analysis/distance.hpp"
#include "eigenflow/numerics/random.hpp"

using namespace eigenflow;
using namespace eigenflow::analysis;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Rows random_matrix(int d, numerics::RandomStream& random) {
    Rows m(d, d);
    for (int i = 0; i < d * d; ++i) m.data()[i] = random.normal();
    return m;
}

std::span<const double> all(const Rows& m) { return {m.data(), static_cast<std::size_t>(m.size())}; }
std::span<const double> all(const Eigen::VectorXd& v) { return {v.data(), static_cast<std::size_t>(v.size())}; }

// Λ^−½ (Λ^½ C Λ^½)^½ Λ^−½ by Newton's iteration for the square root, which shares nothing with an eigenproblem.
Rows root_by_iteration(const Rows& square) {
    Rows y = square, z = Rows::Identity(square.rows(), square.cols());
    for (int i = 0; i < 60; ++i) {
        const Rows next = 0.5 * (y + z.inverse());
        z = 0.5 * (z + y.inverse());
        y = next;
    }
    return y;
}

}  // namespace

TEST_CASE("T-22 gaussian distance: by determinant, inverse and Newton's square root, in six dimensions") {
    numerics::RandomStream random(4);
    constexpr int d = 6;
    for (int draw = 0; draw < 20; ++draw) {
        const Rows factor = random_matrix(d, random);
        const Rows c = factor * factor.transpose() + 0.1 * Rows::Identity(d, d);
        Eigen::VectorXd lambda(d), shift(d);
        for (int k = 0; k < d; ++k) lambda[k] = std::exp(random.normal()), shift[k] = random.normal();
        const Rows target = lambda.asDiagonal();
        const Rows relative = target.inverse() * c;
        const double kl = 0.5 * (relative.trace() - d - std::log(relative.determinant()) +
                                 (shift.array().square() / lambda.array()).sum());
        const Rows root = lambda.cwiseSqrt().asDiagonal();
        const Rows s = root_by_iteration(root * c * root);
        const double w2 = shift.squaredNorm() + c.trace() + lambda.sum() - 2.0 * s.trace();
        const auto found = gaussian_distance(all(c), all(shift), all(lambda));
        CHECK(std::abs(found.kl - kl) <= 1e4 * eps * (1.0 + kl));  // the inverse's condition, below 1e3, times d
        CHECK(std::abs(found.wasserstein * found.wasserstein - w2) <= 1e4 * eps * (1.0 + w2));
    }
}

TEST_CASE("T-22 gaussian distance: of a diagonal covariance it is that of the modes") {
    const Eigen::VectorXd lambda = Eigen::Vector4d(3.0, 1.0, 0.2, 1e-6), none = Eigen::Vector4d::Zero();
    for (const double size : {1e-10, 1e-3, 0.5}) {
        const Eigen::VectorXd generated = lambda.array() * (1.0 + size * Eigen::Array4d(1.0, -0.5, 0.25, 1.5));
        const Rows c = generated.asDiagonal();
        const auto found = gaussian_distance(all(c), all(none), all(lambda));
        // λ̃ itself is rounded: an excess of `size` is known to ε/size, and so is twice that in kl.
        CHECK(std::abs(found.kl / kl_divergence(all(generated), all(lambda)) - 1.0) <= 16.0 * eps / size);
        CHECK(std::abs(found.wasserstein / wasserstein_distance(all(generated), all(lambda)) - 1.0) <=
              16.0 * eps / size);
    }
}

TEST_CASE("T-22 gaussian distance: modes without variance, singular covariances, NaN") {
    const Eigen::VectorXd lambda = Eigen::Vector2d(1.0, 0.0), none = Eigen::Vector2d::Zero();
    Rows c = Eigen::Matrix2d{{1.0, 0.0}, {0.0, 0.0}};
    CHECK(gaussian_distance(all(c), all(none), all(lambda)).kl == 0.0);
    CHECK(gaussian_distance(all(c), all(none), all(lambda)).wasserstein == 0.0);
    c(1, 1) = 4.0;
    CHECK(std::isinf(gaussian_distance(all(c), all(none), all(lambda)).kl));
    CHECK(gaussian_distance(all(c), all(none), all(lambda)).wasserstein == 2.0);
    const Eigen::VectorXd ones = Eigen::Vector2d::Ones();
    const Rows flat = Eigen::Matrix2d::Ones();  // eigenvalues 2 and 0
    const auto singular = gaussian_distance(all(flat), all(none), all(ones));
    CHECK((std::isinf(singular.kl) || singular.kl > 10.0));  // a null eigenvalue may come out as ε
    CHECK(std::abs(singular.wasserstein - std::sqrt(4.0 - 2.0 * std::sqrt(2.0))) <= 1e-7);  // √ε of the null root
    c(0, 0) = std::nan("");
    CHECK(std::isnan(gaussian_distance(all(c), all(none), all(lambda)).kl));
}

TEST_CASE("T-22 gaussian distance: to a target in another frame it is the same") {
    numerics::RandomStream random(6);
    constexpr int d = 4;
    const Rows factor = random_matrix(d, random);
    const Rows c = factor * factor.transpose() + Rows::Identity(d, d);
    const Rows turn = Eigen::HouseholderQR<Eigen::MatrixXd>(random_matrix(d, random)).householderQ();
    const Eigen::VectorXd lambda = Eigen::Vector4d(4.0, 2.0, 1.0, 0.5), mean = Eigen::Vector4d(1.0, 0.0, -1.0, 2.0);
    const Eigen::VectorXd at = Eigen::Vector4d(0.5, 0.5, 0.5, 0.5);
    const Eigen::VectorXd shift = at - mean, turned_mean = turn * mean, turned_at = turn * at;
    const Rows target = turn * lambda.asDiagonal() * turn.transpose(), turned = turn * c * turn.transpose();
    const auto plain = gaussian_distance(all(c), all(shift), all(lambda));
    const auto rotated = GaussianTarget(all(target), all(turned_mean)).from(all(turned), all(turned_at));
    CHECK(std::abs(rotated.kl - plain.kl) <= 1e3 * eps * plain.kl);
    CHECK(std::abs(rotated.wasserstein - plain.wasserstein) <= 1e3 * eps * plain.wasserstein);
    const Rows diagonal = lambda.asDiagonal();
    CHECK(GaussianTarget(all(diagonal), all(mean)).from(all(c), all(at)).kl == plain.kl);
}
