#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "eigenflow/data/leading_components.hpp"
#include "eigenflow/data/measure_samples.hpp"
#include "eigenflow/data/moments.hpp"
#include "eigenflow/data/principal_components.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "or_exit.hpp"
#include "tasks/task.hpp"

namespace eigenflow::bench {
namespace {

/// uint8 (10000, 3072), mapped to [−1, 1] as they are read.
data::VectorSource images(const std::filesystem::path& folder) {
    return or_exit(scenario::open_vectors(folder / "images.npy", true)).source;
}

Work principal_variances(const std::filesystem::path& folder, Threads threads) {
    return [source = images(folder), threads] {
        const auto spectrum =
            or_exit(data::principal_spectrum(or_exit(data::measure_moments(source, threads)), threads));
        return std::vector<double>(spectrum.variances().begin(), spectrum.variances().end());
    };
}

Work leading_variances(const std::filesystem::path& folder, Threads threads) {
    return
        [source = images(folder), threads] { return or_exit(data::leading_variances(source, 64, threads)).variances; };
}

/// 20 checkpoints of samples_0.npy … samples_3.npy along the rows of directions.npy: all variances, and χ, of each.
Work measure(const std::filesystem::path& folder, Threads threads) {
    const auto file = or_exit(scenario::open_vectors(folder / "directions.npy", false)).source;
    const std::size_t d = file.dimension;
    std::vector<double> directions(d * d);
    or_exit(file.read(0, d, directions));
    std::vector<std::size_t> partner(d);
    for (std::size_t k = 0; k < d; ++k) partner[k] = k;
    const auto basis = std::make_shared<const data::MeasureBasis>(
        data::MeasureBasis{d, or_exit(data::power_law_spectrum(static_cast<int>(d), 1.0, 1.0)),
                           std::vector<double>(d, 0.0), std::move(directions), std::move(partner)});
    return [folder, basis, threads] {
        std::vector<double> numbers;
        for (int checkpoint = 0; checkpoint < 20; ++checkpoint) {
            const auto name = "samples_" + std::to_string(checkpoint % 4) + ".npy";
            const auto samples = or_exit(scenario::open_vectors(folder / name, false)).source;
            const auto moments = or_exit(data::measure_samples(samples, *basis, {.single_precision = true}, threads));
            numbers.insert(numbers.end(), moments.variance.begin(), moments.variance.end());
            numbers.push_back(moments.chi);
        }
        return numbers;
    };
}

/// The machine's own rate: 20 products of 3072 × 3072 float32 matrices by Eigen, rows shared by the threads.
Work sgemm(const std::filesystem::path&, Threads threads) {
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    constexpr Eigen::Index d = 3072;
    const auto a = std::make_shared<const Matrix>(Matrix::Random(d, d));
    return [a, threads] {
        const Eigen::Index share = d / static_cast<Eigen::Index>(threads.value);
        numerics::parallel_for(threads.value, threads, [&](std::size_t thread) {
            const Matrix left = a->middleRows(static_cast<Eigen::Index>(thread) * share, share);
            Matrix product(share, a->cols());
            for (int i = 0; i < 20; ++i) product.noalias() = left * *a;
        });
        return std::vector<double>{20.0 * 2.0 * static_cast<double>(d * d * d)};
    };
}

constexpr std::array tasks = {Task{"pca", principal_variances}, Task{"leading-64", leading_variances},
                              Task{"measure", measure}, Task{"sgemm", sgemm}};

}  // namespace

std::span<const Task> data_tasks() { return tasks; }

}  // namespace eigenflow::bench
