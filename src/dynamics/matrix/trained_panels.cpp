#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "eigenflow/numerics/parallel.hpp"
#include "layer_views.hpp"
#include "panel_source.hpp"
#include "propagated.hpp"
#include "weight_table.hpp"

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

// Of the flow's tolerance, for what polynomials leave of the weights.
constexpr double table_share = 0.1;

class TrainedPanels final : public PanelSource {
public:
    TrainedPanels(const MatrixProblem& problem, std::shared_ptr<const CoupledWeights> weights, std::vector<double> tau,
                  double tolerance, Threads threads)
        : problem_(problem),
          weights_(std::move(weights)),
          tau_(std::move(tau)),
          threads_(threads),
          lambda_(array_of(problem.lambda)),
          drift_unit_(drift_unit(problem)),
          order_(problem.modes() + (problem.has_bias() ? 1 : 0)) {
        std::iota(order_.begin(), order_.end(), Index{0});
        if (!weights_->sweeps()) return;
        const model::NoisePath& path = problem.objective.path();
        const double length = std::abs(path.coordinate(problem.data) - path.coordinate(problem.noise));
        table_ = std::make_unique<WeightTable>(problem_, weights_, tau_, table_share * tolerance / length, threads);
    }

    std::size_t times() const override { return tau_.size(); }
    Index active() const override { return size(); }
    std::span<const Index> order() const override { return order_; }
    TrainingReport report() const override { return table_ ? table_->report() : report_; }
    std::string failure(std::size_t time) const override { return table_ ? table_->failure(time) : report_.reason; }
    std::vector<double> excess() const override { return table_ ? table_->excess() : std::vector<double>(); }

    void prepare(double start, double end) override {
        if (table_) table_->prepare(start, end);
        std::array<TrainingReport, Rule::size> reports;
        numerics::parallel_for(Rule::size, threads_, [&](std::size_t i) {
            Node& node = nodes_[i];
            const double x = 0.5 * (start + end) + 0.5 * (end - start) * Rule::nodes[i];
            node.at = problem_.objective.at_coordinate(x);
            if (table_) return table_->evaluate(x, node.trained);
            node.trained.resize(tau_.size());
            reports[i] = weights_->train(
                node.at, tau_, [&](std::size_t time, const TrainedMatrix& trained) { node.trained[time] = trained; });
        });
        if (table_) return;
        for (TrainingReport& part : reports) {
            report_.steps += part.steps;
            report_.evaluations += std::max<std::size_t>(1, part.evaluations);  // a closed form is one
            report_.work += part.work;
            if (part.good_times < tau_.size()) report_.reason = part.reason;
        }
    }

    bool fill(std::size_t time, double start, double end, MagnusPanel& out, MultiplyWork& work) const override {
        if (!failure(time).empty()) return false;
        const Index d = lambda_.size();
        const double h = end - start;
        out.expanded = false;  // it may have been another source's
        for (ActiveMatrix* part : {&out.alpha1, &out.alpha2, &out.alpha3, &out.integral}) part->set_zero();
        ArrayXd optimum_part = ArrayXd::Zero(d);  // of the integral, by the four nodes
        ArrayXd optimum_bend = ArrayXd::Zero(d);  // of α3
        for (std::size_t i = 0; i < Rule::size; ++i) {
            const Node& node = nodes_[i];
            const MagnusWeights weights(Rule::nodes[i], Rule::weights[i], h);
            const ArrayXd best = optimum_rate(node.at);
            add(weights.integral, node, time, best, out.integral);
            add(weights.alpha1, node, time, best, out.alpha1);
            add(weights.alpha2, node, time, best, out.alpha2);
            add(weights.alpha3, node, time, best, out.alpha3);
            optimum_part += weights.integral * best;
            optimum_bend += weights.alpha3 * best;
        }
        // A trained weight follows its optimum, whose integral is known in closed form; an untrained one stands still
        // while the optimum moves. What bends less is left to the four nodes.
        const ArrayXd exact = log_optimal_growth(problem_.objective, lambda_, start, end);
        ArrayXd bend = out.alpha3.block.diagonal().array().abs();
        for (Index k = 0; k < d; ++k) {
            const double of_deviation = std::abs(out.alpha3.block(k, k) - optimum_bend[k]);
            if (of_deviation >= bend[k]) continue;
            bend[k] = of_deviation;
            out.integral.block(k, k) += exact[k] - optimum_part[k];
        }
        out.diagonal_integral = out.integral.diagonal();
        out.diagonal = true;
        for (const ActiveMatrix* part : {&out.integral, &out.alpha2, &out.alpha3}) {
            out.diagonal = out.diagonal && off_diagonal(*part) <= negligible;
        }
        estimate_quadrature(h, bend, out);
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
        if (trained.residual.size() == 0) return;
        out.block.col(d).head(d) += (gain / node.at.input_scale / drift_unit_) * trained.residual;
    }

    static double off_diagonal(const ActiveMatrix& m) {
        Eigen::MatrixXd off = m.block;
        off.diagonal().setZero();
        return off.cwiseAbs().maxCoeff();
    }

    // The rule's error is 6e-10 h⁹ A⁽⁸⁾; with α3 = h³ A''/2 and every two derivatives a factor β²/h² more, β from the
    // path's own scale (A is a function of e^2x) and from the panel's odd and even parts.
    void estimate_quadrature(double h, const ArrayXd& bend, MagnusPanel& out) const {
        const double odd = out.alpha2.block.cwiseAbs().maxCoeff();
        const double even = out.alpha3.block.cwiseAbs().maxCoeff();
        const double beta = std::max(2.0 * std::abs(h), odd > 0.0 ? std::min(3.0, 2.0 * even / odd) : 0.0);
        out.quadrature_ratio = 2.0 * 6e-10 * std::pow(beta, 6.0);
        out.quadrature_error = out.quadrature_ratio * bend;
    }

    MatrixProblem problem_;
    std::shared_ptr<const CoupledWeights> weights_;
    std::vector<double> tau_;
    Threads threads_;
    ArrayXd lambda_;
    double drift_unit_;
    std::vector<Index> order_;
    std::array<Node, Rule::size> nodes_;
    TrainingReport report_;               // without a table
    std::unique_ptr<WeightTable> table_;  // of layers
};

}  // namespace

std::unique_ptr<PanelSource> make_trained_panels(const MatrixProblem& problem,
                                                 std::shared_ptr<const CoupledWeights> weights, std::vector<double> tau,
                                                 double tolerance, Threads threads) {
    return std::make_unique<TrainedPanels>(problem, std::move(weights), std::move(tau), tolerance, threads);
}

}  // namespace eigenflow::dynamics
