// One layer from a random start, 100 training times: what bench/matrix.py times against SciPy. Writes the problem and
// the variances for it, and prints one row: modes, threads, seconds, processor seconds, the share of products in them,
// their rate, Eigen's own rate of d × d products, the largest error estimate.
//
//     matrix_flow MODES THREADS DIRECTORY [TOLERANCE]

#include <Eigen/Core>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "eigenflow/dynamics/simulate_matrix.hpp"

namespace {

using namespace eigenflow;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// By Eigen, as the engine multiplies. Multiply-adds of d × d × d products, the best of half a second.
double product_rate(Eigen::Index d) {
    const Eigen::MatrixXd a = Eigen::MatrixXd::Random(d, d);
    const Eigen::MatrixXd b = Eigen::MatrixXd::Random(d, d);
    Eigen::MatrixXd c(d, d);
    double best = std::numeric_limits<double>::infinity();
    for (const auto start = Clock::now(); seconds_since(start) < 0.5;) {
        const auto before = Clock::now();
        c.noalias() = a * b;
        best = std::min(best, seconds_since(before));
    }
    return 2.0 * static_cast<double>(d * d * d) / best;
}

void write(const std::string& path, const std::vector<double>& values) {
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(double)));
}

dynamics::MatrixRequest request_of(std::size_t modes, unsigned threads) {
    std::vector<double> lambda;
    for (std::size_t k = 0; k < modes; ++k) lambda.push_back(10.0 / static_cast<double>(k + 1));
    return {.problem = {.lambda = lambda,
                        .mean = {},
                        .layers = *dynamics::random_layers("one-layer", modes, 0, 0.3, 1),
                        .objective = *model::Objective::create({})},
            .sampling = {},
            .tau = dynamics::log_spaced_times(1e-2, 1e3, 100),
            .noise_levels = {},
            .weight_modes = {},
            .threads = Threads(threads)};
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4 || count > 5) {
        std::fputs("usage: matrix_flow MODES THREADS DIRECTORY [TOLERANCE]\n", stderr);
        return 2;
    }
    const auto modes = static_cast<std::size_t>(std::atoi(arguments[1]));
    const auto threads = static_cast<unsigned>(std::atoi(arguments[2]));
    const std::string directory = arguments[3];
    dynamics::MatrixRequest request = request_of(modes, threads);
    if (count == 5) request.flow.tolerance = std::atof(arguments[4]);

    const auto start = Clock::now();
    const std::clock_t cpu_start = std::clock();
    const auto result = dynamics::simulate_matrix(request);
    const double seconds = seconds_since(start);
    const double cpu = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
    if (!result) {
        std::fputs(result.error().message.c_str(), stderr);
        return 4;
    }
    const double rate = product_rate(static_cast<Eigen::Index>(modes));
    const double busy = seconds * static_cast<double>(threads);
    std::printf("%zu,%u,%.6g,%.6g,%.4f,%.4g,%.4g,%.3g\n", modes, threads, seconds, cpu, result->multiply_seconds / busy,
                result->multiply_flops / busy, rate, result->modes.counts.worst_error);
    write(directory + "/tau.bin", request.tau);
    write(directory + "/weights.bin", request.problem.layers.first);
    write(directory + "/variance.bin", result->modes.trajectories.variance);
    if (std::getenv("EIGENFLOW_BENCH_REFERENCE")) {
        request.flow.tolerance = 1e-13;
        const auto best = dynamics::simulate_matrix(request);
        if (best) write(directory + "/reference.bin", best->modes.trajectories.variance);
    }
    return 0;
}
