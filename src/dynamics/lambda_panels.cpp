#include "lambda_panels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include "eigenflow/numerics/chebyshev.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::dynamics {
namespace {

// Panels of a factor 8: one layer, analytic for |Im ln λ| < π/2, has coefficients that fall like 3.3^−n, and 32 points
// reach 1e-15. The ellipse of deep networks is narrower (2.3^−n at Q = 0.1): 63 or 125 points, which hold the 32.
constexpr int octaves = 3;
constexpr std::array<std::size_t, 3> degrees = {31, 62, 124};
constexpr std::size_t modes_per_point = 2;  // what a panel must have to be worth its points, which may be given up
constexpr std::size_t points_at_once = 32;  // of one job: what deep networks compute at once

constexpr double tolerance = 1e-13;                     // of the interpolation alone
constexpr double allowed = 0.9 * log_variance_promise;  // together with the points' own estimates

std::size_t modes_for(std::size_t degree) { return modes_per_point * (degree + 1); }

enum class Verdict { good, refine, give_up };

/// A panel while its points are computed. value and error: [time * (degree + 1) + j] at chebyshev_points(degree)[j].
struct Candidate {
    LambdaPanel panel;
    std::vector<double> value;
    std::vector<double> error;
    Verdict verdict = Verdict::refine;
};

/// Points of a candidate that one job computes, at some of the times.
struct Job {
    Candidate* candidate;
    std::vector<std::size_t> points;  // j
    std::size_t first_time = 0, times = 0;
    std::size_t evaluations = 0;
};

// Modes of one panel and one start, where there are enough.
std::vector<Candidate> dense_panels(const model::Network& network) {
    const std::span<const double> lambda = network.lambda();
    const std::span<const double> start = network.initial_weights();
    std::vector<std::pair<int, std::size_t>> order;
    for (std::size_t k = 0; k < lambda.size(); ++k) {
        // Subnormal numbers have no digits to place them by; on the last panel 8 · 8^p overflows.
        const bool inside = lambda[k] >= 8.0 * std::numeric_limits<double>::min() &&
                            lambda[k] <= 0.125 * std::numeric_limits<double>::max();
        if (inside) order.emplace_back(place_of(lambda[k]).panel, k);
    }
    std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
        return std::tuple(a.first, start[a.second], a.second) < std::tuple(b.first, start[b.second], b.second);
    });
    std::vector<Candidate> dense;
    std::vector<std::size_t> modes;
    for (std::size_t i = 0; i < order.size(); ++i) {
        modes.push_back(order[i].second);
        const bool ends = i + 1 == order.size() || order[i + 1].first != order[i].first ||
                          !network.starts_alike(modes.front(), order[i + 1].second);
        if (!ends) continue;
        if (modes.size() >= modes_for(degrees.front())) {
            Candidate& found = dense.emplace_back();
            found.panel.panel = order[i].first;
            found.panel.like = modes.front();
            found.panel.modes = modes;
        }
        modes.clear();
    }
    return dense;
}

// From degree N/2 to N: what is known moves to the even-numbered points.
void widen(std::vector<double>& of_points, std::size_t times, std::size_t from, std::size_t to) {
    std::vector<double> wider(times * (to + 1), std::numeric_limits<double>::quiet_NaN());
    if (from > 0) {
        for (std::size_t i = 0; i < times; ++i) {
            for (std::size_t j = 0; j <= from; ++j) {
                wider[i * (to + 1) + j * (to / from)] = of_points[i * (from + 1) + j];
            }
        }
    }
    of_points = std::move(wider);
}

// Makes room for the points of `degree` and lists those that are not known yet.
std::vector<Job> jobs_of(Candidate& candidate, std::size_t times, std::size_t degree, std::size_t at_once) {
    const std::size_t known = candidate.panel.degree;
    widen(candidate.value, times, known, degree);
    widen(candidate.error, times, known, degree);
    candidate.panel.degree = degree;
    std::vector<std::vector<std::size_t>> points;
    for (std::size_t j = known == 0 ? 0 : 1; j <= degree; j += known == 0 ? 1 : 2) {
        if (points.empty() || points.back().size() == points_at_once) points.emplace_back();
        points.back().push_back(j);
    }
    std::vector<Job> jobs;
    for (const auto& some : points) {
        for (std::size_t i = 0; i < times; i += at_once) {
            jobs.push_back({&candidate, some, i, std::min(at_once, times - i)});
        }
    }
    return jobs;
}

void compute(Job& job, const SmoothRoute& route, std::span<const double> tau, std::span<const double> x) {
    Candidate& candidate = *job.candidate;
    const std::size_t count = job.points.size();
    std::vector<double> lambda;
    for (const std::size_t j : job.points) lambda.push_back(lambda_at({candidate.panel.panel, x[j]}));
    const auto at_points = route.at_variances(lambda, candidate.panel.like);
    if (!at_points) return;  // NaN stays, and the panel is given up
    std::vector<double> deviation(job.times * count);
    std::vector<double> error(deviation.size());
    const auto times = tau.subspan(job.first_time, job.times);
    job.evaluations = at_points->deviations(times, {0, count}, deviation, error).evaluations;
    for (std::size_t p = 0; p < count; ++p) {
        for (std::size_t i = 0; i < job.times; ++i) {
            const std::size_t at = (job.first_time + i) * x.size() + job.points[p];
            candidate.value[at] = deviation[i * count + p];
            candidate.error[at] = error[i * count + p];
        }
    }
}

// What one time of a candidate tells.
struct Certificate {
    double error;          // of ln λ̃, at every λ of the panel
    double interpolation;  // the part of it that more points would lower
    double scale;          // the smallest of the larger of 1 and |ln λ̃|
};
Certificate certify(const Candidate& candidate, std::span<const double> reference, std::size_t time,
                    const numerics::ChebyshevTransform& transform, std::span<double> series) {
    const std::size_t size = transform.size();
    const auto value = std::span(candidate.value).subspan(time * size, size);
    const auto error = std::span(candidate.error).subspan(time * size, size);
    transform.coefficients(value, series);
    double of_points = 0.0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < size; ++j) {
        of_points = std::max(of_points, error[j]);
        smallest = std::min(smallest, std::abs(reference[j] + value[j]));
    }
    const double tail = numerics::ChebyshevTransform::tail(series);  // NaN if any value is not finite
    return {transform.lebesgue() * of_points + tail, tail, std::max(1.0, smallest)};
}

// How much is left of the coefficients from one quarter of them to the next, at their end.
double fall_of(std::span<const double> series) {
    const std::size_t quarter = series.size() / 4;
    double before = 0.0;
    double last = 0.0;
    for (const double c : series.last(2 * quarter).first(quarter)) before = std::max(before, std::abs(c));
    for (const double c : series.last(quarter)) last = std::max(last, std::abs(c));
    return last / before;
}

void judge(Candidate& candidate, const SmoothRoute& route, std::size_t times,
           const numerics::ChebyshevTransform& transform, std::span<const double> x) {
    LambdaPanel& panel = candidate.panel;
    panel.series.resize(times * transform.size());
    panel.error.resize(times);
    double worst = 0.0;  // of interpolation, in units of its tolerance
    std::size_t most = panel.degree;
    for (const std::size_t degree : degrees) {
        if (panel.modes.size() >= modes_for(degree)) most = std::max(most, degree);
    }
    const double growth = static_cast<double>(most) / static_cast<double>(panel.degree);
    bool falls = true;  // fast enough
    candidate.verdict = Verdict::give_up;
    std::vector<double> reference;
    for (const double at : x) reference.push_back(route.log_reference(lambda_at({panel.panel, at})));
    if (!std::all_of(reference.begin(), reference.end(), [](double value) { return std::isfinite(value); })) return;
    for (std::size_t i = 0; i < times; ++i) {
        const auto series = std::span(panel.series).subspan(i * transform.size(), transform.size());
        const Certificate found = certify(candidate, reference, i, transform, series);
        panel.error[i] = found.error;
        // Logarithms of thousands have lost more than 1e-13 to rounding.
        const double missed = found.interpolation / (tolerance * std::max(1.0, found.scale / 32.0));
        const bool by_points = found.error - found.interpolation > (allowed - tolerance) * found.scale;
        if (!std::isfinite(found.error) || by_points) return;
        worst = std::max(worst, missed);
        // A kink that only the ends of an interval see has small coefficients that do not fall: more points would not
        // do, even if they fell twice as fast as they do (analytic functions that pass: below 0.1 a quarter of 32).
        falls = falls && (missed <= 1.0 || missed * std::pow(fall_of(series), 8.0 * (growth - 1.0)) <= 1.0);
    }
    if (worst <= 1.0) {
        candidate.verdict = Verdict::good;
        return;
    }
    // Twice the degree squares the tail of an analytic function: one that would not suffice then is not tried.
    const bool reaches = falls && most > panel.degree && std::pow(tolerance * worst, growth) <= tolerance;
    if (reaches) candidate.verdict = Verdict::refine;
}

}  // namespace

LambdaPlace place_of(double lambda) {
    const int exponent = std::ilogb(lambda);
    const int panel = (exponent >= 0 ? exponent : exponent - (octaves - 1)) / octaves;
    const double within = std::scalbn(lambda, -octaves * panel);  // exact, in [1, 8)
    return {panel, std::log2(within) * (2.0 / octaves) - 1.0};
}

double lambda_at(LambdaPlace place) {
    return std::scalbn(std::exp2((0.5 * octaves) * (1.0 + place.x)), octaves * place.panel);
}

LambdaPanels::LambdaPanels(const model::Network& network, const SmoothRoute& route, std::span<const double> tau,
                           Threads threads)
    : panel_of_(network.modes(), none) {
    std::vector<Candidate> candidates = dense_panels(network);
    const std::size_t at_once = route.sweeps() ? std::max<std::size_t>(1, tau.size()) : times_at_once;
    for (const std::size_t degree : degrees) {
        std::vector<Candidate*> open;
        std::vector<Job> jobs;
        for (Candidate& candidate : candidates) {
            if (candidate.verdict != Verdict::refine) continue;
            open.push_back(&candidate);
            for (Job& job : jobs_of(candidate, tau.size(), degree, at_once)) jobs.push_back(std::move(job));
        }
        if (open.empty()) break;
        const std::vector<double> x = numerics::chebyshev_points(degree);
        numerics::parallel_for(jobs.size(), threads, [&](std::size_t j) { compute(jobs[j], route, tau, x); });
        for (const Job& job : jobs) evaluations_ += job.evaluations;
        const numerics::ChebyshevTransform transform(degree);
        numerics::parallel_for(open.size(), threads,
                               [&](std::size_t c) { judge(*open[c], route, tau.size(), transform, x); });
        for (Candidate* candidate : open) {
            if (candidate->verdict == Verdict::refine) continue;
            candidate->value = {};
            candidate->error = {};
            if (candidate->verdict == Verdict::give_up) candidate->panel.series = {};
        }
    }
    for (Candidate& candidate : candidates) {
        if (candidate.verdict != Verdict::good) continue;
        for (const std::size_t mode : candidate.panel.modes) panel_of_[mode] = panels_.size();
        panels_.push_back(std::move(candidate.panel));
    }
}

}  // namespace eigenflow::dynamics
