#include "channel_flow.hpp"

#include <cmath>
#include <utility>

#include "eigenflow/dynamics/trained_weights.hpp"

namespace eigenflow::dynamics {

Result<DirectionCourse> DirectionCourse::create(const LearningProblem& problem) {
    DirectionCourse course(problem);
    course.network_ = dynamic_cast<const model::ChannelConvolution*>(problem.network.get());
    if (!course.network_) {
        return Error{ErrorKind::internal, "modes of a network that is no channel convolution are not coupled"};
    }
    if (problem.coupling == Coupling::shared) {
        const auto average = shared_terms(problem.objective);
        if (!average) return average.error();
        course.average_ = *average;
    }
    return course;
}

void DirectionCourse::weights(const model::NoiseTerms& at, double tau, std::span<double> weight) const {
    const model::NoiseTerms& trained_at = average_ ? *average_ : at;
    if (std::isinf(tau)) return network_->direction_limits(trained_at, weight);
    network_->direction_weights(trained_at, problem_.clock(TrainingTime(tau)), weight);
}

void DirectionCourse::deviations(const model::NoiseTerms& at, double tau, double reference,
                                 std::span<double> deviation) const {
    const model::NoiseTerms& trained_at = average_ ? *average_ : at;
    if (std::isinf(tau)) {
        network_->direction_limits(trained_at, deviation);
        for (double& v : deviation) v -= reference;
        return;
    }
    network_->direction_deviations(trained_at, problem_.clock(TrainingTime(tau)), reference, deviation);
}

Result<std::unique_ptr<const ChannelSampler>> make_channel_sampler(const LearningProblem& problem,
                                                                   const SamplingSpec& spec) {
    auto course = DirectionCourse::create(problem);
    if (!course) return course.error();
    if (spec.solver == "ode") return make_channel_ode(std::move(*course));
    if (spec.solver == "exact") return make_magnus_sampler(std::move(*course), spec.max_panels);
    return make_channel_steps(std::move(*course), spec);
}

}  // namespace eigenflow::dynamics
