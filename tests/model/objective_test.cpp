#include "eigenflow/model/objective.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "every_objective.hpp"
#include "long_double.hpp"

using namespace eigenflow;
using model::NoiseTerms;
using model::Objective;
using model::ObjectiveSpec;
using tests::every_objective;
using tests::name_of;
using tests::needs_64_bits;

namespace {

using Wide = long double;
constexpr double eps = std::numeric_limits<double>::epsilon();

// x_t = a x0 + s z and y = u x0 + v z at one noise level, with the preconditioner of EDM's table 1.
struct Regression {
    Wide a, s, da, ds, u, v;
    Wide c_in = 1.0L, c_out = 1.0L, c_skip = 0.0L;

    Regression(const ObjectiveSpec& spec, const model::PathPoint& p) : a(p.a), s(p.s), da(p.da), ds(p.ds) {
        u = spec.target == "noise" ? 0.0L : spec.target == "v" ? -s : 1.0L;
        v = spec.target == "noise" ? 1.0L : spec.target == "v" ? a : spec.target == "velocity" ? -1.0L : 0.0L;
        if (spec.preconditioning == "none") return;
        const Wide d2 = static_cast<Wide>(spec.sigma_data) * spec.sigma_data;
        c_skip = d2 / (s * s + d2);
        c_out = s * std::sqrt(d2 / (s * s + d2));
        c_in = 1.0L / std::sqrt(s * s + d2);
    }
    // Regress (y − c_skip x)/c_out on c_in x: E[in²] and E[in · out], with E[x0²] = λ, E[z²] = 1.
    Wide curvature(Wide lambda) const { return c_in * c_in * (a * a * lambda + s * s); }
    Wide cross_moment(Wide lambda) const {
        return c_in * (a * (u - c_skip * a) * lambda + s * (v - c_skip * s)) / c_out;
    }
    // The size of what cancels in m.
    Wide cross_size(Wide lambda) const {
        return c_in * (std::abs(a * (u - c_skip * a)) * lambda + std::abs(s * (v - c_skip * s))) / c_out;
    }
};

std::vector<double> times(const std::string& path) {
    return path == "ve" ? std::vector<double>{0.002, 0.03, 0.5, 3.0, 80.0}
                        : std::vector<double>{1e-3, 0.1, 0.4, 0.5, 0.9, 0.999};
}

template <class Body>
void everywhere(const Body& body) {
    for (const ObjectiveSpec& spec : every_objective()) {
        const auto objective = Objective::create(spec);
        REQUIRE(objective);
        for (const double t : times(spec.path)) {
            INFO(name_of(spec) << " t = " << t);
            body(*objective, t, Regression(spec, objective->path().at(NoiseLevel(t))));
        }
    }
}

double apart(double value, Wide exact) { return static_cast<double>(std::abs(static_cast<Wide>(value) - exact)); }

}  // namespace

TEST_CASE("T-1 moments are those of the regression, for every target, path and preconditioning" * needs_64_bits()) {
    everywhere([](const Objective& objective, double t, const Regression& exact) {
        const NoiseTerms at = objective.at(NoiseLevel(t));
        for (const double lambda : {0.0, 1e-9, 1e-3, 0.25, 1.0, 17.0, 1e6}) {
            // Six roundings in a coefficient, two in h0 + h1 λ.
            CHECK(apart(at.curvature(lambda), exact.curvature(lambda)) <= 8.0 * eps * at.curvature(lambda));
            CHECK(apart(at.cross_moment(lambda), exact.cross_moment(lambda)) <=
                  10.0 * eps * static_cast<double>(exact.cross_size(lambda)));
            CHECK(apart(at.omega, exact.c_out * exact.c_out) <= 6.0 * eps * at.omega);
            const Wide optimum = exact.cross_moment(lambda) / exact.curvature(lambda);
            CHECK(apart(at.optimum(lambda), optimum) <=
                  20.0 * eps * static_cast<double>(exact.cross_size(lambda) / exact.curvature(lambda)));
        }
    });
}

TEST_CASE("T-1 edm: the cross moment changes sign at the variance sigma_data^2, without cancellation in c_skip") {
    for (const double sigma_data : {0.5, 0.3, 2.0}) {
        const auto objective = Objective::create({.preconditioning = "edm", .sigma_data = sigma_data});
        REQUIRE(objective);
        const double lambda = sigma_data * sigma_data;
        for (const double sigma : {1e-4, 0.002, 1.0, 80.0, 1e4}) {  // at 1e-4, 1 − c_skip by subtraction keeps 8 digits
            const NoiseTerms at = objective->at(NoiseLevel(sigma));
            const double size = std::abs(at.m0) + at.m1 * lambda;
            CHECK(std::abs(at.cross_moment(lambda)) <= 8.0 * eps * size);
            CHECK(at.cross_moment(lambda * (1.0 - 20.0 * eps)) < 0.0);
            CHECK(at.cross_moment(lambda * (1.0 + 20.0 * eps)) > 0.0);
            // m = (c_in/c_out) σ² (λ − σ_d²)/(σ² + σ_d²), whose coefficient of λ is σ/(σ_d (σ² + σ_d²)).
            const Wide slope =
                static_cast<Wide>(sigma) /
                (static_cast<Wide>(sigma_data) * (static_cast<Wide>(sigma) * sigma + static_cast<Wide>(lambda)));
            CHECK(apart(at.m1, slope) <= 10.0 * eps * at.m1);
        }
    }
}

TEST_CASE("T-1 noise prediction and data prediction have Wiener filters for optima") {
    const auto denoise = Objective::create({});
    const auto noise = Objective::create({.target = "noise"});
    for (const double sigma : {0.002, 1.0, 80.0}) {
        for (const double lambda : {1e-6, 1.0, 100.0}) {
            const Wide total = static_cast<Wide>(lambda) + static_cast<Wide>(sigma) * sigma;
            CHECK(apart(denoise->at(NoiseLevel(sigma)).optimum(lambda), lambda / total) <= 6.0 * eps);
            CHECK(apart(noise->at(NoiseLevel(sigma)).optimum(lambda), sigma / total) <=
                  6.0 * eps * sigma / static_cast<double>(total));
        }
    }
}

TEST_CASE("T-1 no data at no noise: nothing to learn, and no NaN") {
    const auto flow = Objective::create({.path = "flow", .target = "velocity"});
    CHECK(flow->at(NoiseLevel(1.0)).optimum(0.0) == 0.0);
}

TEST_CASE("T-11 reads data and noise off from x and F, which add up to both again") {
    everywhere([](const Objective& objective, double t, const Regression& e) {
        const NoiseTerms at = objective.at(NoiseLevel(t));
        for (const double w : {-1.0, 0.0, 0.3, 1.0, 5.0}) {
            const Wide x0 = static_cast<Wide>(at.x0_start) + static_cast<Wide>(at.x0_gain) * w;
            const Wide z = static_cast<Wide>(at.z_start) + static_cast<Wide>(at.z_gain) * w;
            const Wide f = e.c_skip + e.c_out * e.c_in * w;
            const double x0_size = std::abs(at.x0_start) + std::abs(at.x0_gain * w);
            const double z_size = std::abs(at.z_start) + std::abs(at.z_gain * w);
            const double a = static_cast<double>(e.a);
            const double s = static_cast<double>(e.s);
            const double u = std::abs(static_cast<double>(e.u));
            const double v = std::abs(static_cast<double>(e.v));
            CHECK(static_cast<double>(std::abs(e.a * x0 + e.s * z - 1.0L)) <= 10.0 * eps * (a * x0_size + s * z_size));
            CHECK(static_cast<double>(std::abs(e.u * x0 + e.v * z - f)) <= 10.0 * eps * (u * x0_size + v * z_size));
        }
    });
}

TEST_CASE("T-11 rates are r0 and r1 of the table" * needs_64_bits()) {
    everywhere([](const Objective& objective, double t, const Regression& e) {
        const NoiseTerms at = objective.at(NoiseLevel(t));
        const Wide determinant = e.a * e.v - e.s * e.u;
        const Wide r0 = (e.da * e.v - e.ds * e.u) / determinant;
        const Wide r1 = (e.ds * e.a - e.da * e.s) / determinant;
        // rate = a' x̂0 + s' ẑ: the two may cancel.
        const double start_size = static_cast<double>(std::abs(e.da * at.x0_start) + std::abs(e.ds * at.z_start));
        const double gain_size = static_cast<double>(std::abs(e.da * at.x0_gain) + std::abs(e.ds * at.z_gain));
        CHECK(apart(at.rate_start, r0 + r1 * e.c_skip) <= 12.0 * eps * start_size);
        CHECK(apart(at.rate_gain, r1 * e.c_out * e.c_in) <= 12.0 * eps * gain_size);
    });
}

TEST_CASE("T-11 stretch is dt over d ln(s/a)") {
    for (const model::NoisePath* path : model::noise_paths()) {
        const auto objective = Objective::create({.path = std::string(path->name)});
        REQUIRE(objective);
        for (double x = -9.0; x <= 9.0; x += 0.5) {
            constexpr double step = 1e-4;
            const double up = objective->at_coordinate(x + step).t;
            const double down = objective->at_coordinate(x - step).t;
            const double slope = objective->at_coordinate(x).stretch;
            // step²/6 of the third derivative, at most 10 times the first; rounding of t.
            CHECK_MESSAGE(std::abs((up - down) / (2.0 * step) - slope) <=
                              10.0 / 6.0 * step * step * std::abs(slope) + 8.0 * eps * up / step,
                          path->name << " x = " << x);
        }
    }
}

TEST_CASE("T-1 at_coordinate and at agree at the same point") {
    for (const ObjectiveSpec& spec : every_objective()) {
        const auto objective = Objective::create(spec);
        for (double x = -6.0; x <= 6.0; x += 0.61) {
            const NoiseTerms by_x = objective->at_coordinate(x);
            const NoiseTerms by_t = objective->at(NoiseLevel(by_x.t));
            // a and s differ by the rounding of t: ε t/(1 − t), at most 400 ε on flow for |x| ≤ 6, 40 times that for
            // the 20 of vp-linear's exponent.
            const double bound = (spec.path == "ve" ? 20.0 : 16'000.0) * eps;
            for (const double lambda : {1e-3, 1.0, 50.0}) {
                INFO(name_of(spec) << " x = " << x << " lambda = " << lambda);
                CHECK(by_t.curvature(lambda) == doctest::Approx(by_x.curvature(lambda)).epsilon(bound));
                const double size = std::abs(by_x.m0) + std::abs(by_x.m1) * lambda;
                CHECK(std::abs(by_t.cross_moment(lambda) - by_x.cross_moment(lambda)) <= bound * size);
                CHECK(by_t.rate_gain == doctest::Approx(by_x.rate_gain).epsilon(bound));
                CHECK(by_t.stretch == doctest::Approx(by_x.stretch).epsilon(bound));
            }
        }
    }
}

TEST_CASE("T-15 log_optimal_variance in 64-bit mantissas") {
    for (const ObjectiveSpec& spec : every_objective()) {
        const auto objective = Objective::create(spec);
        const model::PathDefaults ends = model::path_defaults(spec.path);
        const auto point = [&](double t) { return objective->path().at(NoiseLevel(t)); };
        const model::PathPoint n = point(ends.noise);
        const model::PathPoint d = point(ends.data);
        for (const double lambda : {1e-12, 1e-3, 1.0, 173.0, 1e9}) {
            const Wide at_noise = static_cast<Wide>(n.a) * n.a * lambda + static_cast<Wide>(n.s) * n.s;
            const Wide at_data = static_cast<Wide>(d.a) * d.a * lambda + static_cast<Wide>(d.s) * d.s;
            const Wide start = spec.path == "ve" ? static_cast<Wide>(ends.noise) * ends.noise : 1.0L;
            const Wide exact = std::log(start * at_data / at_noise / (static_cast<Wide>(d.a) * d.a));
            const double value = objective->log_optimal_variance(lambda, NoiseLevel(ends.noise), NoiseLevel(ends.data));
            CHECK(apart(value, exact) <= 8.0 * eps * (1.0 + std::abs(value)));
        }
    }
}
