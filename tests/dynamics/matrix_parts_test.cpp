#include "../../src/dynamics/matrix/affine_terms.hpp"
#include "../../src/dynamics/matrix/matrix_exponential.hpp"
#include "../../src/dynamics/matrix/panel_source.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "every_objective.hpp"
#include "matrix_case.hpp"

// Parts of the engine of coupled modes, by themselves.

using namespace eigenflow;
using namespace eigenflow::tests;

namespace {

/// Weights at their optimum, but for one entry off the diagonal.
class WeightsWith final : public dynamics::CoupledWeights {
public:
    explicit WeightsWith(double entry) : entry_(entry) {}
    dynamics::TrainingReport train(const model::NoiseTerms&, std::span<const double> tau,
                                   const Visit& visit) const override {
        dynamics::TrainedMatrix trained;
        trained.deviation = Eigen::MatrixXd::Zero(4, 4);
        trained.deviation(1, 2) = entry_;
        for (std::size_t i = 0; i < tau.size(); ++i) visit(i, trained);
        dynamics::TrainingReport report;
        report.good_times = tau.size();
        return report;
    }
    void excess(const model::NoiseTerms&, std::span<const double>, std::span<double>) const override {}
    bool limit(const model::NoiseTerms&, dynamics::TrainedMatrix&) const override { return false; }

private:
    double entry_;
};

bool is_diagonal(double entry) {
    const dynamics::MatrixRequest request = random_request(4, {1.0});
    const auto source = dynamics::make_trained_panels(request.problem, std::make_shared<WeightsWith>(entry),
                                                      request.tau, 1e-10, Threads(1));
    const Eigen::Index size = source->size();
    dynamics::MagnusPanel panel(size, source->active());
    dynamics::MultiplyWork work;
    source->prepare(0.0, 0.1);
    REQUIRE(source->fill(0, 0.0, 0.1, panel, work));
    return panel.diagonal;
}

}  // namespace

TEST_CASE("T-19 a coupling that is not a number is not taken for none") {
    CHECK(is_diagonal(0.0));
    CHECK_FALSE(is_diagonal(1e-3));
    CHECK_FALSE(is_diagonal(std::nan("")));
    CHECK_FALSE(is_diagonal(std::numeric_limits<double>::infinity()));
}

// At one noise level a bias takes the mean out of the regression: W* is that of centred data, and b* what is left.
TEST_CASE("T-18 the optimum with a mean is the centred one and its bias, whatever the objective") {
    const Eigen::ArrayXd lambda = Eigen::ArrayXd::LinSpaced(4, 2.0, 0.5);
    const Eigen::VectorXd mean = Eigen::Vector4d(0.7, -1.0, 0.3, 0.2);
    for (const model::ObjectiveSpec& spec : every_objective("uniform")) {
        const model::Objective objective = objective_of(spec);
        const double x = spec.path == "flow" ? 0.3 : -0.4;
        const auto terms = dynamics::AffineTerms::of(objective.at_coordinate(x));
        const dynamics::AffineOptimum both = dynamics::optimum_of(terms, lambda, mean);
        const Eigen::ArrayXd w = (terms.m0 + terms.m1 * lambda) / (terms.h0 + terms.h1 * lambda);
        const Eigen::VectorXd b = ((terms.f - terms.e * w) * mean.array()).matrix();
        CAPTURE(name_of(spec));
        // S̃ has a condition of some hundreds here.
        CHECK((both.w - Eigen::MatrixXd(w.matrix().asDiagonal())).cwiseAbs().maxCoeff() <= 1e-12);
        CHECK((both.b - b).cwiseAbs().maxCoeff() <= 1e-12);
    }
}

// A = [[0, b], [c, 0]], whose square is b c: e^A = cosh θ + A sinh(θ)/θ, θ² = b c. |A²| says nothing of |A| ≈ c.
TEST_CASE("T-19 the exponential of a matrix much larger than the root of its square") {
    for (const double theta : {0.08, 0.05, 0.3, 2.0}) {
        for (const double c : {1.0, 1e3, 1e6}) {
            CAPTURE(theta);
            CAPTURE(c);
            const double b = theta * theta / c;
            dynamics::ActiveMatrix a(2, 2);
            a.block << 0.0, b, c, 0.0;
            dynamics::ActiveMatrix out(2, 2);
            dynamics::ExponentialScratch scratch(2, 2);
            dynamics::MultiplyWork work;
            dynamics::exponential(a, out, scratch, work);
            // What is promised of a step, and eight roundings for each squaring, of which there are two.
            const double bound = 3e-15 + 24.0 * std::numeric_limits<double>::epsilon();
            CHECK(std::abs(out.block(0, 0) / std::cosh(theta) - 1.0) <= bound);
            CHECK(std::abs(out.block(1, 1) / std::cosh(theta) - 1.0) <= bound);
            CHECK(std::abs(out.block(1, 0) / (c * std::sinh(theta) / theta) - 1.0) <= bound);
            CHECK(std::abs(out.block(0, 1) / (b * std::sinh(theta) / theta) - 1.0) <= bound);
        }
    }
}
