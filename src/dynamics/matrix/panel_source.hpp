#pragma once

#include <Eigen/Core>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coupled_weights.hpp"
#include "magnus.hpp"

namespace eigenflow::dynamics {

/// A(x) of X' = A X for some training times, panel by panel. Rows and columns are modes in an order of the source's own
/// and, where the problem has a bias, a last one that carries the drift: x − a μ is what is propagated, so that the
/// drift, rate_gain/c_in times the residual c, dies away where training is over.
class PanelSource {
public:
    virtual ~PanelSource() = default;
    PanelSource() = default;
    PanelSource(const PanelSource&) = delete;
    PanelSource& operator=(const PanelSource&) = delete;

    virtual std::size_t times() const = 0;
    virtual Eigen::Index active() const = 0;
    /// order()[j] is the mode of row j; d for the drift.
    virtual std::span<const Eigen::Index> order() const = 0;
    /// Of the exponent that is made of its panels.
    virtual int expansion_order() const { return magnus_order; }
    Eigen::Index size() const { return static_cast<Eigen::Index>(order().size()); }

    /// Called before fill() of any time with the same panel.
    virtual void prepare(double start, double end) = 0;
    /// From any thread. False for a time whose weights do not exist.
    virtual bool fill(std::size_t time, double start, double end, MagnusPanel& out, MultiplyWork& work) const = 0;
    /// What it cost.
    virtual TrainingReport report() const = 0;
    /// Why fill() failed for a time.
    virtual std::string failure(std::size_t time) const = 0;
    /// ∫ loss_excess E|F̂ − F̂*|² dx of every time over what was prepared so far, where that is a by-product; else empty.
    virtual std::vector<double> excess() const { return {}; }
};

/// One layer without bias at one training time. Off the diagonal the weights are W(0) diag(relaxation(h_k)), so that
/// columns of learned modes vanish, and all do at large noise. Where what columns pass on is one matrix times a
/// function of the noise level there is no first commutator (FixedCoupling), else it costs one product. 16 nodes a
/// panel, of d exponentials each.
std::unique_ptr<PanelSource> make_one_layer_panels(const MatrixProblem& problem,
                                                   const std::optional<AffineTerms>& average, double tau);

/// Any weights, at eight nodes a panel, all times at once. Of weights that sweep, from a table whose times may fail one
/// by one.
/// @param tolerance  of the flow
std::unique_ptr<PanelSource> make_trained_panels(const MatrixProblem& problem,
                                                 std::shared_ptr<const CoupledWeights> weights, std::vector<double> tau,
                                                 double tolerance, Threads threads);

/// The optimum's own propagator from coordinate start to end, ½ ln[(a²λ + s²)(end)/(a²λ + s²)(start)].
Eigen::ArrayXd log_optimal_growth(const model::Objective& objective, const Eigen::ArrayXd& lambda, double start,
                                  double end);

}  // namespace eigenflow::dynamics
