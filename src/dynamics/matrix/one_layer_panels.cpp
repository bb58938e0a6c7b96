#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "eigenflow/numerics/exponential.hpp"
#include "eigenflow/numerics/gauss_legendre.hpp"
#include "fixed_coupling.hpp"
#include "layer_views.hpp"
#include "panel_source.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Rule = numerics::GaussLegendre<16>;

constexpr double negligible = 1e-18;  // of what a column passes on: rates are of order 1

class OneLayerPanels final : public PanelSource {
public:
    OneLayerPanels(const MatrixProblem& problem, const std::optional<AffineTerms>& average, double tau)
        : objective_(problem.objective), clock_(problem.clock(TrainingTime(tau))), average_(average) {
        const auto d = static_cast<Index>(problem.modes());
        const Eigen::MatrixXd start = matrix_of(problem.layers.first, d, d);
        choose_active(problem, start);
        coupling_.resize(d, active_);
        lambda_.resize(d);
        init_.resize(d);
        for (Index j = 0; j < d; ++j) {
            const Index mode = order_[static_cast<std::size_t>(j)];
            lambda_[j] = problem.lambda[static_cast<std::size_t>(mode)];
            init_[j] = start(mode, mode);
            for (Index k = 0; k < active_; ++k) {
                coupling_(j, k) = j == k ? 0.0 : start(mode, order_[static_cast<std::size_t>(k)]);
            }
        }
        if (shape_.size() > 0) fixed_.emplace(coupling_ * shape_.matrix().asDiagonal(), work_);
    }

    std::size_t times() const override { return 1; }
    Index active() const override { return active_; }
    std::span<const Index> order() const override { return order_; }
    int expansion_order() const override { return fixed_ ? expanded_order : magnus_order; }
    void prepare(double, double) override { evaluations_ += Rule::size; }
    TrainingReport report() const override {
        TrainingReport report;
        report.evaluations = evaluations_;
        report.work = work_;
        return report;
    }
    std::string failure(std::size_t) const override {
        return "unstable gradient descent: the learning rate is too large";
    }

    bool fill(std::size_t, double start, double end, MagnusPanel& out, MultiplyWork& work) const override {
        const double h = end - start;
        const Rule& rule = numerics::gauss_legendre<Rule::size>();
        Samples at_nodes(lambda_.size(), fixed_ ? 1 : active_);
        Node node;
        for (std::size_t i = 0; i < Rule::size; ++i) {
            if (!evaluate(objective_.at_coordinate(0.5 * (start + end) + 0.5 * h * rule.nodes[i]), node)) return false;
            const auto column = static_cast<Index>(i);
            at_nodes.diagonal.col(column) = (node.optimum_rate + node.deviation_rate).matrix();
            at_nodes.deviation.col(column) = node.deviation_rate.matrix();
            if (fixed_) {
                at_nodes.passed(0, column) = node.passed[top_] / shape_[top_];
            } else {
                at_nodes.passed.col(column) = node.passed.head(active_).matrix();
            }
        }
        const Moments weights(rule, h);
        const Eigen::MatrixXd diagonal = at_nodes.diagonal * weights.of_rule;
        const Eigen::MatrixXd columns = at_nodes.passed * weights.of_rule;
        out.diagonal_integral = log_optimal_growth(objective_, lambda_, start, end) +
                                (at_nodes.deviation * weights.of_rule.col(Moments::integral)).array();
        out.quadrature_error = 0.5 * std::abs(h) * Samples::error(rule, at_nodes.deviation);
        const ArrayXd passed_error = 0.5 * std::abs(h) * Samples::error(rule, at_nodes.passed);
        out.diagonal = active_ == 0 || at_nodes.passed.cwiseAbs().maxCoeff() * largest_column_ <= negligible;
        if (out.diagonal) return true;
        if (fixed_) {
            const auto moment = [&](Index of) {
                return FixedMoment{.d = diagonal.col(of).array(), .g = columns(0, of)};
            };
            out.coupling = &*fixed_;
            out.moments = {moment(Moments::alpha1), moment(Moments::eighth2), moment(Moments::alpha3),
                           moment(Moments::eighth4), moment(Moments::residual)};
            out.coupling_integral = columns(0, Moments::integral);
            out.coupling_error = passed_error[0];
            return true;
        }
        assemble(diagonal.col(Moments::alpha1), columns.col(Moments::alpha1), out.alpha1);
        assemble(diagonal.col(Moments::alpha2), columns.col(Moments::alpha2), out.alpha2);
        assemble(diagonal.col(Moments::alpha3), columns.col(Moments::alpha3), out.alpha3);
        assemble(out.diagonal_integral, columns.col(Moments::integral), out.integral);
        assemble(ArrayXd::Zero(lambda_.size()), passed_error, out.quadrature);
        first_commutator(diagonal, columns, out.commutator, work);
        return true;
    }

private:
    struct Node {
        ArrayXd optimum_rate;    // of x along a mode, at the optimum
        ArrayXd deviation_rate;  // what W_jj − W*_jj adds
        ArrayXd passed;          // the factor of column k of W(0)
        ArrayXd best, learned;   // the optimum, and what is learned where that is another's
    };

    // Rows of values at the nodes, times of_rule: their moments, a column each.
    struct Moments {
        enum Column : Index { integral, alpha1, alpha2, alpha3, eighth2, eighth4, residual, count };
        Moments(const Rule& rule, double h) : of_rule(static_cast<Index>(Rule::size), count) {
            for (std::size_t i = 0; i < Rule::size; ++i) {
                const MagnusWeights w(rule.nodes[i], rule.weights[i], h);
                of_rule.row(static_cast<Index>(i)) << w.integral, w.alpha1, w.alpha2, w.alpha3, w.eighth2, w.eighth4,
                    w.residual;
            }
        }
        Eigen::MatrixXd of_rule;
    };

    struct Samples {
        Samples(Index size, Index columns)
            : diagonal(size, static_cast<Index>(Rule::size)),
              deviation(size, static_cast<Index>(Rule::size)),
              passed(columns, static_cast<Index>(Rule::size)) {}
        // The rule's own error estimate of rows of values at its nodes, as FlowQuadrature takes it.
        static ArrayXd error(const Rule& rule, const Eigen::MatrixXd& values) {
            const ArrayXd tail = tail_of(rule.even_tail, values).max(tail_of(rule.odd_tail, values));
            const ArrayXd largest = values.cwiseAbs().rowwise().maxCoeff().array();
            return (largest > 0.0).select(4.0 * tail.square() / largest.max(std::numeric_limits<double>::min()), 0.0);
        }
        template <class Weights>
        static ArrayXd tail_of(const Weights& weights, const Eigen::MatrixXd& values) {
            const Eigen::Map<const Eigen::VectorXd> tail(&weights[0], static_cast<Index>(Rule::size));
            return (values * tail).array().abs();
        }
        Eigen::MatrixXd diagonal, deviation, passed;
    };

    // Modes that still pass something on at some noise level, as found at 64 of them, come first.
    void choose_active(const MatrixProblem& problem, const Eigen::MatrixXd& start) {
        const double noise = objective_.path().coordinate(problem.noise);
        const double data = objective_.path().coordinate(problem.data);
        constexpr int levels = 64;
        const auto d = static_cast<Index>(problem.modes());
        lambda_ = array_of(problem.lambda);
        init_ = ArrayXd::Zero(d);
        ArrayXd strongest = ArrayXd::Zero(d);
        Eigen::ArrayXXd passed(d, levels + 1);
        Node node;
        for (int i = 0; i <= levels; ++i) {
            if (!evaluate(objective_.at_coordinate(noise + (data - noise) * i / levels), node)) {
                node.passed = ArrayXd::Ones(d);
            }
            strongest = strongest.max(node.passed.abs());
            passed.col(i) = node.passed;
        }
        order_.resize(problem.modes());
        std::iota(order_.begin(), order_.end(), Index{0});
        const auto passes = [&](Index k) {
            Eigen::VectorXd column = start.col(k);
            column[k] = 0.0;
            const double size = column.norm();
            if (!(strongest[k] * size > negligible)) return false;
            largest_column_ = std::max(largest_column_, size);
            return true;
        };
        const auto rest = std::stable_partition(order_.begin(), order_.end(), passes);
        active_ = static_cast<Index>(rest - order_.begin());
        choose_shape(passed);
    }

    // Where all columns die away alike with the noise level, as on ve with uniform weighting: at its largest.
    void choose_shape(const Eigen::ArrayXXd& passed) {
        ArrayXd shape(active_);
        Index row = 0;
        Index level = 0;
        if (active_ == 0) return;
        const double size = passed.abs().maxCoeff(&row, &level);
        for (Index k = 0; k < active_; ++k) shape[k] = passed(order_[static_cast<std::size_t>(k)], level) / size;
        shape.abs().maxCoeff(&top_);
        ArrayXd other(active_);
        for (Index i = 0; i < passed.cols(); ++i) {
            for (Index k = 0; k < active_; ++k) other[k] = passed(order_[static_cast<std::size_t>(k)], i);
            const double ratio = other[top_] / shape[top_];
            // Rounding: an exponent of 41 makes it 1e-14, and what is below 1e-30 does not count.
            if (!((other - ratio * shape).abs().maxCoeff() <= 1e-13 * std::abs(ratio) + 1e-30)) return;
        }
        shape_ = shape;
    }

    bool evaluate(const model::NoiseTerms& at, Node& node) const {
        const AffineTerms own = AffineTerms::of(at);
        const AffineTerms terms = average_.value_or(own);
        const Index d = lambda_.size();
        const double gain = at.rate_gain * at.stretch;
        ArrayXd& relaxation = node.passed;
        relaxation = 2.0 * terms.omega * (terms.h0 + terms.h1 * lambda_);
        if (clock_.eta() == 0.0) {
            relaxation *= -clock_.eta_tau();
            numerics::exponentials({relaxation.data(), static_cast<std::size_t>(d)});
        } else {
            for (double& rate : relaxation) {
                if (clock_.unstable(rate)) return false;
                rate = clock_.relaxation_sign(rate) * std::exp(clock_.log_relaxation(rate));
            }
        }
        set_optimum(own, node.best);
        if (average_) {
            set_optimum(terms, node.learned);
            node.deviation_rate = gain * ((init_ - node.learned) * relaxation + (node.learned - node.best));
        } else {
            node.deviation_rate = gain * (init_ - node.best) * relaxation;
        }
        node.optimum_rate = at.stretch * at.rate_start + gain * node.best;
        relaxation *= gain;
        return true;
    }

    void set_optimum(const AffineTerms& of, ArrayXd& out) const {
        out = of.h0 + of.h1 * lambda_;
        out = (out > 0.0).select((of.m0 + of.m1 * lambda_) / out, 0.0);
    }

    void assemble(const ArrayXd& diagonal, const ArrayXd& columns, ActiveMatrix& out) const {
        out.block = coupling_ * columns.matrix().asDiagonal();
        out.block.topRows(active_).diagonal() += diagonal.head(active_).matrix();
        out.rest = diagonal.tail(out.rest.size());
    }

    // [D1 + N C1, D2 + N C2] = D1 N C2 − N C2 D1 − D2 N C1 + N C1 D2 + N (C1 N C2 − C2 N C1)
    void first_commutator(const Eigen::MatrixXd& diagonal, const Eigen::MatrixXd& columns, ActiveMatrix& out,
                          MultiplyWork& work) const {
        const ArrayXd d1 = diagonal.col(Moments::alpha1), d2 = diagonal.col(Moments::alpha2);
        const ArrayXd c1 = columns.col(Moments::alpha1), c2 = columns.col(Moments::alpha2);
        for (Index k = 0; k < active_; ++k) {
            out.block.col(k) = (coupling_.col(k).array() * ((d1 - d1[k]) * c2[k] - (d2 - d2[k]) * c1[k])).matrix();
        }
        out.rest.setZero();
        Eigen::MatrixXd inner(active_, active_);
        for (Index k = 0; k < active_; ++k) {
            inner.col(k) = (coupling_.col(k).head(active_).array() * (c1 * c2[k] - c2 * c1[k])).matrix();
        }
        Eigen::MatrixXd product;
        multiply(coupling_, inner, product, work);
        out.block += product;
    }

    model::Objective objective_;
    model::TrainingClock clock_;
    std::optional<AffineTerms> average_;
    std::vector<Index> order_;
    Index active_ = 0;
    std::size_t evaluations_ = 0;  // of the weights, in closed form
    ArrayXd lambda_;               // in order
    ArrayXd init_;                 // W_jj(0), in order
    Eigen::MatrixXd coupling_;     // the active columns of W(0) without the diagonal, in order
    double largest_column_ = 0.0;  // its norm
    ArrayXd shape_;                // of what columns pass on, where that is the same at every noise level; else empty
    Index top_ = 0;                // its largest
    std::optional<FixedCoupling> fixed_;
    MultiplyWork work_;
};

}  // namespace

std::unique_ptr<PanelSource> make_one_layer_panels(const MatrixProblem& problem,
                                                   const std::optional<AffineTerms>& average, double tau) {
    return std::make_unique<OneLayerPanels>(problem, average, tau);
}

Eigen::ArrayXd log_optimal_growth(const model::Objective& objective, const Eigen::ArrayXd& lambda, double start,
                                  double end) {
    const model::PathPoint from = objective.path().at_coordinate(start);
    const model::PathPoint to = objective.path().at_coordinate(end);
    return 0.5 * ((to.a * to.a * lambda + to.s * to.s) / (from.a * from.a * lambda + from.s * from.s)).log();
}

}  // namespace eigenflow::dynamics
