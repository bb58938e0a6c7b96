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

TEST_CASE("T-22 full Gaussians: W2 where the data have no variance along some modes, by the textbook formula") {
    Pair pair = random_pair(4, 41);
    pair.lambda[1] = pair.lambda[3] = 0.0;
    const MatrixXd sigma = pair.lambda.asDiagonal();
    const MatrixXd middle = tests::square_root(sigma.cwiseSqrt() * pair.c * sigma.cwiseSqrt());
    const double w2 = std::sqrt(pair.deviation.squaredNorm() + (pair.c + sigma - 2.0 * middle).trace());
    CHECK(distance_of(pair).wasserstein == doctest::Approx(w2).epsilon(1e-7));  // roots of eigenvalues that are ε
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

TEST_CASE("T-22 standard errors: of the distances of an ensemble, against the scatter over ensembles") {
    constexpr Index d = 4, samples = 300;
    constexpr int ensembles = 2000;
    const Pair truth = random_pair(d, 5);
    const MatrixXd root = tests::square_root(truth.c);
    const std::vector<double> origin(static_cast<std::size_t>(d), 0.0);
    const analysis::GaussianTarget turned(span_of(random_pair(d, 6).c), origin);
    numerics::RandomStream stream(9);
    // kl and w2, to Λ and to a target in another frame: the sums of values, their squares, and their errors.
    Eigen::Array4d sum = Eigen::Array4d::Zero(), squares = sum, error = sum;
    for (int i = 0; i < ensembles; ++i) {
        MatrixXd x(d, samples);
        for (double& v : x.reshaped()) v = stream.normal();
        x = (root * x).colwise() + truth.deviation;
        const VectorXd mean = x.rowwise().mean();
        const MatrixXd centred = x.colwise() - mean;
        const MatrixXd c = centred * centred.transpose() / static_cast<double>(samples - 1);
        const auto to_data = gaussian_distance(span_of(c), span_of(mean), span_of(truth.lambda));
        const auto to_turned = turned.from(span_of(c), span_of(mean));
        const auto of_data =
            analysis::gaussian_distance_error(span_of(c), span_of(mean), span_of(truth.lambda), to_data, samples);
        const auto of_turned = turned.error_from(span_of(c), span_of(mean), to_turned, samples);
        const Eigen::Array4d value(to_data.kl, to_data.wasserstein, to_turned.kl, to_turned.wasserstein);
        sum += value;
        squares += value.square();
        error += Eigen::Array4d(of_data.kl, of_data.wasserstein, of_turned.kl, of_turned.wasserstein);
    }
    const Eigen::Array4d scatter = (squares / ensembles - (sum / ensembles).square()).sqrt();
    // The scatter of 2000 is known to 1/√4000 = 1.6 %; the rest is the next order in 1/n.
    for (int i = 0; i < 4; ++i) CHECK(error[i] / ensembles == doctest::Approx(scatter[i]).epsilon(0.1));
}

TEST_CASE("T-22 standard errors: none where a distance has none") {
    const auto error_of = [](const Pair& pair) {
        return analysis::gaussian_distance_error(span_of(pair.c), span_of(pair.deviation), span_of(pair.lambda),
                                                 distance_of(pair), 9);
    };
    Pair pair = random_pair(3, 2);
    CHECK(error_of(pair).kl > 0.0);
    CHECK(error_of(pair).wasserstein > 0.0);
    pair.lambda[2] = 0.0;
    CHECK(std::isnan(error_of(pair).kl));
    CHECK(std::isnan(error_of(pair).wasserstein));
}
