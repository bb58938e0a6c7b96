#include <fstream>
#include <nlohmann/json.hpp>

#include "dense_functions.hpp"
#include "matrix_case.hpp"

using namespace eigenflow;
using namespace eigenflow::tests;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd vector_in(const nlohmann::json& list) {
    const auto values = list.get<std::vector<double>>();
    return vector_of(values);
}

MatrixXd matrix_in(const nlohmann::json& rows) {
    const auto d = static_cast<Index>(rows.size());
    MatrixXd m(d, d);
    for (Index i = 0; i < d; ++i) m.row(i) = vector_in(rows[static_cast<std::size_t>(i)]).transpose();
    return m;
}

}  // namespace

TEST_CASE("T-18 T-19 golden: affine weights and the Gaussian that they generate") {
    const auto document = nlohmann::json::parse(std::ifstream(std::string(EIGENFLOW_REFERENCE_DIR) + "/dense.json"));
    const tests::Eigenpairs frame = tests::eigenpairs(matrix_in(document["covariance"]));
    const MatrixXd u = frame.vectors.rowwise().reverse();
    const VectorXd lambda = frame.values.reverse();
    const Index d = lambda.size();
    for (const auto& golden : document["cases"]) {
        CAPTURE(golden["case"].get<std::string>());
        CAPTURE(golden["tau"].get<double>());
        for (const std::string solver : {"exact", "ode"}) {
            CAPTURE(solver);
            dynamics::MatrixRequest request{
                .problem = {.lambda = list_of(lambda),
                            .mean = list_of(u.transpose() * vector_in(golden["mean0"])),
                            .layers = {.width = static_cast<std::size_t>(d),
                                       .first = row_major(u.transpose() * matrix_in(golden["W0"]) * u),
                                       .second = {},
                                       .bias = list_of(u.transpose() * vector_in(golden["b0"]))},
                            .objective = objective_of()},
                .sampling = {.solver = solver},
                .tau = {0.0, golden["tau"].get<double>()},
                .noise_levels = {1.0},
                .weight_modes = {0, 1, 2, 3}};
            const Generated result = generated(request);
            const MatrixXd covariance = u * result.covariance[1] * u.transpose();
            const VectorXd mean = u * result.mean[1];
            const MatrixXd expected = matrix_in(golden["generated_covariance"]);
            // 1e-10 is what the golden values are trusted to.
            CHECK(covariance_error(result.covariance[1], u.transpose() * expected * u) < 1e-10);
            CHECK(covariance_error(covariance, expected) < 1e-10);
            CHECK(mean_error(mean, vector_in(golden["generated_mean"]), expected) < 1e-10);
            const MatrixXd w = u.transpose() * matrix_in(golden["W_at_sigma_1"]) * u;
            const VectorXd b = u.transpose() * vector_in(golden["b_at_sigma_1"]);
            for (Index k = 0; k < d; ++k) {
                const auto row = static_cast<std::size_t>(d + k);
                CHECK(result.simulation.modes.weights[row].weight == doctest::Approx(w(k, k)).epsilon(1e-12));
                CHECK(std::abs(result.simulation.biases[row].bias - b[k]) < 1e-12);
            }
        }
    }
}
