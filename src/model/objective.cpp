#include "eigenflow/model/objective.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::model {
namespace {

template <class Entry>
const Entry* named(std::span<const Entry> registry, std::string_view name) {
    const auto found = std::find_if(registry.begin(), registry.end(), [&](const Entry& e) { return e.name == name; });
    return found == registry.end() ? nullptr : &*found;
}

template <class Entry>
std::string names_of(std::span<const Entry> registry) {
    std::string names;
    for (const Entry& entry : registry) names += (names.empty() ? "" : ", ") + std::string(entry.name);
    return names;
}

Error refused(const std::string& sentence) { return {ErrorKind::usage, sentence}; }

}  // namespace

Result<Objective> Objective::create(const ObjectiveSpec& spec) {
    const auto quoted = [](const std::string& name) { return "\"" + name + "\""; };
    const NoisePath* path = find_noise_path(spec.path);
    if (!path) return refused("objective.path = " + quoted(spec.path) + " is not a noise path");
    const RegressionTarget* target = named(regression_targets(), spec.target);
    if (!target) {
        return refused("objective.target = " + quoted(spec.target) + ": use one of " + names_of(regression_targets()));
    }
    const PreconditioningRule* rule = named(preconditioning_rules(), spec.preconditioning);
    if (!rule) {
        return refused("objective.preconditioning = " + quoted(spec.preconditioning) + ": use one of " +
                       names_of(preconditioning_rules()));
    }
    const Weighting* weighting = named(weightings(), spec.weighting);
    if (!weighting) {
        return refused("objective.weighting = " + quoted(spec.weighting) + ": use one of " + names_of(weightings()));
    }
    if (!target->applies_to(spec.path)) {
        return refused("objective.target = " + quoted(spec.target) + " has no meaning on path " + quoted(spec.path) +
                       ": it belongs to " + std::string(target->paths));
    }
    if (rule->needs_ve_denoise && (spec.path != "ve" || spec.target != "denoise")) {
        return refused("objective.preconditioning = " + quoted(spec.preconditioning) +
                       " is defined for path \"ve\" and target \"denoise\" only: set those, or preconditioning = "
                       "\"none\"");
    }
    if (weighting->needs_ve && spec.path != "ve") {
        return refused("objective.weighting = " + quoted(spec.weighting) + " is a function of σ and needs path \"ve\"");
    }
    const bool positive = spec.sigma_data > 0.0 && spec.P_std > 0.0;
    if (!positive || !std::isfinite(spec.sigma_data) || !std::isfinite(spec.P_std) || !std::isfinite(spec.P_mean)) {
        return refused("objective: sigma_data and P_std must be positive, and P_mean finite");
    }
    Objective objective;
    objective.spec_ = spec;
    objective.path_ = path;
    objective.target_ = target;
    objective.preconditioning_ = rule;
    objective.weighting_ = weighting;
    return objective;
}

NoiseTerms Objective::at(NoiseLevel t) const {
    const PathPoint p = path_->at(t);
    const Preconditioning c = preconditioning_->at(p, spec_.sigma_data);
    const double stretch = path_->stretch(t);
    const double u = target_->u(p);
    const double v = target_->v(p);
    const double omega = weighting_->at(p, spec_);
    const double determinant = p.a * v - p.s * u;

    // m/c_in·c_out = a (u − c_skip a) λ + s (v − c_skip s); with edm, u = a = 1 and v = 0, and 1 − c_skip is exact.
    const double from_data = c.c_skip == 0.0 ? p.a * u : c.one_minus_skip;
    const double r1 = (p.ds * p.a - p.da * p.s) / determinant;  // T-11
    const double density = weighting_->contains_density ? 1.0   // T-1: dν = dσ
                           : spec_.path == "ve"
                               ? lognormal_density(p.s, spec_.P_mean, spec_.P_std)  // dν = lognormal(σ) dσ
                               : 1.0;                                               // dν = dt
    return {.t = t.value,
            .a = p.a,
            .s = p.s,
            .h0 = c.c_in * c.c_in * p.s * p.s,
            .h1 = c.c_in * c.c_in * p.a * p.a,
            .m0 = c.c_in * (p.s * v - c.c_skip * p.s * p.s) / c.c_out,
            .m1 = c.c_in * from_data / c.c_out,
            .omega = omega * c.c_out * c.c_out,
            .gain = r1 * c.c_out * c.c_in * stretch,
            .loss_excess = omega * c.c_out * c.c_out * density * std::abs(stretch),
            .loss_floor = omega * determinant * determinant * density * std::abs(stretch)};
}

double Objective::log_optimal_variance(double lambda, NoiseLevel noise, NoiseLevel data) const {
    const PathPoint n = path_->at(noise);
    const PathPoint d = path_->at(data);
    const double ratio = (d.a * d.a * lambda + d.s * d.s) / (n.a * n.a * lambda + n.s * n.s);
    return std::log(path_->initial_variance(noise) / (d.a * d.a) * ratio);
}

}  // namespace eigenflow::model
