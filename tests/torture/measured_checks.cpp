#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "chance.hpp"
#include "coupled_checks.hpp"
#include "dense_moments.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/data/measure_basis.hpp"
#include "eigenflow/data/measure_samples.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "io/npy_bytes.hpp"
#include "io/scratch_directory.hpp"

namespace eigenflow::torture {
namespace {

constexpr std::uint64_t first_stream = std::uint64_t{1} << 33;

std::filesystem::path write_vectors(const ScratchDirectory& scratch, const std::string& name, const std::string& type,
                                    std::size_t rows, std::size_t columns, const std::vector<double>& values) {
    const std::string shape = "(" + std::to_string(rows) + ", " + std::to_string(columns) + ")";
    return scratch.write(name, npy(dictionary(type, false, shape), elements(type, values)));
}

struct Drawn {
    std::string type;
    std::size_t training = 0, samples = 0, dimension = 0;
    double decades = 0.0;  // of the modes' variances
    double offset = 0.0;   // of all means, in largest deviations

    std::string text(std::uint64_t number) const {
        return "scenario=" + std::to_string(number) + " training=" + std::to_string(training) +
               " samples=" + std::to_string(samples) + " dimension=" + std::to_string(dimension) +
               " decades=" + shortest_text(decades) + " offset=" + shortest_text(offset);
    }
};

Drawn draw(Chance& chance) {
    static const std::vector<std::string> types = {"<f8", "<f4", "|u1"};
    Drawn out;
    out.type = chance.of(types);
    out.dimension = 2 + chance.below(31);
    out.training = out.dimension + 2 + chance.below(300);
    out.samples = 2 + chance.below(400);
    out.decades = chance.between(0.0, out.type == "|u1" ? 2.0 : 3.0);
    out.offset = chance.one_in(2) ? chance.log_between(1e-3, out.type == "|u1" ? 1.0 : 10.0) : 0.0;
    return out;
}

// Normal numbers whose deviations fall by decades/2, turned by a reflection, moved, and as the file holds them.
std::vector<double> draw_vectors(Chance& chance, const Drawn& drawn, std::size_t rows, const std::vector<double>& axis,
                                 double moved) {
    const std::size_t d = drawn.dimension;
    std::vector<double> values;
    for (std::size_t i = 0; i < rows; ++i) {
        std::vector<double> x(d);
        double along = 0.0;
        for (std::size_t j = 0; j < d; ++j) {
            x[j] = chance.normal() *
                   std::pow(10.0, -0.5 * drawn.decades * static_cast<double>(j) / static_cast<double>(d - 1));
            along += x[j] * axis[j];
        }
        for (std::size_t j = 0; j < d; ++j) {
            const double v = x[j] - 2.0 * along * axis[j] + moved;
            values.push_back(drawn.type == "<f8"   ? v
                             : drawn.type == "<f4" ? static_cast<double>(static_cast<float>(v))
                                                   : std::clamp(std::round(127.5 + 32.0 * v), 0.0, 255.0));
        }
    }
    return values;
}

std::vector<double> draw_axis(Chance& chance, std::size_t d) {
    std::vector<double> axis(d);
    double square = 0.0;
    for (double& v : axis) {
        v = chance.normal();
        square += v * v;
    }
    for (double& v : axis) v /= std::sqrt(square);
    return axis;
}

// Mean and unbiased covariance by two passes, of bytes after x/127.5 − 1.
struct TwoPasses {
    Vector mean;
    Matrix covariance;

    TwoPasses(const std::vector<double>& values, std::size_t dimension, bool bytes) {
        const auto d = static_cast<Eigen::Index>(dimension);
        const auto n = static_cast<Eigen::Index>(values.size()) / d;
        Matrix x(n, d);
        for (Eigen::Index i = 0; i < n; ++i) {
            for (Eigen::Index j = 0; j < d; ++j) {
                const Real value = values[static_cast<std::size_t>(i * d + j)];
                x(i, j) = bytes ? value / 127.5L - 1 : value;
            }
        }
        mean = x.colwise().sum().transpose() / static_cast<Real>(n);
        x.rowwise() -= mean.transpose();
        covariance = x.transpose() * x / static_cast<Real>(n - 1);
    }
};

void compare(const Drawn& drawn, std::uint64_t number, const TwoPasses& data, const TwoPasses& samples,
             const data::MeasureBasis& basis, const data::SampleMoments& measured, std::size_t leading,
             Record& record) {
    const bool exact = drawn.type == "<f8";
    const double promise = exact ? 1e-12 : 1e-6;
    const std::string unit = exact ? "1e-12" : "1e-6";
    const std::string route = exact ? "float64" : drawn.type == "<f4" ? "float32" : "uint8";
    const auto d = static_cast<Eigen::Index>(drawn.dimension);
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Matrix u = Eigen::Map<const RowMajor>(basis.directions.data(), d, d).cast<Real>();
    const Matrix along = u * samples.covariance * u.transpose();
    const Vector moved = u * (samples.mean - data.mean);
    const auto measure = [&](const std::string& what, Real value, Real expected, Real size, Eigen::Index mode) {
        record.measure({"T-23", route, what, unit, 1.0},
                       static_cast<double>(std::abs(value - expected) / size) / promise,
                       [&] { return drawn.text(number) + " mode=" + std::to_string(mode + 1); });
    };
    for (Eigen::Index k = 0; k < d; ++k) {
        const auto mode = static_cast<std::size_t>(k);
        const Real own = u.row(k) * data.covariance * u.row(k).transpose();
        measure("variance of the training data", basis.spectrum.variances()[mode], own, own, k);
        measure("variance", measured.variance[mode], along(k, k), along(k, k), k);
        // What equal means show, λ̃/n, is what a deviation is read against.
        const Real noise = along(k, k) / static_cast<Real>(drawn.samples) + own / static_cast<Real>(drawn.training);
        measure("deviation of the mean", measured.mean_deviation[mode], moved[k] * moved[k],
                std::max(moved[k] * moved[k], noise), k);
        measure("noise of the mean", measured.mean_variance[mode], along(k, k) / static_cast<Real>(drawn.samples),
                along(k, k) / static_cast<Real>(drawn.samples), k);
    }
    const auto chi = [&](Eigen::Index modes) {
        const Matrix block = along.topLeftCorner(modes, modes);
        return Real(block.diagonal().squaredNorm() / block.squaredNorm());
    };
    measure("alignment", measured.chi, chi(d), chi(d), 0);
    const Real of_leading = chi(static_cast<Eigen::Index>(leading));
    measure("alignment of the leading modes", measured.leading_chi, of_leading, of_leading, 0);
}

}  // namespace

Record torture_measured(std::uint64_t seed, std::uint64_t number) {
    Record record;
    Chance chance(seed, first_stream + number);
    const Drawn drawn = draw(chance);
    const std::vector<double> axis = draw_axis(chance, drawn.dimension);
    const std::vector<double> training = draw_vectors(chance, drawn, drawn.training, axis, drawn.offset);
    const double moved = chance.one_in(2) ? chance.log_between(1e-3, 1.0) : 0.0;
    const std::vector<double> turned = chance.one_in(2) ? draw_axis(chance, drawn.dimension) : axis;
    const std::vector<double> samples = draw_vectors(chance, drawn, drawn.samples, turned, drawn.offset + moved);
    const ScratchDirectory scratch;
    const auto of_data = write_vectors(scratch, "data.npy", drawn.type, drawn.training, drawn.dimension, training);
    const auto of_samples = write_vectors(scratch, "samples.npy", drawn.type, drawn.samples, drawn.dimension, samples);
    const auto refused = [&](const Error& error) {
        record.count("measured: refused: " + error.message);
        record.refute("measured samples that are refused", [&] { return drawn.text(number) + ": " + error.message; });
    };
    const auto opened_data = scenario::open_vectors(of_data);
    if (!opened_data) return refused(opened_data.error()), record;
    const auto opened = scenario::open_vectors(of_samples);
    if (!opened) return refused(opened.error()), record;
    const auto basis = data::principal_basis(opened_data->source, {}, Threads(1));
    if (!basis) return refused(basis.error()), record;
    const std::size_t leading = data::leading_modes(*basis, 0.9);
    const auto measured =
        data::measure_samples(opened->source, *basis, {leading, opened->single_precision, 1}, Threads(1));
    if (!measured) return refused(measured.error()), record;
    record.count("measured: files");
    const bool bytes = drawn.type == "|u1";
    compare(drawn, number, TwoPasses(training, drawn.dimension, bytes), TwoPasses(samples, drawn.dimension, bytes),
            *basis, *measured, leading, record);
    return record;
}

}  // namespace eigenflow::torture
