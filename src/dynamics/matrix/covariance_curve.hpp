#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "eigenflow/core/trajectories.hpp"
#include "engine.hpp"

namespace eigenflow::dynamics {

/// ln λ̃ of all modes between the times of a simulation, for `Trajectories::evaluate`: a whole flow gives all modes at
/// one τ at once, so what is computed is kept, and shared by all modes and threads.
///
/// Knots lie on the grid's own times and, log-spaced between them and below the first, at most a twelfth of a decade
/// apart. Between two knots ln λ̃ is the polynomial in ln τ through the ten nearest, if it meets a flow in the middle of
/// them to `accuracy` in every mode; else the one through 9 or 17 Chebyshev points of the interval itself. What comes
/// out depends on τ alone, not on what was asked before.
/// Accuracy: 1e-9 of τ* against the mode engine (test "T-19 emergence"). Cost: a flow a knot that no grid time holds,
/// and one or more for every interval in which something is asked.
/// Gradient descent: at whole steps the same curve, between two of them ln λ̃ is linear in τ.
class CovarianceCurve {
public:
    static constexpr double accuracy = 1e-10;  // of ln λ̃

    CovarianceCurve(std::shared_ptr<const MatrixEngine> engine, const Trajectories& known);
    void evaluate(std::size_t mode, std::span<const double> tau, std::span<double> variance);

private:
    using Row = std::vector<double>;  // ln λ̃ of every mode
    struct Slot {
        bool started = false;
        bool done = false;
        Row row;
    };

    double log_variance(std::size_t mode, double tau);
    double at_whole_step(std::size_t mode, double tau);
    double interpolated(std::size_t mode, double tau);
    /// Degree of the interval's own polynomial, 0: that of the knots around it.
    int degree_of(long interval);
    double on_knots(std::size_t mode, long interval, double log_tau);
    double on_chebyshev(std::size_t mode, long interval, int degree, double log_tau);

    double knot(long index) const;  // τ
    long interval_of(double tau) const;
    /// Computes what is missing, waits for what others compute.
    void ensure(std::span<const double> tau);
    std::vector<double> claim(std::span<const double> tau);
    void sweep(const std::function<void(double)>& take) const;
    double probe(long interval) const;  // τ at which the interval's polynomial is judged
    void compute(std::span<const double> tau);
    const Row& row(double tau);

    std::shared_ptr<const MatrixEngine> engine_;
    std::size_t modes_;
    std::vector<double> knots_;  // of the grid and between its times; knots_[0] is the first positive time
    double start_step_;          // ratio of knots below the first
    std::mutex mutex_;
    std::condition_variable ready_;
    std::map<double, Slot> rows_;
    std::map<long, int> degrees_;
    bool swept_ = false;  // sweep() is done
};

std::function<void(std::size_t, std::span<const double>, std::span<double>)> make_evaluate(
    std::shared_ptr<const MatrixEngine> engine, const Trajectories& known);

}  // namespace eigenflow::dynamics
