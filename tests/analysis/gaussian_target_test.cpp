#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>

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

}  // namespace

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
