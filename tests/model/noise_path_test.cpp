#include "eigenflow/model/noise_path.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "eigenflow/model/registry.hpp"
#include "long_double.hpp"

using namespace eigenflow;
using model::NoisePath;
using model::PathPoint;
using tests::needs_64_bits;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

struct Signal {
    long double a, s;
};

// The table of THEORY section 2, literally, in 64-bit mantissas.
Signal defined(const std::string& path, long double t) {
    if (path == "ve") return {1.0L, t};
    if (path == "flow") return {t, 1.0L - t};
    const long double quarter = std::numbers::pi_v<long double> / 2.0L;
    if (path == "vp-cosine") return {std::cos(quarter * t), std::sin(quarter * t)};
    const long double a = std::exp(-0.5L * (0.1L * t + 0.5L * 19.9L * t * t));
    return {a, std::sqrt(1.0L - a * a)};
}

// Times well inside of a path: 1e-3 is the nearest that the table's own formulas keep their digits.
std::vector<double> inner_times(const NoisePath& path) {
    if (path.name == "ve") return {1e-6, 0.002, 0.1, 1.0, 80.0, 1e4};
    return {1e-3, 0.01, 0.2, 0.5, 0.77, 0.95, 0.999};
}

// How far f moves when t moves by its own rounding: the conditioning that no evaluation at t can beat.
template <class Field>
double rounding_of_t(const NoisePath& path, double t, Field field) {
    const double above = path.at(NoiseLevel(std::nextafter(t, 2.0 * t))).*field;
    const double below = path.at(NoiseLevel(std::nextafter(t, 0.0))).*field;
    return std::abs(above - below);
}

}  // namespace

TEST_CASE("noise paths: a and s are those of the table" * needs_64_bits()) {
    for (const NoisePath* path : model::noise_paths()) {
        const std::string name(path->name);
        if (name != "ve" && name != "flow" && name != "vp-cosine" && name != "vp-linear") continue;
        for (const double t : inner_times(*path)) {
            const PathPoint p = path->at(NoiseLevel(t));
            const Signal exact = defined(name, t);
            // vp-linear squares t and takes an exponential of up to −10: 5 ε each. cos π/2 t near t = 1 is worth 1 − t.
            const double a_error = std::abs(p.a - static_cast<double>(exact.a));
            CHECK_MESSAGE(a_error <= 12.0 * eps * p.a + rounding_of_t(*path, t, &PathPoint::a), name << " " << t);
            CHECK_MESSAGE(std::abs(p.s - static_cast<double>(exact.s)) <= 12.0 * eps * p.s, name << " " << t);
            CHECK(p.t == t);
        }
    }
}

TEST_CASE("noise paths: variance-preserving paths preserve a² + s² = 1") {
    for (const NoisePath* path : model::noise_paths()) {
        if (!path->name.starts_with("vp-")) continue;
        for (const double t : {0.0, 1e-9, 1e-3, 0.3, 0.9, 1.0}) {
            const PathPoint p = path->at(NoiseLevel(t));
            CHECK(std::abs(p.a * p.a + p.s * p.s - 1.0) <= 4.0 * eps);
        }
    }
}

TEST_CASE("noise paths: da and ds are the derivatives in t") {
    for (const NoisePath* path : model::noise_paths()) {
        for (const double t : inner_times(*path)) {
            const double step = 1e-4 * (path->name == "ve" ? t : std::min(t, 1.0 - t));
            const PathPoint p = path->at(NoiseLevel(t));
            const PathPoint up = path->at(NoiseLevel(t + step));
            const PathPoint down = path->at(NoiseLevel(t - step));
            // Central differences: step²/6 f‴, and |f‴| ≤ 500 |f'| / min(t, 1 − t)² for all four; then rounding of f.
            const double truncation = 500.0 / 6.0 * 1e-8;
            const auto agrees = [&](double slope, double high, double low, double size) {
                const double difference = (high - low) / (2.0 * step);
                return std::abs(difference - slope) <= truncation * std::abs(slope) + 12.0 * eps * size / step;
            };
            CHECK_MESSAGE(agrees(p.da, up.a, down.a, p.a), path->name << " a at " << t);
            CHECK_MESSAGE(agrees(p.ds, up.s, down.s, p.s), path->name << " s at " << t);
        }
    }
}

TEST_CASE("noise paths: the same point by coordinate and by t") {
    for (const NoisePath* path : model::noise_paths()) {
        for (double x = -12.0; x <= 12.0; x += 0.37) {
            const PathPoint by_x = path->at_coordinate(x);
            const double t = by_x.t;
            const PathPoint by_t = path->at(NoiseLevel(t));
            const auto agrees = [&](double PathPoint::*field) {
                const double bound = 16.0 * eps * std::abs(by_x.*field) + 4.0 * rounding_of_t(*path, t, field);
                return std::abs(by_x.*field - by_t.*field) <= bound;
            };
            CHECK_MESSAGE(agrees(&PathPoint::a), path->name << " a at x = " << x);
            CHECK_MESSAGE(agrees(&PathPoint::s), path->name << " s at x = " << x);
            CHECK_MESSAGE(agrees(&PathPoint::da), path->name << " da at x = " << x);
            CHECK_MESSAGE(agrees(&PathPoint::ds), path->name << " ds at x = " << x);
            // s/a itself, to the rounding of e^x at |x| ≤ 12 and of three more operations.
            CHECK(std::abs(std::log(by_x.s / by_x.a) - x) <= 16.0 * eps);
        }
    }
}

TEST_CASE("noise paths: the coordinate is ln(s/a), cut at 40 where a path reaches pure noise or pure data") {
    const auto coordinate = [](const char* path, double t) {
        return model::find_noise_path(path)->coordinate(NoiseLevel(t));
    };
    CHECK(coordinate("ve", 80.0) == std::log(80.0));
    CHECK(coordinate("flow", 0.5) == 0.0);
    CHECK(coordinate("flow", 0.0) == 40.0);
    CHECK(coordinate("flow", 1.0) == -40.0);
    CHECK(coordinate("vp-cosine", 0.0) == -40.0);
    CHECK(coordinate("vp-cosine", 1.0) == 40.0);
    CHECK(coordinate("vp-linear", 0.0) == -40.0);
}

TEST_CASE("noise paths: default ends run from noise to data, with the variance of pure noise") {
    const std::map<std::string, model::PathDefaults> table = {
        {"ve", {80.0, 0.002}}, {"flow", {0.0, 1.0}}, {"vp-cosine", {1.0 - 1e-6, 1e-3}}, {"vp-linear", {1.0, 1e-3}}};
    for (const auto& [name, ends] : table) {
        const NoisePath* path = model::find_noise_path(name);
        REQUIRE(path);
        CHECK(path->default_noise == ends.noise);
        CHECK(path->default_data == ends.data);
        CHECK(model::path_defaults(name).noise == ends.noise);
        CHECK(path->coordinate(NoiseLevel(ends.noise)) > path->coordinate(NoiseLevel(ends.data)));
        CHECK(path->initial_variance(NoiseLevel(ends.noise)) == (name == "ve" ? 6400.0 : 1.0));
    }
}

TEST_CASE("noise paths: the registry finds its names and no others") {
    CHECK(model::path_names().size() == model::noise_paths().size());
    for (const std::string& name : model::path_names()) CHECK(model::find_noise_path(name)->name == name);
    CHECK(model::find_noise_path("vp") == nullptr);
    CHECK(model::find_noise_path("") == nullptr);
}
