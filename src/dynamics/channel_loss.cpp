#include <algorithm>
#include <cmath>
#include <limits>

#include "channel_route.hpp"
#include "eigenflow/dynamics/flow_quadrature.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "least_loss.hpp"

namespace eigenflow::dynamics {
namespace {

// What no filter of this size can lower: the loss of the best weights of all, and what the best filter adds to it.
double floor_at(const model::NoiseTerms& at, const model::ChannelConvolution& network) {
    const auto learned = [&](double variance) { return at.cross_moment(variance) * at.optimum(variance); };  // m²/h
    double optimal = 0.0;
    for (const double v : network.lambda()) optimal += learned(v);
    double held = 0.0;
    const std::span<const double> mu = network.direction_variances();
    for (std::size_t i = 0; i < mu.size(); ++i) held += network.centre_shares()[i] * learned(mu[i]);
    return least_at(at, network.lambda()) + at.loss_excess * (optimal - network.places() * held);
}

double excess_at(const model::NoiseTerms& at, const model::ChannelConvolution& network, std::span<const double> w) {
    const std::span<const double> mu = network.direction_variances();
    double sum = 0.0;
    for (std::size_t i = 0; i < mu.size(); ++i) {
        const double off = w[i] - at.optimum(mu[i]);
        sum += network.centre_shares()[i] * at.curvature(mu[i]) * (off * off);
    }
    return at.loss_excess * network.places() * sum;
}

}  // namespace

std::vector<double> channel_training_loss(const LearningProblem& problem, std::span<const double> tau,
                                          Threads threads) {
    const auto course = DirectionCourse::create(problem);
    if (!course) return std::vector<double>(tau.size(), std::numeric_limits<double>::quiet_NaN());
    const model::ChannelConvolution& network = course->network();
    const auto integral = [&](double tolerance, const FlowQuadrature::BlockFunction& f) {
        double value = 0.0;
        double error = 0.0;
        FlowQuadrature(problem.objective, problem.noise, problem.data, {.tolerance = tolerance})
            .integrate(f, std::span(&value, 1), std::span(&error, 1));
        return std::abs(value);  // the path's coordinate may fall
    };
    const auto floor = [&](const model::NoiseTerms& at, std::span<double> out) { out[0] = floor_at(at, network); };
    const auto excess = [&](double time) {
        return [&, time](const model::NoiseTerms& at, std::span<double> out) {
            std::vector<double> w(network.directions());
            course->weights(at, time, w);
            out[0] = excess_at(at, network, w);
        };
    };
    constexpr double any = std::numeric_limits<double>::max();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const auto roughly = [&](const FlowQuadrature::BlockFunction& f) {
        const double value = integral(any, f);
        const auto at_level = [&](const model::NoiseTerms& at) {
            double here = 0.0;
            f(at, std::span(&here, 1));
            return here;
        };
        return value_or_infinity(problem.objective, {problem.noise, problem.data}, at_level, value);
    };
    std::vector<double> loss(tau.size(), infinity);
    const double rough = roughly(floor);
    if (rough == infinity) return loss;
    const LossScale scale = loss_scale(tau, rough, [&](double time) { return roughly(excess(time)); });
    const double least = integral(scale.tolerance, floor);
    numerics::parallel_for(tau.size() - scale.first, threads, [&](std::size_t job) {
        const std::size_t i = scale.first + job;
        loss[i] = least + integral(scale.tolerance, excess(tau[i]));
    });
    return loss;
}

}  // namespace eigenflow::dynamics
