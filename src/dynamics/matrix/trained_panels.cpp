#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "eigenflow/numerics/parallel.hpp"
#include "layer_views.hpp"
#include "panel_source.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

// Four-point Gauss–Legendre: exact to degree 7, two orders beyond the exponential's own error.
struct Rule {
    static constexpr std::size_t size = 4;
    static constexpr std::array<double, size> nodes = {-0.86113631159405257522, -0.33998104358485626480,
                                                       0.33998104358485626480, 0.86113631159405257522};
    static constexpr std::array<double, size> weights = {0.34785484513745385737, 0.65214515486254614263,
                                                         0.65214515486254614263, 0.34785484513745385737};
};

constexpr double negligible = 1e-18;

class TrainedPanels final : public PanelSource {
public:
    TrainedPanels(const MatrixProblem& problem, std::shared_ptr<const CoupledWeights> weights, std::vector<double> tau,
                  Threads threads)
        : problem_(problem),
          weights_(std::move(weights)),
          tau_(std::move(tau)),
          threads_(threads),
          lambda_(array_of(problem.lambda)),
          order_(problem.modes() + (problem.has_bias() ? 1 : 0)) {
        std::iota(order_.begin(), order_.end(), Index{0});
        report_.good_times = tau_.size();
    }

    std::size_t times() const override { return tau_.size(); }
    Index active() const override { return size(); }
    std::span<const Index> order() const override { return order_; }
    TrainingReport report() const override { return report_; }

    void prepare(double start, double end) override {
        std::array<TrainingReport, Rule::size> reports;
        const std::span<const double> good(tau_.data(), report_.good_times);
        numerics::parallel_for(Rule::size, threads_, [&](std::size_t i) {
            Node& node = nodes_[i];
            node.at = problem_.objective.at_coordinate(0.5 * (start + end) + 0.5 * (end - start) * Rule::nodes[i]);
            node.trained.resize(tau_.size());
            reports[i] = weights_->train(
                node.at, good, [&](std::size_t time, const TrainedMatrix& trained) { node.trained[time] = trained; });
        });
        for (TrainingReport& part : reports) {
            report_.steps += part.steps;
            report_.evaluations += part.evaluations;
            report_.work += part.work;
            if (part.good_times >= report_.good_times) continue;
            report_.good_times = part.good_times;
            report_.reason = part.reason;
        }
    }

    bool fill(std::size_t time, double start, double end, MagnusPanel& out, MultiplyWork& work) const override {
        if (time >= report_.good_times) return false;
        const Index d = lambda_.size();
        const double h = end - start;
        for (ActiveMatrix* part : {&out.alpha1, &out.alpha2, &out.alpha3, &out.integral}) part->set_zero();
        ArrayXd optimum_part = ArrayXd::Zero(d);  // of the integral, by the four nodes
        for (std::size_t i = 0; i < Rule::size; ++i) {
            const Node& node = nodes_[i];
            const MagnusWeights weights(Rule::nodes[i], Rule::weights[i], h);
            const ArrayXd best = optimum_rate(node.at);
            add(weights.integral, node, time, best, out.integral);
            add(weights.alpha1, node, time, best, out.alpha1);
            add(weights.alpha2, node, time, best, out.alpha2);
            add(weights.alpha3, node, time, best, out.alpha3);
            optimum_part += weights.integral * best;
        }
        // Where a weight is nearer to its optimum than to its start, the optimum's part is better taken in closed form;
        // at the start it is their sum that is smooth.
        const ArrayXd exact = log_optimal_growth(problem_.objective, lambda_, start, end);
        const TrainedMatrix& middle = nodes_[1].trained[time];
        for (Index k = 0; k < d; ++k) {
            const double optimum = AffineTerms::of(nodes_[1].at).optimum(lambda_[k]);
            if (std::abs(middle.deviation(k, k)) < 0.5 * std::abs(optimum)) {
                out.integral.block(k, k) += exact[k] - optimum_part[k];
            }
        }
        out.diagonal_integral = out.integral.diagonal();
        out.diagonal = true;
        for (const ActiveMatrix* part : {&out.integral, &out.alpha2, &out.alpha3}) {
            out.diagonal = out.diagonal && off_diagonal(*part) <= negligible;
        }
        estimate_quadrature(h, out);
        if (!out.diagonal) commutator(out.alpha1, out.alpha2, out.commutator, out.scratch, work);
        return true;
    }

private:
    struct Node {
        model::NoiseTerms at{};
        std::vector<TrainedMatrix> trained;
    };

    ArrayXd optimum_rate(const model::NoiseTerms& at) const {
        ArrayXd rate(lambda_.size());
        for (Index k = 0; k < rate.size(); ++k) {
            rate[k] = at.stretch * (at.rate_start + at.rate_gain * AffineTerms::of(at).optimum(lambda_[k]));
        }
        return rate;
    }

    void add(double weight, const Node& node, std::size_t time, const ArrayXd& best, ActiveMatrix& out) const {
        const Index d = lambda_.size();
        const double gain = weight * node.at.rate_gain * node.at.stretch;
        const TrainedMatrix& trained = node.trained[time];
        out.block.topLeftCorner(d, d) += gain * trained.deviation;
        out.block.topLeftCorner(d, d).diagonal().array() += weight * best;
        if (trained.residual.size() > 0) out.block.col(d).head(d) += (gain / node.at.input_scale) * trained.residual;
    }

    static double off_diagonal(const ActiveMatrix& m) {
        Eigen::MatrixXd off = m.block;
        off.diagonal().setZero();
        return off.cwiseAbs().maxCoeff();
    }

    // The rule's error is 6e-10 h⁹ A⁽⁸⁾; with α3 = h³ A''/2 and every two derivatives a factor β²/h² more, β from the
    // path's own scale (A is a function of e^2x) and from the panel's odd and even parts.
    void estimate_quadrature(double h, MagnusPanel& out) const {
        const double odd = out.alpha2.block.cwiseAbs().maxCoeff();
        const double even = out.alpha3.block.cwiseAbs().maxCoeff();
        const double beta = std::max(2.0 * std::abs(h), odd > 0.0 ? std::min(3.0, 2.0 * even / odd) : 0.0);
        out.quadrature_error = ArrayXd::Constant(size(), 2.0 * 6e-10 * even * std::pow(beta, 6.0));
    }

    MatrixProblem problem_;
    std::shared_ptr<const CoupledWeights> weights_;
    std::vector<double> tau_;
    Threads threads_;
    ArrayXd lambda_;
    std::vector<Index> order_;
    std::array<Node, Rule::size> nodes_;
    TrainingReport report_;
};

}  // namespace

std::unique_ptr<PanelSource> make_trained_panels(const MatrixProblem& problem,
                                                 std::shared_ptr<const CoupledWeights> weights, std::vector<double> tau,
                                                 Threads threads) {
    return std::make_unique<TrainedPanels>(problem, std::move(weights), std::move(tau), threads);
}

}  // namespace eigenflow::dynamics
