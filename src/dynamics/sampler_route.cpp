#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "eigenflow/dynamics/trained_weights.hpp"
#include "routes.hpp"
#include "sampler/samplers.hpp"

namespace eigenflow::dynamics {
namespace {

constexpr std::array registry = {&euler_sampler, &heun_sampler, &ddim_sampler};

/// λ̃ = (initial variance) Π (x'/x)² of a discretised sampler (T-17), divided by a² where it ends.
class SamplerRoute final : public VarianceRoute {
public:
    SamplerRoute(LearningProblem problem, const SamplingSpec& spec, const Sampler& sampler,
                 std::shared_ptr<const TrainedWeights> trained)
        : problem_(std::move(problem)), to_zero_(spec.to_zero), sampler_(&sampler), trained_(std::move(trained)) {
        for (const NoiseLevel t : sampler_schedule(problem_.objective, problem_.noise, problem_.data, spec)) {
            terms_.push_back(problem_.objective.at(t));
        }
    }

    std::string_view name() const override { return sampler_->name; }

    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const override {
        VarianceBlock block;
        block.variance = sample(tau.size(), modes, [&](const model::NoiseTerms& at, std::span<double> weight) {
            trained_->weights(at, tau, modes, weight);
        });
        block.counts.evaluations = terms_.size() * block.variance.size();
        return block;
    }

    std::vector<double> limit_variances() const override {
        const model::ModeRange all{0, problem_.network->modes()};
        return sample(1, all, [&](const model::NoiseTerms& at, std::span<double> weight) {
            trained_->limit_weights(at, all, weight);
        });
    }

private:
    template <class Weigh>
    std::vector<double> sample(std::size_t times, model::ModeRange modes, const Weigh& weigh) const {
        const std::size_t size = times * modes.count;
        std::vector<double> x(size, 1.0);
        std::vector<double> from(size);
        std::vector<double> to(size);
        weigh(terms_.front(), from);
        for (std::size_t step = 0; step + 1 < terms_.size(); ++step) {
            weigh(terms_[step + 1], to);
            for (std::size_t i = 0; i < size; ++i) {
                x[i] *= sampler_->factor({terms_[step], from[i]}, {terms_[step + 1], to[i]});
            }
            std::swap(from, to);
        }
        const model::NoiseTerms& end = terms_.back();
        const double scale = to_zero_ ? 1.0 : end.a;
        const double start = problem_.objective.path().initial_variance(problem_.noise);
        for (std::size_t i = 0; i < size; ++i) {
            if (to_zero_) x[i] *= StepEnd{end, from[i]}.x0();
            x[i] = start * x[i] * x[i] / (scale * scale);
        }
        return x;
    }

    LearningProblem problem_;
    bool to_zero_;
    const Sampler* sampler_;
    std::shared_ptr<const TrainedWeights> trained_;
    std::vector<model::NoiseTerms> terms_;
};

}  // namespace

const Sampler* find_sampler(std::string_view name) {
    const auto found =
        std::find_if(registry.begin(), registry.end(), [&](const Sampler* s) { return s->name == name; });
    return found == registry.end() ? nullptr : *found;
}

std::vector<NoiseLevel> sampler_schedule(const model::Objective& objective, NoiseLevel from, NoiseLevel to,
                                         const SamplingSpec& spec) {
    const double noise = from.value;
    const double data = to.value;
    const bool ve = objective.spec().path == "ve";
    const int last = ve ? spec.steps - 1 : spec.steps;
    std::vector<NoiseLevel> levels;
    for (int i = 0; i <= last; ++i) {
        const double part = static_cast<double>(i) / last;
        const double top = std::pow(noise, 1.0 / spec.rho);
        const double level = ve ? std::pow(top + part * (std::pow(data, 1.0 / spec.rho) - top), spec.rho)
                                : noise + part * (data - noise);
        levels.emplace_back(i == 0 ? noise : i == last ? data : level);
    }
    return levels;
}

std::vector<std::string> sampler_names() {
    std::vector<std::string> names;
    for (const Sampler* sampler : registry) names.emplace_back(sampler->name);
    return names;
}

Result<void> last_step_exists(const RouteChoice& choice) {
    if (!choice.sampling.to_zero) return {};
    const std::string demand = "sampling.to_zero = true: is EDM's last step to sigma = 0 and needs ";
    if (choice.objective.path != "ve") return Error{ErrorKind::usage, demand + "path \"ve\": leave it out"};
    if (find_sampler(choice.sampling.solver)) return {};
    return Error{ErrorKind::usage, demand + "a sampler that steps, which \"" + choice.sampling.solver +
                                       "\" does not: use solver = \"heun\", or leave it out"};
}

Result<void> sampler_steps_are_finite(const RouteChoice& choice, const model::Objective& objective) {
    const Sampler* sampler = find_sampler(choice.sampling.solver);
    if (!sampler) return {};
    const model::NoiseTerms noise = objective.at(choice.noise);
    const model::NoiseTerms data = objective.at(choice.data);
    const model::NoiseTerms between = objective.at(NoiseLevel(0.5 * (choice.noise.value + choice.data.value)));
    // Any weight shows a rate that is infinite.
    constexpr double weight = 0.5;
    const bool starts = std::isfinite(sampler->factor({noise, weight}, {between, weight}));
    const bool ends = std::isfinite(sampler->factor({between, weight}, {data, weight}));
    if (starts && ends) return {};
    const double end = starts ? choice.data.value : choice.noise.value;
    const std::string key = starts ? "sampling.data" : "sampling.noise";
    return Error{ErrorKind::usage, key + " = " + (end == 0.0 ? "0" : "1") + ": the slope that solver \"" +
                                       choice.sampling.solver + "\" takes there is infinite on path " +
                                       choice.objective.path + ": stop short of it, such as " + key +
                                       (end == 0.0 ? "=0.001" : "=0.999") + ", or use solver = \"ddim\""};
}

MadeRoute make_sampler_route(const LearningProblem& problem, const SamplingSpec& spec) {
    const Sampler* sampler = find_sampler(spec.solver);
    if (!sampler) return Error{ErrorKind::usage, "sampling.solver = \"" + spec.solver + "\": is not a sampler"};
    auto trained = make_trained_weights(problem);
    if (!trained) return trained.error();
    return std::unique_ptr<const VarianceRoute>(
        std::make_unique<SamplerRoute>(problem, spec, *sampler, std::move(*trained)));
}

}  // namespace eigenflow::dynamics
