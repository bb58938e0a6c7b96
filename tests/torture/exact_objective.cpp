#include "exact_objective.hpp"

#include <boost/math/constants/constants.hpp>

namespace eigenflow::torture {
namespace {

const Exact pi = boost::math::constants::pi<Exact>();
const Exact beta_0 = Exact(1) / 10;
const Exact beta_1 = 20;

Exact lognormal(const Exact& sigma, const model::ObjectiveSpec& spec) {
    const Exact z = (log(sigma) - Exact(spec.P_mean)) / Exact(spec.P_std);
    return exp(-z * z / 2) / (sigma * Exact(spec.P_std) * sqrt(2 * pi));
}

}  // namespace

Exact ExactObjective::coordinate(double t) const { return coordinate_of(Exact(t)); }

Exact ExactObjective::coordinate_of(const Exact& t) const {
    if (spec_.path == "ve") return log(t);
    if (spec_.path == "flow") {
        if (t == 0) return farthest_;
        if (t == 1) return -farthest_;
        return log((1 - t) / t);
    }
    if (spec_.path == "vp-cosine") return log(tan(pi * t / 2));
    return log(expm1(beta_0 * t + (beta_1 - beta_0) * t * t / 2)) / 2;
}

ExactLevel ExactObjective::at(const Exact& x) const {
    ExactLevel level;
    if (spec_.path == "ve") {
        level.a = 1;
        level.s = exp(x);
        level.a_slope = 0;
        level.s_slope = level.s;
        level.t_slope = level.s;
    } else if (spec_.path == "flow") {
        level.a = 1 / (1 + exp(x));
        level.s = 1 / (1 + exp(-x));
        level.a_slope = -level.a * level.s;
        level.s_slope = level.a * level.s;
        level.t_slope = -level.a * level.s;
    } else {
        const Exact ratio2 = exp(2 * x);
        level.a = 1 / sqrt(1 + ratio2);
        level.s = 1 / sqrt(1 + 1 / ratio2);
        level.a_slope = -level.s * level.s * level.a;
        level.s_slope = level.a * level.a * level.s;
        // s = sin(πt/2);  or a = exp(−B/2), dB/dt = β = √(β0² + 2(β1 − β0) B)
        level.t_slope = spec_.path == "vp-cosine"
                            ? 2 / pi * level.s * level.a
                            : 2 * level.s * level.s / sqrt(beta_0 * beta_0 - 4 * (beta_1 - beta_0) * log(level.a));
    }
    level.u = spec_.target == "noise" ? Exact(0) : spec_.target == "v" ? Exact(-level.s) : Exact(1);
    level.v = spec_.target == "noise" ? Exact(1)
              : spec_.target == "v"   ? level.a
                                      : Exact(spec_.target == "velocity" ? -1 : 0);
    const Exact data = spec_.sigma_data;
    const Exact total = level.s * level.s + data * data;
    const bool edm = spec_.preconditioning == "edm";
    level.c_skip = edm ? Exact(data * data / total) : Exact(0);
    level.c_out = edm ? Exact(level.s * data / sqrt(total)) : Exact(1);
    level.c_in = edm ? Exact(1 / sqrt(total)) : Exact(1);
    level.omega = weighting(level) * level.c_out * level.c_out;
    level.density = training_density(level);
    return level;
}

Exact ExactObjective::weighting(const ExactLevel& level) const {
    const Exact data = spec_.sigma_data;
    const Exact edm = (level.s * level.s + data * data) / (level.s * data * level.s * data);
    if (spec_.weighting == "edm") return edm;
    if (spec_.weighting == "lognormal") return lognormal(level.s, spec_);
    if (spec_.weighting == "edm-lognormal") return edm * lognormal(level.s, spec_);
    if (spec_.weighting == "inverse-variance") return 1 / (level.s * level.s);
    return 1;
}

Exact ExactObjective::training_density(const ExactLevel& level) const {
    const bool contained = spec_.weighting == "lognormal" || spec_.weighting == "edm-lognormal";
    const Exact density = spec_.path == "ve" && !contained ? lognormal(level.s, spec_) : Exact(1);
    return density * abs(level.t_slope);
}

}  // namespace eigenflow::torture
