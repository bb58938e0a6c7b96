#include "coupled_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "coupled_scenario.hpp"
#include "dense_flow.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/dynamics/simulate_matrix.hpp"

namespace eigenflow::torture {
namespace {

// A Gaussian in the data's eigenframe.
struct Gaussian {
    Matrix covariance;
    Vector mean;
};

// How finely a reference is made.
struct Fineness {
    Real series = 1e-14L;
    DenseFlowOptions flow = {};
};
const Fineness finer = {1e-17L, {.tail = 1e-13L, .turn = 2, .longest = 0.5L, .most_panels = 4000}};

class Reference {
public:
    Reference(const CoupledScenario& s, const Fineness& fineness)
        : s_(s), fineness_(fineness), objective_(s.problem.objective.spec(), 40) {
        if (!s.shared()) return;
        average_ = average_moments(objective_);
        shared_ = dense_weights(s.problem, *average_, s.progress, fineness.series);
    }

    // [W b] for every time; nothing where the series gave up.
    std::vector<Matrix> weights(const ExactLevel& level) const {
        return shared_ ? *shared_ : dense_weights(s_.problem, moments_at(level), s_.progress, fineness_.series);
    }
    std::vector<Matrix> weights_at(double t) const { return weights(objective_.at(objective_.coordinate(t))); }
    // Of the terms of weights at τ, beside what they are and were.
    Real optimum_at(double t) const {
        const Vector lambda = vector_of(s_.problem.lambda);
        const Vector mu = s_.problem.mean.empty() ? Vector(Vector::Zero(lambda.size())) : vector_of(s_.problem.mean);
        return optimum_size(average_ ? *average_ : moments_at(objective_.at(objective_.coordinate(t))), lambda, mu);
    }

    // What is generated, for every time.
    std::vector<Gaussian> generated() const {
        const Exact from = objective_.coordinate(s_.problem.noise.value);
        const Exact to = objective_.coordinate(s_.problem.data.value);
        const auto drift = [&](Real x) { return drift_at(x); };
        std::vector<Gaussian> out;
        const Real start = objective_.spec().path == "ve" ? Real(s_.problem.noise.value) : Real(1);
        const Real scale = 1 / objective_.at(to).a.convert_to<Real>();
        for (const Matrix& state : dense_flow(drift, from.convert_to<Real>(), to.convert_to<Real>(), fineness_.flow)) {
            const Matrix map = start * scale * state.leftCols(state.rows());
            const Vector moved = state.rightCols(1);
            out.push_back({map * map.transpose(), scale * moved});
        }
        return out;
    }

private:
    // dx/d(coordinate) = (r0 + r1 W) x + r1 b/c_in   (T-11)
    std::vector<Matrix> drift_at(Real x) const {
        const ExactLevel level = objective_.at(Exact(x));
        const Exact rate_start = level.rate(0);
        const Exact rate_gain = level.rate(1) - rate_start;
        const Real gain = rate_gain.convert_to<Real>();
        const Real of_bias = Exact(rate_gain / level.c_in).convert_to<Real>();
        std::vector<Matrix> out = weights(level);
        for (Matrix& drift : out) {
            const Eigen::Index d = drift.rows();
            drift.leftCols(d) *= gain;
            drift.diagonal().array() += rate_start.convert_to<Real>();
            drift.col(d) *= of_bias;
        }
        return out;
    }

    const CoupledScenario& s_;
    Fineness fineness_;
    ExactObjective objective_;
    std::optional<DenseMoments> average_;
    std::optional<std::vector<Matrix>> shared_;
};

// A reason without the coordinate at which it was met.
std::string without_numbers(const std::string& reason) {
    std::istringstream words(reason);
    std::string out;
    for (std::string word; words >> word;) {
        if (word.find_first_of("0123456789") == std::string::npos) out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

class Comparison {
public:
    Comparison(const CoupledScenario& s, Record& record) : s_(s), record_(record) {
        promise_ = s.layers() ? 1e-9 : 1e-10;
        route_ = s.problem.layers.architecture;
        if (s.problem.layers.width < s.problem.modes()) route_ += " of lower rank";
        if (s.problem.has_bias()) route_ += " with a mean";
    }

    std::string at(std::size_t time, std::size_t mode) const {
        return s_.text() + " mode=" + std::to_string(mode + 1) + " lambda=" + shortest_text(s_.problem.lambda[mode]) +
               " tau=" + shortest_text(s_.tau[time]);
    }

    void weight(const char* what, double value, Real expected, Real size, std::size_t time, std::size_t mode,
                double level) {
        const char* tag = s_.descent() ? "T-10" : s_.layers() ? "T-20" : "T-18";
        record_.measure({tag, route_, what, unit(), 1.0}, off(value, expected, size),
                        [&] { return at(time, mode) + " noise_level=" + shortest_text(level); });
    }

    // A row of status ok: ln λ̃, the covariance with the modes before, the mean.
    void row(std::size_t time, std::size_t mode, const Gaussian& made, const Gaussian& expected) {
        compare(time, mode, made, expected, route_, 1.0);
    }
    // What is held against the library has a hundredth of its promise to be off by.
    void reference(std::size_t time, std::size_t mode, const Gaussian& made, const Gaussian& fine) {
        compare(time, mode, made, fine, s_.layers() ? "reference of layers" : "reference of one layer", 0.01);
    }

    // A failure of a mode that the manifest names: counted by its reason, wherever it was.
    void failed(const dynamics::RouteFailure& failure) {
        constexpr double any = std::numeric_limits<double>::infinity();
        const std::string name = without_numbers(failure.reason);
        record_.count("coupled: failed: " + name);
        record_.measure({"", route_, "coupled modes failed: " + name, "modes", any}, 1.0,
                        [&] { return at(0, failure.mode) + " failed at tau=" + shortest_text(failure.tau); });
    }

private:
    void compare(std::size_t time, std::size_t mode, const Gaussian& made, const Gaussian& expected,
                 const std::string& route, double bound) {
        const auto k = static_cast<Eigen::Index>(mode);
        const auto where = [&] { return at(time, mode); };
        const Real log_variance = std::log(expected.covariance(k, k));
        const Real larger = std::max(Real(1), std::abs(log_variance));
        record_.measure({"T-19", route, "ln of variance", unit(), bound},
                        off(static_cast<double>(std::log(made.covariance(k, k)) - log_variance), 0, larger), where);
        const Real deviation = std::sqrt(expected.covariance(k, k));
        for (Eigen::Index j = 0; j < k; ++j) {
            const Real other = expected.covariance(j, j);
            const Real size = deviation * std::sqrt(other) * std::max(larger, std::abs(std::log(other)));
            record_.measure({"T-19", route, "covariance", unit(), bound},
                            off(static_cast<double>(made.covariance(j, k) - expected.covariance(j, k)), 0, size),
                            where);
        }
        if (!s_.problem.has_bias()) return;
        Real squares = deviation * deviation + expected.mean[k] * expected.mean[k];
        for (const double mean : s_.problem.mean) squares += Real(mean) * mean;
        record_.measure({"T-19", route, "mean", unit(), bound},
                        off(static_cast<double>(made.mean[k] - expected.mean[k]), 0, larger * std::sqrt(squares)),
                        where);
    }

    std::string unit() const { return s_.layers() ? "1e-9" : "1e-10"; }
    double off(double value, Real expected, Real size) const {
        return static_cast<double>(std::abs(value - expected) / size) / promise_;
    }

    const CoupledScenario& s_;
    Record& record_;
    double promise_ = 1e-10;
    std::string route_;
};

struct Simulated {
    dynamics::MatrixRequest request;
    dynamics::MatrixSimulation simulation;
    std::vector<Gaussian> generated;
};

std::optional<Simulated> simulated(const CoupledScenario& s, Record& record) {
    const model::NoisePath& path = s.problem.objective.path();
    const double middle =
        s.problem.objective.at_coordinate(0.5 * (path.coordinate(s.problem.noise) + path.coordinate(s.problem.data))).t;
    Simulated out{.request = {.problem = s.problem,
                              .sampling = {},
                              .tau = s.tau,
                              .noise_levels = {s.problem.noise.value, middle, s.problem.data.value},
                              .weight_modes = {}},
                  .simulation = {},
                  .generated = std::vector<Gaussian>(s.tau.size())};
    for (std::size_t k = 0; k < s.problem.modes(); ++k) out.request.weight_modes.push_back(k);
    const auto d = static_cast<Eigen::Index>(s.problem.modes());
    out.request.visit = [&](std::size_t i, std::span<const double> covariance, std::span<const double> mean) {
        out.generated[i] = {matrix_of({covariance.begin(), covariance.end()}, d, d),
                            vector_of({mean.begin(), mean.end()})};
    };
    auto simulation = dynamics::simulate_matrix(out.request);
    if (!simulation) {
        record.count("coupled: refused: " + simulation.error().message);
        return {};
    }
    out.simulation = std::move(*simulation);
    return out;
}

void compare_weights(const CoupledScenario& s, const Simulated& done, const Reference& reference,
                     Comparison& comparison, Record& record) {
    const auto& rows = done.simulation.modes.weights;
    const auto d = static_cast<Eigen::Index>(s.problem.modes());
    for (std::size_t level = 0; level < rows.noise_levels.size(); ++level) {
        const double t = rows.noise_levels[level];
        const std::vector<Matrix> expected = reference.weights_at(t);
        if (expected.empty()) return record.count("coupled: weights without a reference");
        const Real optimum = reference.optimum_at(t);
        for (std::size_t i = 0; i < s.tau.size(); ++i) {
            const Real size = std::max({optimum, expected[0].cwiseAbs().maxCoeff(), expected[i].cwiseAbs().maxCoeff()});
            for (std::size_t k = 0; k < s.problem.modes(); ++k) {
                const std::size_t row = rows.row(i, level, k);
                const auto j = static_cast<Eigen::Index>(k);
                comparison.weight("coupled weight", rows[row].weight, expected[i](j, j), size, i, k, t);
                if (!s.problem.has_bias()) continue;
                comparison.weight("bias beside it", done.simulation.biases[row].bias, expected[i](j, d), size, i, k, t);
            }
        }
    }
}

}  // namespace

Record torture_coupled(std::uint64_t seed, std::uint64_t number) {
    Record record;
    record.count("coupled: drawn");
    const auto drawn = draw_coupled_scenario(seed, number);
    if (!drawn) return record.count("coupled: refused: " + drawn.error().message), record;
    const CoupledScenario& s = *drawn;
    const auto done = simulated(s, record);
    if (!done) return record;
    Comparison comparison(s, record);
    const Reference reference(s, {});
    compare_weights(s, *done, reference, comparison, record);
    const std::vector<Gaussian> expected = reference.generated();
    if (expected.empty()) return record.count("coupled: without a reference"), record;
    for (const auto& failure : done->simulation.modes.failures) comparison.failed(failure);
    for (std::size_t i = 0; i < s.tau.size(); ++i) {
        for (std::size_t k = 0; k < s.problem.modes(); ++k) {
            record.count("coupled: points");
            if (done->generated[i].mean.size() == 0) continue;  // failed, and counted
            if (done->simulation.modes.imprecise(i, k)) {
                record.count("coupled: imprecise");
            } else {
                comparison.row(i, k, done->generated[i], expected[i]);
            }
        }
    }
    if (number % 15 != 7) return record;
    const std::vector<Gaussian> fine = Reference(s, finer).generated();
    if (fine.empty()) return record;
    for (std::size_t i = 0; i < s.tau.size(); ++i) {
        for (std::size_t k = 0; k < s.problem.modes(); ++k) {
            comparison.reference(i, k, expected[i], fine[i]);
        }
    }
    return record;
}

}  // namespace eigenflow::torture
