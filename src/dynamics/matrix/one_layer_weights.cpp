#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "bordered_eigen.hpp"
#include "coupled_weights.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"
#include "layer_views.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;

/// W̃(τ) = W̃* + (W̃(0) − W̃*) q diag(relaxation(s)) qᵀ with S̃ = q diag(s) qᵀ, W̃ = [W b]   (T-18).
class OneLayerWeights final : public CoupledWeights {
public:
    OneLayerWeights(const MatrixProblem& problem, std::optional<AffineTerms> average)
        : problem_(problem), lambda_(array_of(problem.lambda)), mean_(mean_of(problem)), average_(average) {
        const Index d = lambda_.size();
        init_.resize(d, problem.has_bias() ? d + 1 : d);
        init_.leftCols(d) = matrix_of(problem.layers.first, d, d);
        if (problem.has_bias()) init_.col(d) = bias_of(problem);
        MatrixXd off = init_.leftCols(d);
        off.diagonal().setZero();
        off_diagonal_ = off.colwise().squaredNorm().transpose().array();
        if (average_ && problem.has_bias()) solve_average();
    }

    TrainingReport train(const model::NoiseTerms& at, std::span<const double> tau, const Visit& visit) const override {
        return problem_.has_bias() ? train_affine(at, tau, visit) : train_linear(at, tau, visit);
    }

    void excess(const model::NoiseTerms& at, std::span<const double> tau, std::span<double> out) const override {
        std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN());
        if (average_) {
            train(at, tau,
                  [&](std::size_t i, const TrainedMatrix& trained) { out[i] = excess_of(trained, at, lambda_); });
            return;
        }
        // In the eigenvectors of S̃ the loss is Σ_i s_i |column i of W̃ − W̃*|² relaxation_i², and no τ costs a product.
        const AffineTerms terms = AffineTerms::of(at);
        TrainingReport report;
        ArrayXd curvature = terms.h0 + terms.h1 * lambda_;
        ArrayXd columns = off_diagonal_;
        if (problem_.has_bias()) {
            const SymmetricEigen eigen = bordered(terms);
            curvature = eigen.s;
            columns = ((init_ - optimum(terms)) * eigen.q).colwise().squaredNorm().transpose().array();
        } else {
            for (Index k = 0; k < lambda_.size(); ++k) {
                const double own = init_(k, k) - terms.optimum(lambda_[k]);
                columns[k] += own * own;
            }
        }
        columns *= curvature;
        for (std::size_t i = 0; i < tau.size(); ++i) {
            ArrayXd relaxation;
            if (!relax(terms, curvature, tau[i], relaxation, report)) return;
            out[i] = (columns * relaxation.square()).sum();
        }
    }

    bool limit(const model::NoiseTerms& at, TrainedMatrix& trained) const override {
        const Index d = lambda_.size();
        MatrixXd deviation = MatrixXd::Zero(d, init_.cols());
        if (average_) deviation = own_optimum() - optimum(AffineTerms::of(at));
        finish(at, deviation, trained);
        return true;
    }

private:
    TrainingReport train_linear(const model::NoiseTerms& at, std::span<const double> tau, const Visit& visit) const {
        const AffineTerms own = AffineTerms::of(at);
        const AffineTerms terms = average_.value_or(own);
        const Index d = lambda_.size();
        const ArrayXd curvature = terms.h0 + terms.h1 * lambda_;
        ArrayXd best(d);
        ArrayXd shift(d);
        for (Index k = 0; k < d; ++k) {
            best[k] = terms.optimum(lambda_[k]);
            shift[k] = best[k] - own.optimum(lambda_[k]);
        }
        TrainedMatrix trained;
        TrainingReport report;
        for (std::size_t i = 0; i < tau.size(); ++i) {
            ArrayXd relaxation;
            if (!relax(terms, curvature, tau[i], relaxation, report)) return report;
            trained.deviation = init_;
            trained.deviation.diagonal().array() -= best;
            trained.deviation.array().rowwise() *= relaxation.transpose();
            trained.deviation.diagonal().array() += shift;
            visit(i, trained);
            ++report.good_times;
        }
        return report;
    }

    TrainingReport train_affine(const model::NoiseTerms& at, std::span<const double> tau, const Visit& visit) const {
        const AffineTerms own = AffineTerms::of(at);
        const AffineTerms terms = average_.value_or(own);
        const SymmetricEigen fresh = average_ ? SymmetricEigen() : bordered(terms);
        const SymmetricEigen& eigen = average_ ? averaged_eigen_ : fresh;
        TrainingReport report;
        MatrixXd start;
        multiply(init_ - (average_ ? own_optimum() : optimum(terms)), eigen.q, start, report.work);
        MatrixXd shift;
        if (average_) shift = averaged_optimum_ - optimum(own);
        MatrixXd deviation;
        TrainedMatrix trained;
        for (std::size_t i = 0; i < tau.size(); ++i) {
            ArrayXd relaxation;
            if (!relax(terms, eigen.s, tau[i], relaxation, report)) return report;
            recompose(start, eigen.q, relaxation, deviation, report.work);
            if (average_) deviation += shift;
            finish(at, deviation, trained);
            visit(i, trained);
            ++report.good_times;
        }
        return report;
    }

    // start · diag(relaxation) · qᵀ, leaving out what has died away.
    static void recompose(const MatrixXd& start, const MatrixXd& q, const ArrayXd& relaxation, MatrixXd& out,
                          MultiplyWork& work) {
        constexpr double negligible = 1e-30;
        std::vector<Index> kept;
        kept.reserve(static_cast<std::size_t>(relaxation.size()));
        for (Index i = 0; i < relaxation.size(); ++i) {
            if (std::abs(relaxation[i]) > negligible) kept.push_back(i);
        }
        const auto count = static_cast<Index>(kept.size());
        MatrixXd left(start.rows(), count);
        MatrixXd right(count, q.rows());
        for (Index i = 0; i < count; ++i) {
            left.col(i) = relaxation[kept[static_cast<std::size_t>(i)]] * start.col(kept[static_cast<std::size_t>(i)]);
            right.row(i) = q.col(kept[static_cast<std::size_t>(i)]).transpose();
        }
        if (count == 0) {
            out.setZero(start.rows(), q.rows());
        } else {
            multiply(left, right, out, work);
        }
    }

    // False, with a reason, where gradient descent is unstable.
    bool relax(const AffineTerms& terms, const ArrayXd& eigenvalue, double tau, ArrayXd& relaxation,
               TrainingReport& report) const {
        const model::TrainingClock clock = problem_.clock(TrainingTime(tau));
        if (clock.eta() == 0.0) {  // one vectorised exponential: the loss asks for hundreds of noise levels
            relaxation = (-2.0 * terms.omega * clock.eta_tau() * eigenvalue).exp();
            return true;
        }
        relaxation.resize(eigenvalue.size());
        for (Index k = 0; k < eigenvalue.size(); ++k) {
            const double rate = 2.0 * terms.omega * eigenvalue[k];
            if (clock.unstable(rate)) {
                report.reason = "unstable gradient descent: the learning rate is too large";
                return false;
            }
            relaxation[k] = clock.relaxation_sign(rate) * std::exp(clock.log_relaxation(rate));
        }
        return true;
    }

    // S̃ = diag(H, 0) + (e μ; 1)(e μ; 1)ᵀ at one noise level.
    SymmetricEigen bordered(const AffineTerms& terms) const {
        const Index d = lambda_.size();
        ArrayXd poles(d + 1);
        ArrayXd z(d + 1);
        poles.head(d) = terms.h0 + terms.h1 * lambda_;
        poles[d] = 0.0;
        z.head(d) = terms.e * mean_.array();
        z[d] = 1.0;
        return diagonal_plus_rank_one(poles, z);
    }

    // Averages are diagonal plus rank two, once for all noise levels.
    void solve_average() {
        const Index d = lambda_.size();
        const auto eigen = numerics::symmetric_eigen(second_moment(*average_, lambda_, mean_));
        averaged_eigen_ = {array_of(eigen.values), Eigen::Map<const MatrixXd>(eigen.vectors.data(), d + 1, d + 1)};
        const AffineOptimum best = optimum_of(*average_, lambda_, mean_);
        averaged_optimum_.resize(d, d + 1);
        averaged_optimum_ << best.w, best.b;
    }

    // Of the averages, which a mean makes a full matrix.
    MatrixXd own_optimum() const { return problem_.has_bias() ? averaged_optimum_ : optimum(*average_); }

    // [W* b*] of one noise level.
    MatrixXd optimum(const AffineTerms& terms) const {
        const Index d = lambda_.size();
        MatrixXd best = MatrixXd::Zero(d, init_.cols());
        for (Index k = 0; k < d; ++k) best(k, k) = terms.optimum(lambda_[k]);
        if (problem_.has_bias()) {
            best.col(d) = (terms.f - terms.e * best.leftCols(d).diagonal().array()) * mean_.array();
        }
        return best;
    }

    void finish(const model::NoiseTerms& at, const MatrixXd& deviation, TrainedMatrix& trained) const {
        const Index d = lambda_.size();
        trained.deviation = deviation.leftCols(d);
        if (!problem_.has_bias()) return;
        trained.residual = deviation.col(d);
        trained.residual.noalias() += trained.deviation * (at.mean_in * mean_);
    }

    MatrixProblem problem_;
    ArrayXd lambda_;
    Eigen::VectorXd mean_;
    std::optional<AffineTerms> average_;
    MatrixXd init_;         // W̃(0)
    ArrayXd off_diagonal_;  // |column k|² of W(0) without its diagonal
    SymmetricEigen averaged_eigen_;
    MatrixXd averaged_optimum_;
};

}  // namespace

std::shared_ptr<const CoupledWeights> make_one_layer_weights(const MatrixProblem& problem,
                                                             const std::optional<AffineTerms>& average) {
    return std::make_shared<const OneLayerWeights>(problem, average);
}

}  // namespace eigenflow::dynamics
