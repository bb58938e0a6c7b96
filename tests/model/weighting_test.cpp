#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <set>
#include <string>

#include "eigenflow/model/objective.hpp"
#include "eigenflow/model/registry.hpp"

using namespace eigenflow;
using model::Objective;
using model::ObjectiveSpec;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

double omega(const std::string& weighting, double sigma) {
    const auto objective = Objective::create({.weighting = weighting});
    REQUIRE(objective);
    return objective->at(NoiseLevel(sigma)).omega;
}

std::string refusal(const ObjectiveSpec& spec) {
    const auto objective = Objective::create(spec);
    if (objective) return "";
    CHECK(objective.error().kind == ErrorKind::usage);
    return objective.error().message;
}

bool says(const std::string& sentence, const std::string& part) { return sentence.find(part) != std::string::npos; }

bool has_meaning(const ObjectiveSpec& spec) {
    if (spec.target == "velocity" && spec.path != "flow") return false;
    if (spec.target == "v" && !spec.path.starts_with("vp-")) return false;
    if (spec.preconditioning == "edm" && (spec.path != "ve" || spec.target != "denoise")) return false;
    const std::set<std::string> of_sigma = {"edm", "lognormal", "edm-lognormal"};
    return spec.path == "ve" || of_sigma.count(spec.weighting) == 0;
}

}  // namespace

TEST_CASE("T-1 weightings are those of the table") {
    for (const double sigma : {0.002, 0.3, 1.0, 80.0}) {
        const double z = (std::log(sigma) + 1.2) / 1.2;
        const double density = std::exp(-0.5 * z * z) / (sigma * 1.2 * std::sqrt(2.0 * std::numbers::pi));
        const double edm = (sigma * sigma + 0.25) / (sigma * 0.5 * sigma * 0.5);
        // A handful of roundings, and ε z² in the exponent of the density.
        const double bound = (8.0 + 2.0 * z * z) * eps;
        CHECK(omega("uniform", sigma) == 1.0);
        CHECK(std::abs(omega("edm", sigma) / edm - 1.0) <= bound);
        CHECK(std::abs(omega("lognormal", sigma) / density - 1.0) <= bound);
        CHECK(std::abs(omega("edm-lognormal", sigma) / (edm * density) - 1.0) <= bound);
        CHECK(std::abs(omega("inverse-variance", sigma) * sigma * sigma - 1.0) <= bound);
    }
}

TEST_CASE("T-1 the lognormal density has mass one and the mean of ln sigma that it names") {
    for (const double P_std : {0.3, 1.2, 2.0}) {
        // The trapezoidal rule of a Gaussian in ln σ converges like e^(−2π²/step²): 0.05 standard deviations are exact.
        double mass = 0.0;
        double mean = 0.0;
        const double step = 0.05 * P_std;
        for (int i = -240; i <= 240; ++i) {
            const double x = -0.7 + i * step;
            const double density = model::lognormal_density(std::exp(x), -0.7, P_std) * std::exp(x);
            mass += step * density;
            mean += step * density * x;
        }
        CHECK(std::abs(mass - 1.0) <= 500.0 * eps);
        CHECK(std::abs(mean + 0.7) <= 500.0 * eps * (0.7 + P_std));
    }
}

TEST_CASE("T-1 edm weighting of edm preconditioning makes the effective weight one") {
    const auto objective = Objective::create({.preconditioning = "edm", .weighting = "edm"});
    for (const double sigma : {1e-3, 0.5, 80.0}) {
        CHECK(std::abs(objective->at(NoiseLevel(sigma)).omega - 1.0) <= 8.0 * eps);
    }
}

TEST_CASE("T-1 combinations: every one with a meaning exists, and no other") {
    int made = 0;
    int refused = 0;
    for (const std::string& path : model::path_names()) {
        for (const std::string& target : model::target_names()) {
            for (const std::string& preconditioning : model::preconditioning_names()) {
                for (const std::string& weighting : model::weighting_names()) {
                    const ObjectiveSpec spec{path, target, preconditioning, weighting};
                    INFO(path << " " << target << " " << preconditioning << " " << weighting);
                    const std::string sentence = refusal(spec);
                    CHECK(sentence.empty() == has_meaning(spec));
                    ++(sentence.empty() ? made : refused);
                }
            }
        }
    }
    CHECK(made > 0);
    CHECK(refused > 0);
}

TEST_CASE("T-1 refusals name the key, the value and the remedy") {
    const std::string velocity = refusal({.path = "ve", .target = "velocity"});
    CHECK(says(velocity, "objective.target = \"velocity\""));
    CHECK(says(velocity, "path \"ve\""));
    CHECK(says(velocity, "path \"flow\""));
    const std::string v = refusal({.path = "flow", .target = "v"});
    CHECK(says(v, "objective.target = \"v\""));
    CHECK(says(v, "vp-cosine"));
    const std::string edm = refusal({.target = "noise", .preconditioning = "edm"});
    CHECK(says(edm, "objective.preconditioning = \"edm\""));
    CHECK(says(edm, "preconditioning = \"none\""));
    const std::string weighting = refusal({.path = "flow", .weighting = "lognormal"});
    CHECK(says(weighting, "objective.weighting = \"lognormal\""));
    CHECK(says(weighting, "path \"ve\""));
}

TEST_CASE("T-1 refusals of unknown names list the known ones") {
    CHECK(says(refusal({.path = "vee"}), "objective.path = \"vee\""));
    const std::string target = refusal({.target = "denoiser"});
    const std::string preconditioning = refusal({.preconditioning = "karras"});
    const std::string weighting = refusal({.weighting = "min-snr"});
    for (const std::string& name : model::target_names()) CHECK(says(target, name));
    for (const std::string& name : model::preconditioning_names()) CHECK(says(preconditioning, name));
    for (const std::string& name : model::weighting_names()) CHECK(says(weighting, name));
}

TEST_CASE("T-1 refusals of parameters that no density has") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double bad : {0.0, -1.0, nan, infinity}) {
        CHECK_FALSE(refusal({.sigma_data = bad}).empty());
        CHECK_FALSE(refusal({.P_std = bad}).empty());
    }
    for (const double bad : {nan, infinity, -infinity}) CHECK_FALSE(refusal({.P_mean = bad}).empty());
}

TEST_CASE("T-11 check_range refuses ends where x and F do not determine the flow, with the value that was given") {
    const auto range = [](const char* path, const char* target, double noise, double data) {
        const auto objective = Objective::create({.path = path, .target = target});
        REQUIRE(objective);
        const Result<void> checked = objective->check_range(NoiseLevel(noise), NoiseLevel(data));
        return checked ? std::string() : checked.error().message;
    };
    CHECK(range("flow", "velocity", 0.0, 1.0).empty());
    CHECK(range("flow", "denoise", 0.0, 0.999).empty());
    CHECK(range("ve", "denoise", 80.0, 0.002).empty());
    CHECK(range("vp-cosine", "v", 1.0, 0.0).empty());
    const std::string flow_noise = range("flow", "noise", 0.0, 1.0);
    CHECK(says(flow_noise, "sampling.noise = 0:"));
    CHECK(says(flow_noise, "sampling.noise=0.001"));
    const std::string flow_data = range("flow", "denoise", 0.0, 1.0);
    CHECK(says(flow_data, "sampling.data = 1:"));
    CHECK(says(flow_data, "sampling.data=0.999"));
}

// The story: the sentence knew flow's direction only, and told a user of vp-cosine, whose data is at t = 0, that
// sampling.data was 1 and should be 0.999.
TEST_CASE("T-11 check_range speaks of the path's own ends") {
    const auto refused = [](const char* path, const char* target, double noise, double data) {
        const auto objective = Objective::create({.path = path, .target = target});
        const Result<void> checked = objective->check_range(NoiseLevel(noise), NoiseLevel(data));
        REQUIRE_FALSE(checked);
        return checked.error().message;
    };
    for (const char* path : {"vp-cosine", "vp-linear"}) {
        const std::string data = refused(path, "denoise", 0.9, 0.0);
        CHECK(says(data, "sampling.data = 0:"));
        CHECK(says(data, "sampling.data=0.001"));
    }
    const std::string noise = refused("vp-cosine", "noise", 1.0, 1e-3);
    CHECK(says(noise, "sampling.noise = 1:"));
    CHECK(says(noise, "sampling.noise=0.999"));
    CHECK(says(refused("ve", "denoise", 80.0, 0.0), "sampling.data = 0:"));
}

TEST_CASE("T-1 training_range holds all but 12 standard deviations of ln sigma, moved by sigma^2 either way") {
    const auto objective = Objective::create({.P_mean = -1.0, .P_std = 0.5});
    const auto [low, high] = objective->training_range();
    CHECK(std::log(low.value) <= -1.0 - 2.0 * 0.25 - 12.0 * 0.5 + 1e-12);
    CHECK(std::log(high.value) >= -1.0 + 2.0 * 0.25 + 12.0 * 0.5 - 1e-12);
    const auto flow = Objective::create({.path = "flow"});
    CHECK(flow->training_range().low.value == 0.0);
    CHECK(flow->training_range().high.value == 1.0);
}

// The story: ω = ∞ at s = 0, times τ = 0, made untrained weights NaN where Heun's last slope lies, at pure data.
TEST_CASE("T-1 inverse-variance weighting is finite at pure data, as at the path's cut") {
    for (const char* path : {"flow", "vp-cosine", "vp-linear"}) {
        const auto objective = model::Objective::create({.path = path, .weighting = "inverse-variance"});
        REQUIRE(objective);
        const double at_data = objective->at(NoiseLevel(std::string(path) == "flow" ? 1.0 : 0.0)).omega;
        CHECK(std::isfinite(at_data));
        CHECK(at_data >= std::exp(2.0 * model::NoisePath::coordinate_cut) * (1.0 - 1e-13));  // exponent 80, rounded
    }
}
