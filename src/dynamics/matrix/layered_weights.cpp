#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "coupled_weights.hpp"
#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/numerics/stiff_ode.hpp"
#include "layer_flow.hpp"
#include "layer_views.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;

constexpr double escaped = 1e150;

/// P Q and P Pᵀ at every noise level: gradient flow by numerics::integrate_stiff, gradient descent step by step.
class LayeredWeights final : public CoupledWeights {
public:
    LayeredWeights(const MatrixProblem& problem, std::optional<AffineTerms> average)
        : problem_(problem), average_(average), lambda_(array_of(problem.lambda)), mean_(mean_of(problem)) {}

    bool sweeps() const override { return true; }

    TrainingReport train(const model::NoiseTerms& at, std::span<const double> tau, const Visit& visit) const override {
        LayerFlow flow(problem_, average_.value_or(AffineTerms::of(at)));
        TrainingReport report;
        TrainedMatrix trained;
        const auto tell = [&](std::size_t time, std::span<const double> theta) {
            finish(flow, at, theta, trained);
            trained.parameters = theta;
            visit(time, trained);
            ++report.good_times;
        };
        if (problem_.rule == TrainingRule::gradient_flow) {
            integrate(flow, at, tau, tell, report);
        } else {
            descend(flow, tau, tell, report);
        }
        return report;
    }

    void excess(const model::NoiseTerms& at, std::span<const double> tau, std::span<double> out) const override {
        std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
        train(at, tau, [&](std::size_t i, const TrainedMatrix& trained) { out[i] = excess_of(trained, at, lambda_); });
    }

    bool limit(const model::NoiseTerms& at, TrainedMatrix& trained) const override {
        if (average_ && problem_.has_bias()) return limit_of_average(at, trained);
        const AffineTerms own = AffineTerms::of(at);
        const std::optional<ArrayXd> learned = limit_weights(average_.value_or(own));
        if (!learned) return false;
        const Index d = lambda_.size();
        trained.deviation = MatrixXd::Zero(d, d);
        for (Index k = 0; k < d; ++k) trained.deviation(k, k) = (*learned)[k] - own.optimum(lambda_[k]);
        if (problem_.has_bias()) trained.residual = Eigen::VectorXd::Zero(d);  // b = (f − e W) μ
        return true;
    }

private:
    void integrate(LayerFlow& flow, const model::NoiseTerms& at, std::span<const double> tau,
                   const std::function<void(std::size_t, std::span<const double>)>& tell,
                   TrainingReport& report) const {
        std::vector<double> theta(flow.parameters());
        flow.initial(theta);
        double largest = 0.0;
        for (const double v : theta) largest = std::max(largest, std::abs(v));
        std::vector<double> times;
        for (const double t : tau) times.push_back(problem_.clock(TrainingTime(t)).eta_tau());
        const numerics::StiffSystem system{
            .slope = [&](auto y, auto out) { flow.slope(y, out); },
            .jacobian_times = [&](auto y, auto v, auto out) { flow.jacobian_times(y, v, out); },
            .prepare = [&](auto y, double gamma) { flow.prepare(y, gamma); },
            .precondition = [&](auto r, auto z) { flow.precondition(r, z); },
            .preconditions_exactly = flow.preconditions_exactly()};
        numerics::StiffOptions options;
        options.absolute_tolerance = std::max(0.1 * options.relative_tolerance * largest, 1e-300);
        const numerics::OdeResult result = numerics::integrate_stiff(system, theta, times, options, tell);
        report.steps = result.accepted;
        report.evaluations = result.evaluations;
        if (numerics::good(result.exit)) return;
        report.reason = "gradient flow at tau = " + shortest_text(result.t / problem_.learning_rate.value) +
                        ", noise level " + shortest_text(at.t) + ": " + std::string(numerics::name_of(result.exit));
    }

    // Every step; the layers may come to rest.
    void descend(LayerFlow& flow, std::span<const double> tau,
                 const std::function<void(std::size_t, std::span<const double>)>& tell, TrainingReport& report) const {
        std::vector<double> theta(flow.parameters());
        std::vector<double> slope(theta.size());
        flow.initial(theta);
        double taken = 0.0;
        bool at_rest = false;
        for (std::size_t i = 0; i < tau.size(); ++i) {
            const double steps = problem_.clock(TrainingTime(tau[i])).steps();
            for (; taken < steps && !at_rest; ++taken) {
                flow.slope(theta, slope);
                ++report.evaluations;
                at_rest = true;
                for (std::size_t p = 0; p < theta.size(); ++p) {
                    const double next = theta[p] + problem_.learning_rate.value * slope[p];
                    at_rest = at_rest && next == theta[p];
                    if (!(std::abs(next) < escaped)) {
                        report.reason = "unstable gradient descent: the learning rate is too large";
                        return;
                    }
                    theta[p] = next;
                }
            }
            tell(i, theta);
        }
    }

    void finish(const LayerFlow& flow, const model::NoiseTerms& at, std::span<const double> theta,
                TrainedMatrix& trained) const {
        const AffineTerms own = AffineTerms::of(at);
        Eigen::VectorXd b;
        flow.weights(theta, trained.deviation, b);
        if (problem_.has_bias()) trained.residual = b + own.e * (trained.deviation * mean_) - own.f * mean_;
        for (Index k = 0; k < lambda_.size(); ++k) trained.deviation(k, k) -= own.optimum(lambda_[k]);
    }

    // P and Q by modes: P_kj and Q_jk are 0 but for j = k.
    bool aligned() const {
        const auto h = static_cast<Index>(problem_.layers.width);
        for (Index k = 0; k < lambda_.size(); ++k) {
            for (Index j = 0; j < h; ++j) {
                if (j != k && (first(k, j) != 0.0 || second(j, k) != 0.0)) return false;
            }
        }
        return true;
    }
    double first(Index mode, Index unit) const {
        return problem_.layers
            .first[static_cast<std::size_t>(mode) * problem_.layers.width + static_cast<std::size_t>(unit)];
    }
    double second(Index unit, Index mode) const {
        if (symmetric()) return first(mode, unit);
        return problem_.layers
            .second[static_cast<std::size_t>(unit) * problem_.modes() + static_cast<std::size_t>(mode)];
    }
    bool symmetric() const { return problem_.layers.second.empty(); }

    // Every mode is alone: it stays at 0, or can't pass it where its layers are balanced; none learns beyond the inner
    // width. A mean couples them, so that only a start that needs no passing is known then.
    std::optional<ArrayXd> aligned_limit(const AffineTerms& terms) const {
        const Index d = lambda_.size();
        const auto h = static_cast<Index>(problem_.layers.width);
        ArrayXd learned = ArrayXd::Zero(d);
        bool any = false;
        bool all = h == d;
        for (Index k = 0; k < std::min(d, h); ++k) {
            const double best = terms.optimum(lambda_[k]);
            const double p = first(k, k);
            const double q = second(k, k);
            const bool learns = std::abs(p) == std::abs(q) ? p * q * best > 0.0 : true;
            if (learns) learned[k] = best;
            any = any || p != 0.0 || q != 0.0;
            all = all && learns;
        }
        if (problem_.has_bias() && any && !all) return {};
        return learned;
    }

    // From layers that couple all modes: the h modes that lower the loss most, by m²/h. None where the h-th is as good
    // as the next: then a direction between the two is learned, which the start decides.
    std::optional<ArrayXd> limit_weights(const AffineTerms& terms) const {
        if (aligned()) return aligned_limit(terms);
        const Index d = lambda_.size();
        const auto h = static_cast<std::size_t>(problem_.layers.width);
        const auto gain = [&](Index k) {
            const double best = terms.optimum(lambda_[k]);
            return symmetric() && best <= 0.0 ? 0.0 : terms.cross_moment(lambda_[k]) * best;
        };
        std::vector<Index> order(static_cast<std::size_t>(d));
        std::iota(order.begin(), order.end(), Index{0});
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return gain(a) > gain(b); });
        constexpr double tie = 1e-9;
        if (h < order.size() && gain(order[h]) > 0.0 && gain(order[h]) >= (1.0 - tie) * gain(order[h - 1])) return {};
        ArrayXd learned = ArrayXd::Zero(d);
        for (std::size_t i = 0; i < std::min(h, order.size()); ++i) {
            if (gain(order[i]) > 0.0) learned[order[i]] = terms.optimum(lambda_[order[i]]);
        }
        return learned;
    }

    // Of averages, whose S̃ is no longer diagonal plus rank one, W̃* = C̃ S̃⁻¹ is a full matrix: untied layers of full
    // width reach it. What P Pᵀ or a bottleneck make of it is not known.
    bool limit_of_average(const model::NoiseTerms& at, TrainedMatrix& trained) const {
        const Index d = lambda_.size();
        if (symmetric() || problem_.layers.width != problem_.modes() || aligned()) return false;
        const AffineOptimum best = optimum_of(*average_, lambda_, mean_);
        const AffineTerms own = AffineTerms::of(at);
        trained.deviation = best.w;
        trained.residual = best.b + own.e * (best.w * mean_) - own.f * mean_;
        for (Index k = 0; k < d; ++k) trained.deviation(k, k) -= own.optimum(lambda_[k]);
        return true;
    }

    MatrixProblem problem_;
    std::optional<AffineTerms> average_;
    ArrayXd lambda_;
    Eigen::VectorXd mean_;
};

}  // namespace

std::shared_ptr<const CoupledWeights> make_layered_weights(const MatrixProblem& problem,
                                                           const std::optional<AffineTerms>& average) {
    return std::make_shared<const LayeredWeights>(problem, average);
}

}  // namespace eigenflow::dynamics
