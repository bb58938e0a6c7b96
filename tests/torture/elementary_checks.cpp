#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "eigenflow/analysis/distance.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "eigenflow/numerics/random.hpp"
#include "estimators/normal_tail.hpp"
#include "exact_checks.hpp"

namespace eigenflow::torture {
namespace {

using numerics::RandomStream;

double log_uniform(RandomStream& stream, double low, double high) {
    return std::exp(std::log(low) + (std::log(high) - std::log(low)) * stream.uniform());
}

void compare(const char* tag, const char* name, double bound, double x, double value, const Exact& exact,
             Record& record) {
    record.measure({tag, "function", name, "ulp", bound}, ulps(value, exact, static_cast<double>(exact)),
                   [&] { return "x=" + shortest_text(x); });
}

template <class Function>
double of_one(const Function& function, double x) {
    function(std::span(&x, 1));
    return x;
}

void check_exponentials(RandomStream& stream, Record& record) {
    const double x = stream.below(2) == 0 ? log_uniform(stream, 1e-20, 709.78) : -log_uniform(stream, 1e-20, 708.39);
    compare("T-3", "e^x", 2.0, x, of_one(numerics::exponentials, x), exp(Exact(x)), record);
    const double low = -700.0 - 46.0 * stream.uniform();  // e^-745.2 is the last that is not 0
    compare("T-12", "e^x down to denormal numbers", 2.0, low, of_one(numerics::exponentials_to_denormal, low),
            exp(Exact(low)), record);
    const double fading = -log_uniform(stream, 1e-20, 708.39);
    double left = fading;
    double done = 0.0;
    numerics::relaxations({&left, 1}, {&done, 1});
    compare("T-4", "1 - e^x for x < 0", 2.0, fading, done, -expm1(Exact(fading)), record);
    compare("T-4", "e^x beside it", 2.0, fading, left, exp(Exact(fading)), record);
    const double z = stream.below(3) == 0 ? log_uniform(stream, 0.5, 2.0) : log_uniform(stream, 1e-300, 1e300);
    compare("T-11", "ln x", 2.0, z, of_one(numerics::logarithms, z), log(Exact(z)), record);
}

Exact exact_erfc(const Exact& x) {
    Exact out;
    mpfr_erfc(out.backend().data(), x.backend().data(), MPFR_RNDN);
    return out;
}

// ln Q(z) and φ(z)/Q(z), Q(z) = ½ erfc(z/√2)
void check_tails(RandomStream& stream, Record& record) {
    const double z = stream.below(2) == 0 ? log_uniform(stream, 1e-10, 1e4) : -log_uniform(stream, 1e-10, 37.0);
    double log_probability = 0.0;
    double hazard = 0.0;
    analysis::normal_tails({&z, 1}, {&log_probability, 1}, {&hazard, 1});
    const Exact x(z);
    const Exact beyond = exact_erfc(abs(x) / sqrt(Exact(2))) / 2;
    const Exact probability = z < 0.0 ? Exact(1 - beyond) : beyond;
    const Exact density = exp(-x * x / 2) / sqrt(8 * atan(Exact(1)));
    // Below 0 both are as small as e^(−z²/2), whose exponent has been rounded.
    const double exponent = z < 0.0 ? 1.0 + z * z / 2.0 : 1.0;
    const auto measure = [&](const char* name, double value, const Exact& exact) {
        record.measure({"T-21", "function", name, "ulp; for z < 0 times 1 + z^2/2", 16.0},
                       ulps(value, exact, static_cast<double>(exact)) / exponent,
                       [&] { return "z=" + shortest_text(z); });
    };
    measure("ln of a normal tail", log_probability, z < 0.0 ? Exact(log1p(-beyond)) : Exact(log(beyond)));
    measure("hazard of a normal tail", hazard, density / probability);
}

void check_distances(RandomStream& stream, Record& record) {
    constexpr std::size_t modes = 8;
    std::array<double, modes> generated{}, target{};
    const double apart = log_uniform(stream, 1e-14, 10.0);
    for (std::size_t k = 0; k < modes; ++k) {
        target[k] = log_uniform(stream, 1e-12, 1e6);
        generated[k] = target[k] * std::exp(apart * (2.0 * stream.uniform() - 1.0));
    }
    Exact kl = 0;
    Exact w2 = 0;
    for (std::size_t k = 0; k < modes; ++k) {
        const Exact x = (Exact(generated[k]) - target[k]) / target[k];
        const Exact root = sqrt(Exact(generated[k])) - sqrt(Exact(target[k]));
        kl += (x - log1p(x)) / 2;
        w2 += root * root;
    }
    const auto measure = [&](const char* name, const char* unit, double bound, double value, const Exact& exact,
                             double per) {
        record.measure({"T-22", "function", name, unit, bound}, ulps(value, exact, static_cast<double>(exact)) / per,
                       [&] { return "apart=" + shortest_text(apart) + " lambda_1=" + shortest_text(target[0]); });
    };
    measure("KL divergence", "ulp a mode", 32.0, analysis::kl_divergence(generated, target), kl, modes);
    measure("Wasserstein distance", "ulp", 8.0, analysis::wasserstein_distance(generated, target), sqrt(w2), 1.0);
}

// Weights and distances from the optimum of depth ≥ 3, for the h, m and ω of a noise level.
void check_universal_curve(RandomStream& stream, Record& record) {
    constexpr std::size_t modes = 5;
    std::vector<double> lambda(modes), init(modes);
    for (double& v : lambda) v = log_uniform(stream, 1e-12, 1e6);
    std::sort(lambda.rbegin(), lambda.rend());
    for (double& q : init) q = log_uniform(stream, 1e-12, 2.0);
    model::NetworkSpec spec;
    spec.architecture = "deep";
    spec.depth = 3 + static_cast<int>(stream.below(6));
    spec.init = init;
    const auto network = model::make_network(spec, *data::Spectrum::principal(lambda));
    const auto objective = model::Objective::create({});
    const model::NoiseTerms at = objective->at(NoiseLevel(log_uniform(stream, 1e-5, 1e4)));
    const double eta_tau = log_uniform(stream, 1e-8, 1e12);
    std::array<double, modes> weight{}, deviation{};
    const auto clock = model::TrainingClock::flow(eta_tau);
    (*network)->weights(at, clock, {0, modes}, weight);
    (*network)->deviations(at, clock, {0, modes}, deviation);
    for (std::size_t k = 0; k < modes; ++k) {
        ExactMode mode;
        mode.architecture = "deep";
        mode.depth = spec.depth;
        mode.start = init[k];
        mode.eta_tau = eta_tau;
        const Exact m = Exact(at.m0) + Exact(at.m1) * lambda[k];
        const ExactMoments of = {Exact(at.h0) + Exact(at.h1) * lambda[k], m, at.omega, m};
        const ExactWeight exact = exact_weight(mode, of);
        const ExactSlopes slope = exact_slopes(mode, of);
        const double least = std::max(1e-80 * static_cast<double>(m / of.h), std::numeric_limits<double>::min());
        const auto measure = [&](const char* name, double value, const Exact& wanted, const Exact& steepness) {
            const double unit = epsilon * static_cast<double>(abs(wanted) + steepness);
            record.measure({"T-6", "function", name, "epsilon of itself and times its slope", 80.0},
                           static_cast<double>(abs(Exact(value) - wanted)) / std::max(unit, least), [&] {
                               return "depth=" + std::to_string(spec.depth) + " lambda=" + shortest_text(lambda[k]) +
                                      " Q=" + shortest_text(init[k]) + " tau=" + shortest_text(eta_tau) +
                                      " noise_level=" + shortest_text(at.t);
                           });
        };
        measure("universal curve: weight", weight[k], exact.value, slope.value);
        measure("universal curve: distance from the optimum", deviation[k], exact.deviation, slope.deviation);
    }
}

}  // namespace

void check_elementary(std::uint64_t seed, std::size_t number, Record& record) {
    RandomStream stream(seed, 5);
    for (std::size_t i = 0; i < number; ++i) {
        check_exponentials(stream, record);
        check_tails(stream, record);
        check_distances(stream, record);
        if (i % 50 == 0) check_universal_curve(stream, record);
    }
}

}  // namespace eigenflow::torture
