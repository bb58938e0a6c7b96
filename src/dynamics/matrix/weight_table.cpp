#include "weight_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/numerics/gauss_legendre.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "layer_views.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// ΔW has poles where a²λ + s² = 0, at a distance π/2 from the real axis of x = ln σ: degree 24 on 1.5 leaves 4.4^-24.
// Where noise is far below the data's deviations, degree 12 does.
constexpr double widest_piece = 1.5;
constexpr std::size_t low_degree = 12;
constexpr std::size_t high_degree = 24;  // whose points hold those of the low one
constexpr int deepest = 12;              // halvings; weights that turn within 4e-4 are not functions of the noise level
// What integration leaves in a weight, in units of the largest: no degree gets below it.
constexpr double roughness = 2e-12;

// Of point j of n + 1, counted from the start, on [−1, 1].
double lobatto(std::size_t j, std::size_t n) {
    if (j == 0) return -1.0;
    if (j == n) return 1.0;
    return -std::cos(std::numbers::pi * static_cast<double>(j) / static_cast<double>(n));
}

}  // namespace

WeightTable::WeightTable(const MatrixProblem& problem, std::shared_ptr<const CoupledWeights> weights,
                         std::vector<double> tau, double precision, Threads threads)
    : problem_(problem),
      weights_(std::move(weights)),
      tau_(std::move(tau)),
      precision_(precision),
      threads_(threads),
      lambda_(array_of(problem.lambda)),
      failure_(tau_.size()),
      excess_(tau_.size(), 0.0) {
    noise_ = problem.objective.path().coordinate(problem.noise);
    data_ = problem.objective.path().coordinate(problem.data);
    direction_ = data_ > noise_ ? 1.0 : -1.0;
    count_ = static_cast<std::size_t>(std::max(1.0, std::ceil(std::abs(data_ - noise_) / widest_piece)));
}

void WeightTable::prepare(double start, double end) {
    while (!pieces_.empty() && pieces_.begin()->first < along(start)) pieces_.erase(pieces_.begin());
    const auto edge = [&](std::size_t i) {
        return i == count_ ? data_ : noise_ + (data_ - noise_) * static_cast<double>(i) / static_cast<double>(count_);
    };
    while (next_ < count_ && (pieces_.empty() || pieces_.rbegin()->first < along(end))) {
        make_pieces(edge(next_), edge(next_ + 1), 0);
        ++next_;
    }
}

void WeightTable::make_pieces(double start, double end, int depth) {
    Piece piece{start, end, {joint_}};
    std::vector<std::size_t> unresolved;
    for (const std::size_t degree : {low_degree, high_degree}) {
        train(piece, degree);
        unresolved = unresolved_times(piece);
        if (unresolved.empty()) break;
    }
    if (depth == deepest) {
        for (const std::size_t time : unresolved) {
            fail(time, "weights at noise level " + shortest_text(piece.nodes.front()->at.t) +
                           " turn too sharply with the noise level to be followed");
        }
        unresolved.clear();
    }
    if (!unresolved.empty()) {
        const double middle = 0.5 * (start + end);
        make_pieces(start, middle, depth + 1);
        return make_pieces(middle, end, depth + 1);
    }
    joint_ = piece.nodes.back();
    add_excess(piece);
    pieces_.emplace(along(end), std::move(piece));
}

// The points of a higher degree hold those of half of it.
void WeightTable::train(Piece& piece, std::size_t degree) {
    std::vector<std::shared_ptr<const Node>> nodes(degree + 1);
    nodes.front() = piece.nodes.front();
    if (piece.nodes.size() > 1) {
        for (std::size_t j = 0; j < piece.nodes.size(); ++j) nodes[2 * j] = piece.nodes[j];
    }
    std::vector<std::size_t> missing;
    for (std::size_t j = 0; j <= degree; ++j) {
        if (!nodes[j]) missing.push_back(j);
    }
    std::vector<TrainingReport> reports(missing.size());
    numerics::parallel_for(missing.size(), threads_, [&](std::size_t i) {
        const std::size_t j = missing[i];
        const double middle = 0.5 * (piece.start + piece.end);
        const double x = j == 0        ? piece.start
                         : j == degree ? piece.end
                                       : middle + 0.5 * (piece.end - piece.start) * lobatto(j, degree);
        auto node = std::make_shared<Node>();
        node->at = problem_.objective.at_coordinate(x);
        node->trained.resize(tau_.size());
        reports[i] = weights_->train(node->at, tau_, [&](std::size_t time, const TrainedMatrix& trained) {
            node->trained[time] = trained;
            node->trained[time].parameters = {};
        });
        nodes[j] = std::move(node);
    });
    for (const TrainingReport& part : reports) {
        report_.steps += part.steps;
        report_.evaluations += part.evaluations;
        report_.work += part.work;
        for (std::size_t time = part.good_times; time < tau_.size(); ++time) fail(time, part.reason);
    }
    piece.nodes = std::move(nodes);
}

std::vector<std::size_t> WeightTable::unresolved_times(const Piece& piece) const {
    const std::size_t n = piece.nodes.size() - 1;
    std::vector<char> open(tau_.size(), 0);
    numerics::parallel_for(tau_.size(), threads_, [&](std::size_t time) {
        if (!failure_[time].empty()) return;
        const Index d = lambda_.size();
        // The last three Chebyshev coefficients, of ΔW and of c as one more column.
        std::array<MatrixXd, 3> tail;
        tail.fill(MatrixXd::Zero(d, d + 1));
        double largest = 0.0;
        double gain = 0.0;
        for (std::size_t j = 0; j <= n; ++j) {
            const Node& node = *piece.nodes[j];
            const TrainedMatrix& trained = node.trained[time];
            largest = std::max(largest, trained.deviation.cwiseAbs().maxCoeff());
            gain = std::max(gain, std::abs(node.at.rate_gain * node.at.stretch));
            for (std::size_t back = 0; back < tail.size(); ++back) {
                const std::size_t order = n - back;
                const double end = j == 0 || j == n ? 0.5 : 1.0;
                const double factor =
                    end * (order == n ? 1.0 : 2.0) / static_cast<double>(n) *
                    std::cos(std::numbers::pi * static_cast<double>(order * (n - j)) / static_cast<double>(n));
                tail[back].leftCols(d) += factor * trained.deviation;
                if (trained.residual.size() > 0) tail[back].col(d) += (factor / node.at.input_scale) * trained.residual;
            }
        }
        double worst = 0.0;
        for (const MatrixXd& part : tail) worst = std::max(worst, part.cwiseAbs().maxCoeff());
        const double allowed = precision_ + roughness * gain * (1.0 + largest);
        if (!(gain * worst <= allowed)) open[time] = 1;
    });
    std::vector<std::size_t> out;
    for (std::size_t time = 0; time < tau_.size(); ++time) {
        if (open[time] != 0) out.push_back(time);
    }
    return out;
}

void WeightTable::evaluate(double coordinate, std::vector<TrainedMatrix>& out) const {
    auto piece = pieces_.lower_bound(along(coordinate));
    if (piece == pieces_.end()) --piece;
    interpolate(piece->second, coordinate, out);
}

// The barycentric formula of Chebyshev–Lobatto points, as weights of their values.
void WeightTable::interpolate(const Piece& piece, double coordinate, std::vector<TrainedMatrix>& out) const {
    const std::size_t n = piece.nodes.size() - 1;
    const double x = (2.0 * coordinate - piece.start - piece.end) / (piece.end - piece.start);
    std::vector<double> weight(n + 1, 0.0);
    double sum = 0.0;
    for (std::size_t j = 0; j <= n; ++j) {
        const double distance = x - lobatto(j, n);
        if (distance == 0.0) {
            std::fill(weight.begin(), weight.end(), 0.0);
            weight[j] = sum = 1.0;
            break;
        }
        weight[j] = (j % 2 == 0 ? 1.0 : -1.0) * (j == 0 || j == n ? 0.5 : 1.0) / distance;
        sum += weight[j];
    }
    out.resize(tau_.size());
    for (std::size_t time = 0; time < tau_.size(); ++time) {
        if (!failure_[time].empty()) continue;
        const TrainedMatrix& first = piece.nodes.front()->trained[time];
        out[time].deviation.setZero(first.deviation.rows(), first.deviation.cols());
        out[time].residual.setZero(first.residual.size());
        for (std::size_t j = 0; j <= n; ++j) {
            const TrainedMatrix& trained = piece.nodes[j]->trained[time];
            out[time].deviation += (weight[j] / sum) * trained.deviation;
            if (trained.residual.size() > 0) out[time].residual += (weight[j] / sum) * trained.residual;
        }
    }
}

void WeightTable::add_excess(const Piece& piece) {
    using Rule = numerics::GaussLegendre<16>;
    const Rule& rule = numerics::gauss_legendre<Rule::size>();
    std::vector<TrainedMatrix> trained;
    for (std::size_t i = 0; i < Rule::size; ++i) {
        const double x = 0.5 * (piece.start + piece.end) + 0.5 * (piece.end - piece.start) * rule.nodes[i];
        const model::NoiseTerms at = problem_.objective.at_coordinate(x);
        interpolate(piece, x, trained);
        const double weight = 0.5 * std::abs(piece.end - piece.start) * rule.weights[i] * at.loss_excess;
        for (std::size_t time = 0; time < tau_.size(); ++time) {
            if (failure_[time].empty()) excess_[time] += weight * excess_of(trained[time], at, lambda_);
        }
    }
}

void WeightTable::fail(std::size_t time, const std::string& reason) {
    if (failure_[time].empty()) failure_[time] = reason;
}

}  // namespace eigenflow::dynamics
