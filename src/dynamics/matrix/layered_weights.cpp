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
        if (average_ && problem_.has_bias()) return false;  // the averages are not diagonal
        const AffineTerms own = AffineTerms::of(at);
        const ArrayXd learned = limit_weights(average_.value_or(own));
        const Index d = lambda_.size();
        trained.deviation = MatrixXd::Zero(d, d);
        for (Index k = 0; k < d; ++k) trained.deviation(k, k) = learned[k] - own.optimum(lambda_[k]);
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

    // From layers that couple all modes: the h modes that lower the loss most, by m²/h. From an aligned start every
    // mode is alone: it stays at 0, or can't pass it where its layers are balanced.
    ArrayXd limit_weights(const AffineTerms& terms) const {
        const Index d = lambda_.size();
        const auto h = static_cast<Index>(problem_.layers.width);
        const bool symmetric = problem_.layers.architecture == "symmetric-two-layer";
        const MatrixXd p = matrix_of(problem_.layers.first, d, h);
        const MatrixXd q = symmetric ? MatrixXd(p.transpose()) : matrix_of(problem_.layers.second, h, d);
        ArrayXd learned = ArrayXd::Zero(d);
        if (h == d && p.isDiagonal(0.0) && q.isDiagonal(0.0)) {
            for (Index k = 0; k < d; ++k) {
                const double best = terms.optimum(lambda_[k]);
                const double start = p(k, k) * q(k, k);
                const bool balanced = std::abs(p(k, k)) == std::abs(q(k, k));
                if (balanced ? start * best > 0.0 : true) learned[k] = best;
            }
            return learned;
        }
        std::vector<Index> order(static_cast<std::size_t>(d));
        std::iota(order.begin(), order.end(), Index{0});
        const auto gain = [&](Index k) { return terms.cross_moment(lambda_[k]) * terms.optimum(lambda_[k]); };
        std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return gain(a) > gain(b); });
        Index taken = 0;
        for (const Index k : order) {
            const double best = terms.optimum(lambda_[k]);
            if (taken == h || (symmetric && best <= 0.0)) continue;
            learned[k] = best;
            ++taken;
        }
        return learned;
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
