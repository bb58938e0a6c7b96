#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "eigenflow/numerics/gauss_legendre.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "layer_views.hpp"
#include "panel_source.hpp"
#include "propagated.hpp"
#include "weight_table.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

// Exact to degree 15: four nodes would do for the exponential's own order, but lost 2e-9 of λ̃ where the weights of a
// small mean set in within a panel, and their tails tell 1e5 times more than their error.
using Rule = numerics::GaussLegendre<8>;

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
            const double x =
                0.5 * (start + end) + 0.5 * (end - start) * numerics::gauss_legendre<Rule::size>().nodes[i];
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
        const Moments moments(end - start);
        Sums sums(lambda_.size());
        Eigen::ArrayXXd deviation(lambda_.size(), Rule::size);  // W_kk − W*_kk at the nodes, as it moves ln x
        out.diagonal = true;
        for (Index k = 0; k < size(); ++k) {
            sums.clear();
            for (std::size_t i = 0; i < Rule::size; ++i) {
                column(nodes_[i], time, k, sums.value);
                if (k < lambda_.size()) {
                    deviation(k, static_cast<Index>(i)) = sums.value[k];
                    sums.value[k] = 0.0;
                }
                sums.add(moments, i);
            }
            if (!(sums.store(moments, k, out) <= negligible)) out.diagonal = false;  // NaN is not negligible
        }
        set_diagonal(start, end, moments, deviation, out);
        if (!out.diagonal) commutator(out.alpha1, out.alpha2, out.commutator, out.scratch, work);
        return true;
    }

private:
    struct Node {
        model::NoiseTerms at{};
        std::vector<TrainedMatrix> trained;
    };

    // What a node's values contribute.
    struct Moments {
        explicit Moments(double h) : half(0.5 * std::abs(h)) {
            const Rule& rule = numerics::gauss_legendre<Rule::size>();
            for (std::size_t i = 0; i < Rule::size; ++i) {
                const MagnusWeights w(rule.nodes[i], rule.weights[i], h);
                of_node[i] = {w.integral, w.alpha1, w.alpha2, w.alpha3, rule.even_tail[i], rule.odd_tail[i]};
            }
        }
        enum Of : std::size_t { integral, alpha1, alpha2, alpha3, even_tail, odd_tail, count };
        std::array<std::array<double, count>, Rule::size> of_node;
        double half;
        // The rule's own error: its tails fall like r^n.
        ArrayXd error(const ArrayXd& even, const ArrayXd& odd, const ArrayXd& largest) const {
            const ArrayXd tail = even.abs().max(odd.abs());
            return (largest > 0.0)
                .select(4.0 * half * tail * (tail / largest.max(std::numeric_limits<double>::min())), 0.0);
        }
    };

    // Of one column.
    struct Sums {
        explicit Sums(Index rows) : value(rows), largest(rows) { of.fill(value); }
        void clear() {
            for (ArrayXd& sum : of) sum.setZero();
            largest.setZero();
        }
        void add(const Moments& moments, std::size_t node) {
            for (std::size_t m = 0; m < Moments::count; ++m) of[m] += moments.of_node[node][m] * value;
            largest = largest.max(value.abs());
        }
        // The size of the integral and its bends; NaN where an entry is.
        double store(const Moments& moments, Index k, MagnusPanel& out) const {
            const auto to = [&](ActiveMatrix& matrix, const ArrayXd& column) {
                matrix.block.col(k).setZero();
                matrix.block.col(k).head(column.size()) = column.matrix();
            };
            to(out.integral, of[Moments::integral]);
            to(out.alpha1, of[Moments::alpha1]);
            to(out.alpha2, of[Moments::alpha2]);
            to(out.alpha3, of[Moments::alpha3]);
            to(out.quadrature, moments.error(of[Moments::even_tail], of[Moments::odd_tail], largest));
            return (of[Moments::integral].abs() + of[Moments::alpha2].abs() + of[Moments::alpha3].abs())
                .maxCoeff<Eigen::PropagateNaN>();
        }
        std::array<ArrayXd, Moments::count> of;
        ArrayXd value, largest;
    };

    // A trained weight follows its optimum, whose integral is known in closed form; an untrained one stands still while
    // the optimum moves. What the nodes resolve better is left to them.
    void set_diagonal(double start, double end, const Moments& moments, const Eigen::ArrayXXd& deviation,
                      MagnusPanel& out) const {
        const Index d = lambda_.size();
        Eigen::ArrayXXd whole = deviation;
        for (std::size_t i = 0; i < Rule::size; ++i) whole.col(static_cast<Index>(i)) += optimum_rate(nodes_[i].at);
        const auto sum = [&](const Eigen::ArrayXXd& values, Moments::Of of) {
            ArrayXd total = ArrayXd::Zero(d);
            for (std::size_t i = 0; i < Rule::size; ++i) {
                total += moments.of_node[i][of] * values.col(static_cast<Index>(i));
            }
            return total;
        };
        const auto error = [&](const Eigen::ArrayXXd& values) {
            return moments.error(sum(values, Moments::even_tail), sum(values, Moments::odd_tail),
                                 values.abs().rowwise().maxCoeff());
        };
        const ArrayXd of_deviation = error(deviation);
        const ArrayXd of_whole = error(whole);
        const ArrayXd growth = log_optimal_growth(problem_.objective, lambda_, start, end);
        const auto beside = (of_deviation <= of_whole).eval();
        out.quadrature_error.setZero();
        out.quadrature_error.head(d) = beside.select(of_deviation, of_whole);
        out.diagonal_integral.setZero();
        out.diagonal_integral.head(d) =
            beside.select(growth + sum(deviation, Moments::integral), sum(whole, Moments::integral));
        out.integral.block.diagonal() = out.diagonal_integral.matrix();
        out.alpha1.block.diagonal().head(d) = sum(whole, Moments::alpha1).matrix();
        out.alpha2.block.diagonal().head(d) = sum(whole, Moments::alpha2).matrix();
        out.alpha3.block.diagonal().head(d) = sum(whole, Moments::alpha3).matrix();
    }

    ArrayXd optimum_rate(const model::NoiseTerms& at) const {
        ArrayXd rate(lambda_.size());
        for (Index k = 0; k < rate.size(); ++k) {
            rate[k] = at.stretch * (at.rate_start + at.rate_gain * AffineTerms::of(at).optimum(lambda_[k]));
        }
        return rate;
    }

    // Column k of what the deviation of weights adds to the optimum's rate, the drift's last.
    void column(const Node& node, std::size_t time, Index k, ArrayXd& out) const {
        const double gain = node.at.rate_gain * node.at.stretch;
        const TrainedMatrix& trained = node.trained[time];
        if (k < lambda_.size()) {
            out = gain * trained.deviation.col(k).array();
        } else {
            out = (gain / node.at.input_scale / drift_unit_) * trained.residual.array();
        }
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
