#include "eigenflow/model/objective.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

}  // namespace

std::vector<Error> contradictions(const ObjectiveSpec& spec) {
    std::vector<Error> all;
    const RegressionTarget* target = named(regression_targets(), spec.target);
    if (target && !target->applies_to(spec.path)) {
        all.push_back(refused("objective.target = " + quoted(spec.target) + ": has no meaning on path " +
                              quoted(spec.path) + ": it belongs to " + std::string(target->paths)));
    }
    const PreconditioningRule* rule = named(preconditioning_rules(), spec.preconditioning);
    if (rule && rule->needs_ve_denoise && (spec.path != "ve" || spec.target != "denoise")) {
        all.push_back(refused("objective.preconditioning = " + quoted(spec.preconditioning) +
                              ": is defined for path \"ve\" and target \"denoise\" only: set those, or "
                              "preconditioning = \"none\""));
    }
    const Weighting* weighting = named(weightings(), spec.weighting);
    if (weighting && weighting->needs_ve && spec.path != "ve") {
        all.push_back(refused("objective.weighting = " + quoted(spec.weighting) +
                              ": is a function of sigma and needs path \"ve\": use weighting = \"uniform\""));
    }
    return all;
}

Result<Objective> Objective::create(const ObjectiveSpec& spec) {
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
    std::string sentences;
    for (const Error& error : contradictions(spec)) sentences += (sentences.empty() ? "" : "\n") + error.message;
    if (!sentences.empty()) return refused(sentences);
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

NoiseTerms Objective::terms(const PathPoint& p) const {
    const Preconditioning c = preconditioning_->at(p, spec_.sigma_data);
    const double stretch = p.a * p.s / (p.ds * p.a - p.da * p.s);  // dt/d ln(s/a)
    const double u = target_->u(p);
    const double v = target_->v(p);
    const double omega = weighting_->at(p, spec_);
    const double determinant = p.a * v - p.s * u;

    // m/c_in·c_out = a (u − c_skip a) λ + s (v − c_skip s); with edm, u = a = 1 and v = 0, and 1 − c_skip is exact.
    const double from_data = c.c_skip == 0.0 ? p.a * u : c.one_minus_skip;
    // F = w_F x with w_F = c_skip + c_out c_in w; x = a x̂0 + s ẑ and F = u x̂0 + v ẑ are solved for x̂0 and ẑ.
    const double through = c.c_out * c.c_in;
    const double x0_start = (v - p.s * c.c_skip) / determinant;
    const double x0_gain = -p.s * through / determinant;
    const double z_start =
        -(c.c_skip == 0.0 ? u : c.one_minus_skip) / determinant;  // u − a c_skip, and u = a = 1 with edm
    const double z_gain = p.a * through / determinant;
    const double density = weighting_->contains_density ? 1.0  // T-1: dν = dσ
                           : spec_.path == "ve"
                               ? lognormal_density(p.s, spec_.P_mean, spec_.P_std)  // dν = lognormal(σ) dσ
                               : 1.0;                                               // dν = dt
    return {.t = p.t,
            .a = p.a,
            .s = p.s,
            .h0 = c.c_in * c.c_in * p.s * p.s,
            .h1 = c.c_in * c.c_in * p.a * p.a,
            .m0 = c.c_in * (p.s * v - c.c_skip * p.s * p.s) / c.c_out,
            .m1 = c.c_in * from_data / c.c_out,
            .omega = omega * c.c_out * c.c_out,
            .x0_start = x0_start,
            .x0_gain = x0_gain,
            .z_start = z_start,
            .z_gain = z_gain,
            .rate_start = p.da * x0_start + p.ds * z_start,
            .rate_gain = p.da * x0_gain + p.ds * z_gain,
            .stretch = stretch,
            .loss_excess = omega * c.c_out * c.c_out * density * std::abs(stretch),
            .loss_floor = omega * determinant * determinant * density * std::abs(stretch),
            .input_scale = c.c_in,
            .mean_in = c.c_in * p.a,
            .mean_out = (c.c_skip == 0.0 ? u : c.one_minus_skip) / c.c_out};
}

Result<void> Objective::check_range(NoiseLevel noise, NoiseLevel data) const {
    struct End {
        const char* key;
        NoiseLevel t;
        double preset;
    };
    for (const auto& [key, t, preset] :
         {End{"sampling.noise", noise, path_->default_noise}, End{"sampling.data", data, path_->default_data}}) {
        const PathPoint p = path_->at(t);
        if (p.a * target_->v(p) - p.s * target_->u(p) != 0.0) continue;
        const bool no_data = p.a == 0.0;
        const std::string name(key);
        const std::string end = t.value == 0.0 ? "0" : "1";
        return refused(name + " = " + end + ": target " + spec_.target +
                       " does not determine the probability flow where x_t holds no " + (no_data ? "data" : "noise") +
                       (t.value == preset ? ", and " + end + " is the default of path " + spec_.path : "") +
                       ": stop short of it, such as " + name + (t.value == 0.0 ? "=0.001" : "=0.999"));
    }
    return {};
}

Objective::TrainingRange Objective::training_range() const {
    if (spec_.path != "ve") {
        return {NoiseLevel(std::min(path_->default_noise, path_->default_data)),
                NoiseLevel(std::max(path_->default_noise, path_->default_data))};
    }
    // A factor σ^±2 moves the centre of ln σ by ±2 P_std²; 12 standard deviations beyond that hold all of it.
    const double reach = spec_.P_std * (12.0 + 2.0 * spec_.P_std);
    return {NoiseLevel(std::exp(spec_.P_mean - reach)), NoiseLevel(std::exp(spec_.P_mean + reach))};
}

double Objective::log_optimal_variance(double lambda, NoiseLevel noise, NoiseLevel data) const {
    const PathPoint n = path_->at(noise);
    const PathPoint d = path_->at(data);
    const double ratio = (d.a * d.a * lambda + d.s * d.s) / (n.a * n.a * lambda + n.s * n.s);
    return std::log(path_->initial_variance(noise) / (d.a * d.a) * ratio);
}

}  // namespace eigenflow::model
