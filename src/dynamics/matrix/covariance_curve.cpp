#include "covariance_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace eigenflow::dynamics {
namespace {

constexpr double knots_per_decade = 12.0;
constexpr long stencil = 10;

/// The polynomial through (x_i, y_i) at x, by the second barycentric formula with the weights of any nodes.
double interpolate(std::span<const double> x, std::span<const double> y, double at) {
    double above = 0.0;
    double below = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (at == x[i]) return y[i];
        double weight = 1.0;
        for (std::size_t j = 0; j < x.size(); ++j) {
            if (j != i) weight *= (x[i] - x[j]) * 4.0 / (x.back() - x.front());  // scaled against underflow
        }
        const double part = 1.0 / (weight * (at - x[i]));
        above += part * y[i];
        below += part;
    }
    return above / below;
}

}  // namespace

CovarianceCurve::CovarianceCurve(std::shared_ptr<const MatrixEngine> engine, const Trajectories& known)
    : engine_(std::move(engine)), modes_(known.modes()), start_step_(std::pow(10.0, -1.0 / knots_per_decade)) {
    for (std::size_t i = 0; i < known.times(); ++i) {
        Slot& slot = rows_[known.tau[i]];
        slot.started = slot.done = true;
        for (const double variance : known.row(i)) slot.row.push_back(std::log(variance));
        if (known.tau[i] <= 0.0) continue;
        if (!knots_.empty()) {
            // As the search for emergence times subdivides the grid, so that it asks for knots.
            const double low = knots_.back();
            const double high = known.tau[i];
            const double intervals = std::ceil(knots_per_decade * std::log10(high / low) - 1e-9);
            for (double j = 1.0; j < intervals; ++j) knots_.push_back(low * std::pow(high / low, j / intervals));
        }
        knots_.push_back(known.tau[i]);
    }
}

void CovarianceCurve::evaluate(std::size_t mode, std::span<const double> tau, std::span<double> variance) {
    for (std::size_t i = 0; i < tau.size(); ++i) variance[i] = std::exp(log_variance(mode, tau[i]));
}

double CovarianceCurve::log_variance(std::size_t mode, double tau) {
    const MatrixProblem& problem = engine_->problem();
    if (problem.rule == TrainingRule::gradient_flow) return interpolated(mode, tau);
    const double eta = problem.learning_rate.value;
    const double before = std::floor(tau / eta) * eta;
    const double first = before > tau ? before - eta : before;
    const double left = at_whole_step(mode, first);
    if (first == tau) return left;
    const double part = std::clamp((tau - first) / eta, 0.0, 1.0);
    return (1.0 - part) * left + part * at_whole_step(mode, first + eta);
}

// Descent may oscillate from step to step, so that nothing is interpolated: each step asked for is a flow.
double CovarianceCurve::at_whole_step(std::size_t mode, double tau) {
    const double whole = engine_->problem().clock(TrainingTime(tau)).eta_tau();
    ensure(std::span(&whole, 1));
    return row(whole)[mode];
}

double CovarianceCurve::interpolated(std::size_t mode, double tau) {
    const long interval = tau > 0.0 && !knots_.empty() ? interval_of(tau) : 0;
    // Beyond the last knot, at τ = 0 and at knots themselves: no polynomial.
    const bool between = tau > 0.0 && interval + 1 < static_cast<long>(knots_.size());
    if (between) {
        for (const long end : {interval, interval + 1}) {
            const double at = knot(end);
            if (std::abs(tau / at - 1.0) > 1e-13) continue;
            ensure(std::span(&at, 1));
            return row(at)[mode];
        }
    } else {
        ensure(std::span(&tau, 1));
        return row(tau)[mode];
    }
    const int degree = degree_of(interval);
    const double log_tau = std::log(tau);
    return degree == 0 ? on_knots(mode, interval, log_tau) : on_chebyshev(mode, interval, degree, log_tau);
}

double CovarianceCurve::knot(long index) const {
    if (index >= 0) return knots_[static_cast<std::size_t>(index)];
    return knots_.front() * std::pow(start_step_, static_cast<double>(-index));
}

// knot(interval) ≤ τ < knot(interval + 1)
long CovarianceCurve::interval_of(double tau) const {
    if (tau >= knots_.front()) {
        const auto after = std::upper_bound(knots_.begin(), knots_.end(), tau);
        return static_cast<long>(after - knots_.begin()) - 1;
    }
    long index = -static_cast<long>(std::ceil(knots_per_decade * std::log10(knots_.front() / tau)));
    while (knot(index) > tau) --index;
    while (knot(index + 1) <= tau) ++index;
    return index;
}

void CovarianceCurve::ensure(std::span<const double> tau) {
    for (std::vector<double> mine = claim(tau); !mine.empty(); mine = claim(tau)) compute(mine);
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return std::all_of(tau.begin(), tau.end(), [&](double t) { return rows_[t].done; }); });
}

// One time that nobody works at, so that threads that wait for the same times share them; where the weights sweep
// through all times anyway, all.
std::vector<double> CovarianceCurve::claim(std::span<const double> tau) {
    std::vector<double> mine;
    const std::lock_guard guard(mutex_);
    const auto take = [&](double t) {
        if (!std::exchange(rows_[t].started, true)) mine.push_back(t);
    };
    if (engine_->weights().sweeps() && !std::exchange(swept_, true)) sweep(take);
    for (const double t : tau) {
        take(t);
        if (!mine.empty() && !engine_->weights().sweeps()) break;
    }
    std::sort(mine.begin(), mine.end());
    return mine;
}

// What a search is likely to ask for: one integration of the weights passes them all.
void CovarianceCurve::sweep(const std::function<void(double)>& take) const {
    if (engine_->problem().rule == TrainingRule::gradient_descent) return;
    for (std::size_t i = 0; i < knots_.size(); ++i) {
        take(knots_[i]);
        if (i + 1 < knots_.size()) take(probe(static_cast<long>(i)));
    }
}

// Off the middle, where Chebyshev points of every degree are nodes.
double CovarianceCurve::probe(long interval) const {
    const double low = std::log(knot(interval));
    return std::exp(low + 0.55 * (std::log(knot(interval + 1)) - low));
}

void CovarianceCurve::compute(std::span<const double> tau) {
    std::vector<Row> computed(tau.size(), Row(modes_, std::numeric_limits<double>::quiet_NaN()));
    engine_->generate(tau, Threads(1), [&](std::size_t i, const GeneratedGaussian* generated, const std::string&) {
        if (!generated) return;
        for (std::size_t k = 0; k < modes_; ++k) {
            const auto at = static_cast<Eigen::Index>(k);
            computed[i][k] = std::log(generated->covariance(at, at));
        }
    });
    const std::lock_guard guard(mutex_);
    for (std::size_t i = 0; i < tau.size(); ++i) {
        Slot& slot = rows_[tau[i]];
        slot.row = std::move(computed[i]);
        slot.done = true;
    }
    ready_.notify_all();
}

// Of a time that ensure() has seen: rows never change once they are done.
const CovarianceCurve::Row& CovarianceCurve::row(double tau) {
    const std::lock_guard guard(mutex_);
    return rows_[tau].row;
}

int CovarianceCurve::degree_of(long interval) {
    {
        const std::lock_guard guard(mutex_);
        if (const auto found = degrees_.find(interval); found != degrees_.end()) return found->second;
    }
    const double tau = probe(interval);
    const double log_tau = std::log(tau);
    ensure(std::span(&tau, 1));
    const Row& truth = row(tau);
    int degree = 0;
    for (const int next : {8, 16, -1}) {
        double worst = 0.0;
        for (std::size_t k = 0; k < modes_; ++k) {
            const double value =
                degree == 0 ? on_knots(k, interval, log_tau) : on_chebyshev(k, interval, degree, log_tau);
            if (std::isfinite(truth[k]))
                worst = std::max(worst, std::abs(value - truth[k]) / (1.0 + std::abs(truth[k])));
        }
        if (worst <= accuracy || next < 0) break;
        degree = next;
    }
    const std::lock_guard guard(mutex_);
    return degrees_.try_emplace(interval, degree).first->second;
}

double CovarianceCurve::on_knots(std::size_t mode, long interval, double log_tau) {
    const long last = static_cast<long>(knots_.size()) - 1;
    const long first = std::min(interval - stencil / 2 + 1, last - stencil + 1);
    std::vector<double> tau;
    std::vector<double> x;
    for (long i = first; i < first + stencil; ++i) {
        tau.push_back(knot(i));
        x.push_back(std::log(tau.back()));
    }
    ensure(tau);
    std::vector<double> y;
    for (const double t : tau) y.push_back(row(t)[mode]);
    return interpolate(x, y, log_tau);
}

double CovarianceCurve::on_chebyshev(std::size_t mode, long interval, int degree, double log_tau) {
    const double low = std::log(knot(interval));
    const double high = std::log(knot(interval + 1));
    std::vector<double> tau;
    std::vector<double> x;
    for (int i = degree; i >= 0; --i) {
        const double node = std::cos(std::numbers::pi * i / degree);
        tau.push_back(i == degree ? knot(interval)
                      : i == 0    ? knot(interval + 1)
                                  : std::exp(low + 0.5 * (1.0 + node) * (high - low)));
        x.push_back(std::log(tau.back()));
    }
    ensure(tau);
    std::vector<double> y;
    for (const double t : tau) y.push_back(row(t)[mode]);
    return interpolate(x, y, log_tau);
}

std::function<void(std::size_t, std::span<const double>, std::span<double>)> make_evaluate(
    std::shared_ptr<const MatrixEngine> engine, const Trajectories& known) {
    const auto curve = std::make_shared<CovarianceCurve>(std::move(engine), known);
    return [curve](std::size_t mode, std::span<const double> tau, std::span<double> variance) {
        curve->evaluate(mode, tau, variance);
    };
}

}  // namespace eigenflow::dynamics
