#include "flow_integrator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double first_panel = 0.25;
constexpr double largest_panel = 1.0;           // of the path's coordinate, over whose unit scale everything varies
constexpr double smallest_share = 1e-7;         // of the whole: a panel that short can't be refused
constexpr double least_allowance = 1.0 / 24.0;  // of the tolerance, for a panel however short

// One training time on its way from noise to data.
struct Traveller {
    Propagated x, next;
    ArrayXd error;        // of ln λ̃ so far, in the source's order
    ArrayXd panel_error;  // of the panel at hand
    double worst = 0.0;   // of it
    bool failed = false;
    std::string failure;
    MultiplyWork work;
};

class Integration {
public:
    Integration(const MatrixProblem& problem, const MatrixFlowOptions& options, const EnsembleSpec& ensemble,
                PanelSource& source, Threads threads)
        : problem_(problem), options_(options), source_(source), threads_(threads), travellers_(source.times()) {
        for (Traveller& t : travellers_) {
            t.x = Propagated(problem, source.order(), source.active(), ensemble);
            t.next = t.x;
            t.error = ArrayXd::Zero(source.size());
        }
        noise_ = problem.objective.path().coordinate(problem.noise);
        data_ = problem.objective.path().coordinate(problem.data);
    }

    void run() {
        if (options_.uniform_panels > 0) return run_uniform();
        const double length = std::abs(data_ - noise_);
        const double direction = data_ > noise_ ? 1.0 : -1.0;
        const double power = 1.0 / (1.0 + source_.expansion_order());
        double x = noise_;
        double h = std::min(first_panel, length);
        bool refused = false;
        std::size_t budget = options_.max_panels;
        while (x != data_ && alive() > 0) {
            const double left = std::abs(data_ - x);
            if (h > 0.8 * left) h = h >= left ? left : 0.5 * left;  // no splinter at the end
            const double end = h == left ? data_ : x + direction * h;
            if (panels_ == budget) {
                give_up(x);
                budget += options_.max_panels;
                continue;
            }
            const double allowed = options_.tolerance * std::max(h / length, least_allowance);
            const bool forced = h <= smallest_share * length;
            const double worst = attempt(x, end, forced ? infinity : allowed);
            const bool accepted = worst <= allowed || forced;
            if (accepted) {
                accept();
                x = end;
            }
            const double factor = worst > 0.0 ? 0.95 * std::pow(allowed / worst, power) : 2.0;
            // Not longer at once after one that was refused: where the coupling sets in it would be again.
            const double most = !accepted ? 0.7 : refused ? 1.0 : 2.0;
            refused = !accepted;
            h = std::min(h * std::clamp(factor, 0.2, most), largest_panel);
        }
        reached_ = x == data_;
    }

    FlowOutcome outcome() {
        FlowOutcome out;
        const TrainingReport report = source_.report();
        out.panels = panels_;
        out.evaluations = report.evaluations;
        out.work = report.work;
        out.generated.resize(travellers_.size());
        numerics::parallel_for(travellers_.size(), threads_, [&](std::size_t i) {
            Traveller& t = travellers_[i];
            if (t.failed) return;
            GeneratedGaussian generated = t.x.generated(problem_, source_.order(), t.work);
            if (!generated.covariance.allFinite() || !generated.mean.allFinite()) {
                t.failed = true;
                t.failure = "the variance is not a finite number";
                return;
            }
            generated.error.resize(generated.mean.size());
            for (Eigen::Index j = 0; j < source_.size(); ++j) {
                const Eigen::Index mode = source_.order()[static_cast<std::size_t>(j)];
                if (mode < generated.error.size()) generated.error[mode] = t.error[j];
            }
            out.generated[i] = std::move(generated);
        });
        for (std::size_t i = 0; i < travellers_.size(); ++i) {
            const Traveller& t = travellers_[i];
            out.work += t.work;
            out.failure.push_back(!t.failed ? "" : t.failure.empty() ? source_.failure(i) : t.failure);
        }
        if (reached_) out.excess = source_.excess();
        return out;
    }

private:
    std::size_t alive() const {
        return static_cast<std::size_t>(
            std::count_if(travellers_.begin(), travellers_.end(), [](const Traveller& t) { return !t.failed; }));
    }

    // Those that made the last panel as short as it was; the others go on.
    void give_up(double x) {
        double worst = 0.0;
        for (const Traveller& t : travellers_) worst = std::max(worst, t.failed ? 0.0 : t.worst);
        for (Traveller& t : travellers_) {
            if (t.worst < 0.01 * worst) continue;
            if (!t.failed) t.failure = "probability flow at coordinate " + shortest_text(x) + ": step_budget_exhausted";
            t.failed = true;
        }
    }

    void run_uniform() {
        const auto count = static_cast<double>(options_.uniform_panels);
        for (std::size_t i = 0; i < options_.uniform_panels && alive() > 0; ++i) {
            const auto at = [&](std::size_t edge) {
                return edge == options_.uniform_panels ? data_
                                                       : noise_ + (data_ - noise_) * static_cast<double>(edge) / count;
            };
            attempt(at(i), at(i + 1), infinity);
            accept();
        }
        reached_ = true;
    }

    // All travellers over one panel, into `next`; the largest error of ln λ̃. A traveller whose error is beyond what is
    // allowed stays where it is: the panel will be refused.
    double attempt(double start, double end, double allowed) {
        source_.prepare(start, end);
        ++panels_;
        numerics::parallel_for(travellers_.size(), threads_, [&](std::size_t i) {
            Traveller& t = travellers_[i];
            t.worst = 0.0;
            if (!t.failed) cross(i, start, end, allowed, t);
        });
        double worst = 0.0;
        for (const Traveller& t : travellers_) worst = std::max(worst, t.worst);
        return worst;
    }

    void cross(std::size_t i, double start, double end, double allowed, Traveller& t) const {
        // Buffers of a thread; of one size as long as the source is the same.
        thread_local MagnusPanel panel;
        thread_local MagnusScratch scratch;
        if (panel.alpha1.size() != source_.size() || panel.alpha1.active() != source_.active()) {
            panel = MagnusPanel(source_.size(), source_.active());
            scratch = MagnusScratch(source_.size(), source_.active());
        }
        panel.coupling = nullptr;  // of another source
        if (!source_.fill(i, start, end, panel, t.work)) {
            t.failed = true;
            return;
        }
        if (panel.diagonal) {
            t.panel_error = 2.0 * panel.quadrature_error;
        } else {
            t.panel_error = 2.0 * magnus_exponent(panel, t.x.row_size(), 0.5 * allowed, scratch, t.work);
        }
        t.worst = t.panel_error.maxCoeff<Eigen::PropagateNaN>();
        if (!std::isfinite(t.worst)) {
            t.failed = true;
            t.worst = 0.0;
            t.failure = "probability flow at coordinate " + shortest_text(start) + ": non_finite_state";
        }
        if (t.failed || t.worst > allowed) return;
        if (panel.diagonal) {
            t.next = t.x;
            t.next.scale_rows(panel.diagonal_integral.exp());
        } else {
            exponential(scratch.exponent, scratch.propagator, scratch.exponential, t.work);
            t.x.apply(scratch.propagator, t.next, t.work);
        }
    }

    void accept() {
        for (Traveller& t : travellers_) {
            if (t.failed) continue;
            std::swap(t.x, t.next);
            t.error += t.panel_error;
        }
    }

    const MatrixProblem& problem_;
    const MatrixFlowOptions& options_;
    PanelSource& source_;
    Threads threads_;
    std::vector<Traveller> travellers_;
    double noise_ = 0.0;
    double data_ = 0.0;
    std::size_t panels_ = 0;
    bool reached_ = false;  // the end
};

}  // namespace

FlowOutcome integrate_flow(const MatrixProblem& problem, const MatrixFlowOptions& options, const EnsembleSpec& ensemble,
                           PanelSource& source, Threads threads) {
    Integration integration(problem, options, ensemble, source, threads);
    integration.run();
    return integration.outcome();
}

}  // namespace eigenflow::dynamics
