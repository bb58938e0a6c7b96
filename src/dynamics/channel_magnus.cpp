#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "channel_flow.hpp"
#include "eigenflow/numerics/complex_blocks.hpp"
#include "eigenflow/numerics/gauss_legendre.hpp"
#include "panel_moments.hpp"

namespace eigenflow::dynamics {
namespace {

using numerics::ComplexBlocks;
using numerics::Lanes;
using numerics::lanes;

constexpr double panel_width = 0.67;  // as FlowQuadrature
constexpr double tolerance = 1e-14;   // of ln X
constexpr std::size_t max_depth = 30;

/// Eight jobs side by side: a half frequency and a time each.
template <std::size_t C>
struct Batch {
    std::array<std::size_t, lanes> time{};  // index into the times
    std::vector<Lanes> response;            // [direction][real, imaginary entries]
    ComplexBlocks<C> x = ComplexBlocks<C>::identity();
    Lanes error{};
    std::size_t panels = 0;
};

template <std::size_t C>
class MagnusSampler final : public ChannelSampler {
public:
    MagnusSampler(DirectionCourse course, std::size_t max_panels)
        : course_(std::move(course)), max_panels_(max_panels) {
        const LearningProblem& problem = course_.problem();
        const double start = problem.objective.path().coordinate(problem.noise);
        const double end = problem.objective.path().coordinate(problem.data);
        length_ = std::abs(end - start);
        const auto count = static_cast<int>(std::max(1.0, std::ceil(length_ / panel_width)));
        for (int i = 0; i < count; ++i) {
            const auto edge = [&](int j) { return j == count ? end : start + (end - start) * j / count; };
            panels_.emplace_back(problem.objective, edge(i), edge(i + 1));
        }
        const double mean = course_.network().pixel_variance();
        reference_ = mean > 0.0 ? mean : 1.0;  // any will do where there are no data
        log_scale_ = problem.objective.log_optimal_variance(reference_, problem.noise, problem.data);
    }

    std::string_view name() const override { return "magnus"; }

    ChannelLaws laws(std::span<const std::size_t> halves, std::span<const double> tau) const override {
        ChannelLaws out{.channels = C, .halves = halves.size()};
        const std::size_t jobs = halves.size() * tau.size();
        out.covariance.resize(jobs * 2 * C * C);
        out.error.resize(jobs * C);
        std::map<std::size_t, Course> courses;  // of the times of the current batch
        for (std::size_t first = 0; first < jobs; first += lanes) {
            Batch<C> batch;
            const std::size_t count = std::min(lanes, jobs - first);
            fill(batch, halves, first, count);
            courses.erase(courses.begin(), courses.lower_bound(batch.time.front()));
            for (const std::size_t time : batch.time) courses.try_emplace(time, tau[time], panels_.size());
            for (std::size_t p = 0; p < panels_.size(); ++p) {
                std::array<PanelNode*, lanes> nodes{};
                for (std::size_t l = 0; l < lanes; ++l) nodes[l] = &courses.at(batch.time[l]).nodes[p];
                advance(panels_[p], nodes, courses, 0, batch);
            }
            out.counts.evaluations += batch.panels * count * numerics::GaussLegendre<16>::size;
            for (std::size_t l = 0; l < count; ++l) finish(batch, l, first + l, out);
        }
        return out;
    }

private:
    struct Course {
        Course(double time, std::size_t panels) : tau(time), nodes(panels) {}
        double tau;
        std::vector<PanelNode> nodes;
    };
    using Nodes = std::array<PanelNode*, lanes>;

    /// Richardson's extrapolation of a panel over 1, 2, 4 … steps: the step is symmetric, so its error has even powers
    /// of its length only, from the sixth on. Smooth problems need 7 steps a panel where 31 bare ones reach the same.
    class Romberg {
    public:
        explicit Romberg(const ComplexBlocks<C>& coarse) : row_{coarse} {}
        const ComplexBlocks<C>& best() const { return row_.back(); }

        /// Half the step: what the last correction was against the whole, an estimate of the error before it.
        Lanes refine(const ComplexBlocks<C>& fine) {
            std::vector<ComplexBlocks<C>> next = {fine};
            Lanes change{};
            double factor = 64.0;
            for (const ComplexBlocks<C>& old : row_) {
                ComplexBlocks<C> difference = next.back();
                difference.add(-1.0, old);
                ComplexBlocks<C> better = next.back();
                better.add(1.0 / (factor - 1.0), difference);
                change = numerics::squared_norm(difference);
                for (double& v : change) v = std::sqrt(v) / (factor - 1.0);
                next.push_back(better);
                factor *= 4.0;
            }
            const Lanes size = numerics::squared_norm(next.back());
            for (std::size_t l = 0; l < lanes; ++l) change[l] /= std::sqrt(size[l]);
            row_ = std::move(next);
            return change;
        }

    private:
        std::vector<ComplexBlocks<C>> row_;
    };

    void fill(Batch<C>& batch, std::span<const std::size_t> halves, std::size_t first, std::size_t count) const {
        constexpr std::size_t entries = 2 * C * C;
        batch.response.resize(course_.network().directions() * entries);
        for (std::size_t l = 0; l < lanes; ++l) {
            const std::size_t job = first + std::min(l, count - 1);  // spare lanes repeat the last job
            batch.time[l] = job / halves.size();
            const std::span<const double> response = course_.network().block_response(halves[job % halves.size()]);
            for (std::size_t e = 0; e < response.size(); ++e) batch.response[e][l] = response[e];
        }
    }

    // f_i at the nodes of a panel: what multiplies B_ik in A after the reference's flow is taken out.
    void weigh(const FlowPanel& panel, double tau, PanelNode& node) const {
        if (node.known()) return;
        node.evaluate(panel, course_.network().directions(), [&](const model::NoiseTerms& at, std::span<double> f) {
            course_.deviations(at, tau, at.optimum(reference_), f);
            for (double& v : f) v *= at.stretch * at.rate_gain;
        });
    }

    // Σ_i f_i B_ik for the three moments f of one step. Tiles of entries keep their sums in registers (1.9 times as
    // fast).
    std::array<ComplexBlocks<C>, 3> contracted(std::span<const std::array<Lanes, 3>> f, const Batch<C>& batch) const {
        constexpr std::size_t entries = 2 * C * C;
        constexpr std::size_t tile = C == 3 ? 3 : 2;
        std::array<ComplexBlocks<C>, 3> a;
        for (std::size_t first = 0; first < entries; first += tile) {
            std::array<std::array<Lanes, tile>, 3> sum{};
            const Lanes* b = batch.response.data() + first;
            for (std::size_t i = 0; i < f.size(); ++i, b += entries) {
                for (std::size_t n = 0; n < 3; ++n) {
                    for (std::size_t t = 0; t < tile; ++t) {
                        for (std::size_t l = 0; l < lanes; ++l) sum[n][t][l] += f[i][n][l] * b[t][l];
                    }
                }
            }
            for (std::size_t n = 0; n < 3; ++n) {
                for (std::size_t t = 0; t < tile; ++t) {
                    const std::size_t e = first + t;
                    (e < C * C ? a[n].re[e] : a[n].im[e - C * C]) = sum[n][t];
                }
            }
        }
        return a;
    }

    // e^Ω … e^Ω of `steps` even steps of a panel.
    ComplexBlocks<C> stepped(const Nodes& nodes, std::size_t steps, const Batch<C>& batch) const {
        const std::size_t directions = course_.network().directions();
        std::vector<std::array<Lanes, 3>> f(directions);
        std::array<const double*, lanes> moments{};
        for (std::size_t l = 0; l < lanes; ++l) moments[l] = nodes[l]->moments(steps).data();
        ComplexBlocks<C> x;
        for (std::size_t s = 0; s < steps; ++s) {
            for (std::size_t n = 0; n < 3; ++n) {
                const std::size_t row = (s * 3 + n) * directions;
                for (std::size_t i = 0; i < directions; ++i) {
                    for (std::size_t l = 0; l < lanes; ++l) f[i][n][l] = moments[l][row + i];
                }
            }
            const auto a = contracted(f, batch);
            const ComplexBlocks<C> step = numerics::magnus_step(a[0], a[1], a[2]);
            x = s == 0 ? step : numerics::product(step, x);
        }
        return x;
    }

    void advance(const FlowPanel& panel, const Nodes& nodes, const std::map<std::size_t, Course>& courses,
                 std::size_t depth, Batch<C>& batch) const {
        const double allowed = tolerance * std::max(std::abs(panel.high - panel.low) / length_, 1e-3);
        ++batch.panels;
        const bool may_bisect = depth < max_depth && batch.panels < max_panels_;
        Lanes unresolved{};
        for (std::size_t l = 0; l < lanes; ++l) {
            weigh(panel, courses.at(batch.time[l]).tau, *nodes[l]);
            unresolved[l] = nodes[l]->unresolved();
        }
        const auto too_large = [&](const Lanes& error) {  // NaN is nothing that panels can mend
            return std::any_of(error.begin(), error.end(), [&](double e) { return e > allowed && std::isfinite(e); });
        };
        if (!too_large(unresolved) || !may_bisect) {
            Romberg romberg(stepped(nodes, 1, batch));
            for (std::size_t steps = 2; steps <= PanelNode::most_steps; steps *= 2) {
                const Lanes error = romberg.refine(stepped(nodes, steps, batch));
                if (too_large(error) && (steps < PanelNode::most_steps || may_bisect)) continue;
                batch.x = numerics::product(romberg.best(), batch.x);
                for (std::size_t l = 0; l < lanes; ++l) batch.error[l] += error[l] + unresolved[l];
                return;
            }
        }
        const double middle = 0.5 * (panel.low + panel.high);
        for (const bool second : {false, true}) {
            const FlowPanel part(course_.problem().objective, second ? middle : panel.low,
                                 second ? panel.high : middle);
            Nodes parts{};
            for (std::size_t l = 0; l < lanes; ++l) parts[l] = &nodes[l]->half(second);
            advance(part, parts, courses, depth + 1, batch);
        }
    }

    // C = X Xᴴ e^log_scale of one lane, and the errors of its diagonal.
    void finish(const Batch<C>& batch, std::size_t l, std::size_t job, ChannelLaws& out) const {
        double* covariance = out.covariance.data() + job * 2 * C * C;
        const double scale = std::exp(log_scale_);
        double trace = 0.0;
        for (std::size_t i = 0; i < C; ++i) {
            for (std::size_t j = 0; j < C; ++j) {
                double re = 0.0;
                double im = 0.0;
                for (std::size_t k = 0; k < C; ++k) {
                    const double ar = batch.x.re[i * C + k][l], ai = batch.x.im[i * C + k][l];
                    const double br = batch.x.re[j * C + k][l], bi = batch.x.im[j * C + k][l];
                    re += ar * br + ai * bi;
                    im += ai * br - ar * bi;
                }
                covariance[i * C + j] = scale * re;
                covariance[C * C + i * C + j] = i == j ? 0.0 : scale * im;
            }
            trace += covariance[i * C + i];
        }
        for (std::size_t i = 0; i < C; ++i) {  // a small mode has the errors of a large one that leaks into it
            const double share = covariance[i * C + i] / trace;
            const double error = 2.0 * batch.error[l] / std::sqrt(share);
            out.error[job * C + i] = std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
            if (std::isfinite(covariance[i * C + i])) {
                out.counts.worst_error = std::max(out.counts.worst_error, out.error[job * C + i]);
            }
        }
    }

    DirectionCourse course_;
    std::size_t max_panels_;
    double length_ = 0.0;
    double reference_ = 1.0;
    double log_scale_ = 0.0;
    std::vector<FlowPanel> panels_;
};

}  // namespace

std::unique_ptr<const ChannelSampler> make_magnus_sampler(DirectionCourse course, std::size_t max_panels) {
    switch (course.network().channels()) {
        case 1:
            return std::make_unique<MagnusSampler<1>>(std::move(course), max_panels);
        case 2:
            return std::make_unique<MagnusSampler<2>>(std::move(course), max_panels);
        case 3:
            return std::make_unique<MagnusSampler<3>>(std::move(course), max_panels);
        default:
            return std::make_unique<MagnusSampler<4>>(std::move(course), max_panels);
    }
}

}  // namespace eigenflow::dynamics
