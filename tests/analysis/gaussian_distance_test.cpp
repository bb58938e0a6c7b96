#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <limits>
#include <vector>

#include "dense_functions.hpp"
#include "eigenflow/analysis/distance.hpp"
#include "eigenflow/numerics/random.hpp"

using namespace eigenflow;
using analysis::gaussian_distance;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

std::span<const double> span_of(const MatrixXd& m) { return {m.data(), static_cast<std::size_t>(m.size())}; }

struct Pair {
    MatrixXd c;
    VectorXd deviation, lambda;
};

Pair random_pair(Index d, std::uint64_t seed) {
    numerics::RandomStream stream(seed);
    MatrixXd root(d, d);
    Pair out{{}, VectorXd(d), VectorXd(d)};
    for (double& v : root.reshaped()) v = stream.normal();
    for (double& v : out.deviation) v = stream.normal();
    for (double& v : out.lambda) v = std::exp(stream.normal());
    out.c = root * root.transpose() + 0.1 * MatrixXd::Identity(d, d);
    return out;
}

analysis::GaussianDistance distance_of(const Pair& pair) {
    return gaussian_distance(span_of(pair.c), span_of(pair.deviation), span_of(pair.lambda));
}

}  // namespace

TEST_CASE("T-22 full Gaussians: the textbook formulas") {
    for (const Index d : {1, 2, 5, 9}) {
        const Pair pair = random_pair(d, static_cast<std::uint64_t>(d));
        const MatrixXd sigma = pair.lambda.asDiagonal();
        const MatrixXd ratio = sigma.inverse() * pair.c;
        const double kl = 0.5 * (ratio.trace() - static_cast<double>(d) - std::log(ratio.determinant()) +
                                 pair.deviation.dot(sigma.inverse() * pair.deviation));
        const MatrixXd root = pair.lambda.cwiseSqrt().asDiagonal();
        const MatrixXd middle = tests::square_root(root * pair.c * root);
        const double w2 = std::sqrt(pair.deviation.squaredNorm() + (pair.c + sigma - 2.0 * middle).trace());
        CHECK(distance_of(pair).kl == doctest::Approx(kl).epsilon(1e-12));
        CHECK(distance_of(pair).wasserstein == doctest::Approx(w2).epsilon(1e-12));
    }
}

TEST_CASE("T-22 full Gaussians: a diagonal covariance is the sum over modes") {
    Pair pair = random_pair(6, 11);
    pair.deviation.setZero();
    const VectorXd variance = pair.c.diagonal();
    pair.c = variance.asDiagonal();
    CHECK(distance_of(pair).kl ==
          doctest::Approx(analysis::kl_divergence(span_of(variance), span_of(pair.lambda))).epsilon(1e-14));
    CHECK(distance_of(pair).wasserstein ==
          doctest::Approx(analysis::wasserstein_distance(span_of(variance), span_of(pair.lambda))).epsilon(1e-14));
}

TEST_CASE("T-22 full Gaussians: close ones keep their digits") {
    // C = Λ^½ (1 + ε B) Λ^½: KL = ε²/4 tr B² to first order. The naive trace minus logarithm keeps no digit of 1e-16.
    Pair pair = random_pair(4, 21);
    pair.deviation.setZero();
    const MatrixXd b = pair.c / pair.c.norm();
    const MatrixXd root = pair.lambda.cwiseSqrt().asDiagonal();
    constexpr double small = 1e-7;
    pair.c = root * (MatrixXd::Identity(4, 4) + small * b) * root;
    CHECK(distance_of(pair).kl == doctest::Approx(0.25 * small * small * b.squaredNorm()).epsilon(1e-6));
    CHECK(distance_of(pair).wasserstein < small);
    CHECK(distance_of(pair).wasserstein > 0.01 * small);
}

TEST_CASE("T-22 full Gaussians: modes without variance, and failed rows") {
    Pair pair = random_pair(3, 31);
    pair.lambda[2] = 0.0;
    CHECK(distance_of(pair).kl == std::numeric_limits<double>::infinity());
    CHECK(std::isfinite(distance_of(pair).wasserstein));
    pair.c.row(2).setZero();
    pair.c.col(2).setZero();
    pair.deviation[2] = 0.0;
    CHECK(std::isfinite(distance_of(pair).kl));
    pair.c(0, 0) = std::nan("");
    CHECK(std::isnan(distance_of(pair).kl));
    CHECK(std::isnan(distance_of(pair).wasserstein));
}
