#include "eigenflow/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/dynamics/simulate.hpp"
#include "eigenflow/dynamics/trained_weights.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/model/registry.hpp"
#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::scenario {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double half_width = 1.959963984540054;  // of 95 % of a normal distribution  [standard deviations]
// Noise levels beyond e^±40 are cut, and noise ranges with them.
constexpr double largest_scale = 1e20;
// Where the largest leading mode's optimal weight w* = λ/(λ+σ²) is 0.1, the smallest one's 0.9: σ = 3√λ and √λ/3.
constexpr double reach = 1.0986122886681098;  // ln 3
constexpr double careful = 0.1;  // of the largest stable rate: steps then follow the gradient flow to some 10 %

struct NoiseEnds {
    double high;
    double low;
};

Error out_of_range(const char* option, double value, const char* allowed) {
    return {ErrorKind::usage, fmt::format("{} = {}: must be a number, {}", option, value, allowed)};
}

Result<void> check_options(const SuggestOptions& o, const data::Spectrum& spectrum) {
    const auto is_fraction = [](double v) { return v > 0.0 && v < 1.0; };
    if (!is_fraction(o.tolerance)) return out_of_range("--tolerance", o.tolerance, "0 < tolerance < 1");
    if (!is_fraction(o.bias)) return out_of_range("--bias", o.bias, "0 < bias < 1");
    if (!(o.share > 0.0 && o.share <= 1.0)) return out_of_range("--share", o.share, "0 < share <= 1");
    if (!std::isfinite(o.init) || o.init <= 0.0) return out_of_range("--init", o.init, "init > 0");
    if (o.rate && !(*o.rate > 0.0 && std::isfinite(*o.rate))) return out_of_range("--rate", *o.rate, "rate > 0");
    if (!(spectrum.largest() > 0.0)) {
        return Error{ErrorKind::usage, "the spectrum has no variance: there is nothing to learn"};
    }
    if (spectrum.largest() < 1.0 / largest_scale || spectrum.largest() > largest_scale) {
        return Error{ErrorKind::usage,
                     fmt::format("the largest variance is {:.3g}, outside {:g} to {:g}: scale the data",
                                 spectrum.largest(), 1.0 / largest_scale, largest_scale)};
    }
    return {};
}

/// The leading modes that hold `share` of the variance.
std::size_t leading_modes(const data::Spectrum& spectrum, double share) {
    const std::span<const double> lambda = spectrum.variances();
    std::size_t count = 0;
    double held = 0.0;
    while (count < lambda.size() && lambda[count] > 0.0 && held < share * spectrum.total()) held += lambda[count++];
    return std::max<std::size_t>(count, 1);
}

Result<dynamics::LearningProblem> problem_of(const data::Spectrum& spectrum, const std::string& architecture,
                                             const model::ObjectiveSpec& spec, double init, NoiseEnds ends) {
    const auto objective = model::Objective::create(spec);
    if (!objective) return objective.error();
    auto network = model::make_network({.architecture = architecture, .init = {init}}, spectrum);
    if (!network) return network.error();
    return dynamics::LearningProblem{.network = std::shared_ptr<const model::Network>(std::move(*network)),
                                     .objective = *objective,
                                     .noise = NoiseLevel(ends.high),
                                     .data = NoiseLevel(ends.low)};
}

/// ln σ ~ N(mean, std²).
struct NoiseLaw {
    double mean;
    double std;
};

/// The τ at which modes with part p of the variance have emerged, for each p; NaN where they never do.
std::vector<double> emerged_at(const std::vector<analysis::Emergence>& rows, double total,
                               std::span<const double> parts) {
    std::vector<std::pair<double, double>> passages;  // τ*, λ
    for (const analysis::Emergence& row : rows) {
        if (row.status == analysis::EmergenceStatus::gray_zone) passages.emplace_back(0.0, row.target_variance);
        if (row.status == analysis::EmergenceStatus::emerged) passages.emplace_back(row.tau_star, row.target_variance);
    }
    std::sort(passages.begin(), passages.end());
    std::vector<double> times;
    for (const double part : parts) {
        double held = 0.0;
        double time = nan;
        for (const auto& [tau, lambda] : passages) {
            held += lambda;
            if (held < part * total) continue;
            time = tau;
            break;
        }
        times.push_back(time);
    }
    return times;
}

/// @param pace  emergence of `problem` comes 1/pace times later in the network that is meant
/// @param smallest  the variance of the last mode that is waited for
Result<std::vector<analysis::Emergence>> emergence_of(const dynamics::LearningProblem& problem, double pace,
                                                      double smallest, Threads threads) {
    auto made = dynamics::make_variance_route("auto", {}, problem);
    if (!made) return made.error();
    const std::shared_ptr<const dynamics::VarianceRoute> route = std::move(*made);
    // The slowest mode: 50 of its times 1/(2λ) and, of two layers, as many for every e-fold from Q to 1.
    const double slow = 25.0 * (1.0 + std::abs(std::log(problem.network->initial_weights().front()))) / smallest;
    const double largest = problem.network->lambda().front() + problem.noise.value * problem.noise.value;
    Trajectories t;
    t.tau = dynamics::log_spaced_times(1e-3 / largest, slow, 60);
    t.target.assign(problem.network->lambda().begin(), problem.network->lambda().end());
    t.limit = route->limit_variances();
    t.variance.resize(t.times() * t.modes());
    numerics::parallel_for(t.times(), threads, [&](std::size_t i) {
        const std::vector<double> row = route->variances(std::span(t.tau).subspan(i, 1), {0, t.modes()}).variance;
        std::copy(row.begin(), row.end(), t.variance.begin() + static_cast<std::ptrdiff_t>(i * t.modes()));
    });
    t.evaluate = [route](std::size_t mode, std::span<const double> tau, std::span<double> variance) {
        for (std::size_t i = 0; i < tau.size(); ++i) {
            variance[i] = route->variances(tau.subspan(i, 1), {mode, 1}).variance.front();
        }
    };
    auto rows = analysis::find_emergence(t, {.thresholds = {analysis::Criterion::geometric}}, threads);
    for (analysis::Emergence& row : rows) row.tau_star /= pace;
    return rows;
}

/// Largest |λ̃ of the sampler / λ̃ of the exact flow − 1| over the modes, with optimal weights.
double bias_of(const dynamics::SamplingSpec& sampling, const dynamics::LearningProblem& problem,
               std::span<const double> exact) {
    const auto route = dynamics::make_variance_route("auto", sampling, problem);
    if (!route) return nan;
    const std::vector<double> limit = (*route)->limit_variances();
    double worst = 0.0;
    for (std::size_t k = 0; k < limit.size(); ++k) worst = std::max(worst, std::abs(limit[k] / exact[k] - 1.0));
    return worst;
}

constexpr int most_steps = 8192;

struct Schedule {
    double rho = nan;
    int steps = 0;  ///< 0: none up to the largest that is tried
};

/// The fewest steps within the bias, by doubling and halving for every ρ.
Schedule fewest_steps(const std::string& solver, const dynamics::LearningProblem& problem, double bias) {
    const std::vector<double> exact = dynamics::exact_limit_variances(problem);
    Schedule best;
    for (const double rho : {1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0}) {
        const auto good = [&](int steps) {
            return bias_of({.solver = solver, .steps = steps, .rho = rho}, problem, exact) <= bias;
        };
        const int limit =
            best.steps > 0 ? best.steps - 1 : most_steps;  // worse schedules are not followed to their end
        int high = 2;
        while (high < limit && !good(high)) high = std::min(2 * high, limit);
        if (!good(high)) continue;
        int low = high / 2;
        while (high - low > 1) {
            const int middle = (low + high) / 2;
            (good(middle) ? high : low) = middle;
        }
        best = {rho, high};
    }
    return best;
}

using Table = std::vector<Suggestion>;

Result<void> add_rates(Table& table, const data::Spectrum& spectrum, const NoiseLaw& law, double sigma_data,
                       double init, NoiseEnds ends) {
    for (const std::string preconditioning : {"none", "edm"}) {
        for (const std::string& weighting : model::weighting_names()) {
            const auto problem = problem_of(spectrum, "one-layer",
                                            {.preconditioning = preconditioning,
                                             .weighting = weighting,
                                             .sigma_data = sigma_data,
                                             .P_mean = law.mean,
                                             .P_std = law.std},
                                            init, ends);
            if (!problem) return problem.error();
            const std::string condition = weighting + (preconditioning == "edm" ? " with edm preconditioning" : "");
            table.push_back({"largest_learning_rate", condition, dynamics::largest_stable_rate(*problem).value,
                             "1/data^2", "T-10",
                             "one layer, this table's P_mean, P_std, sigma_data: gradient descent is stable below"});
        }
    }
    return {};
}

Result<void> add_steps(Table& table, const data::Spectrum& spectrum, const SuggestOptions& options, NoiseEnds ends,
                       Threads threads) {
    constexpr std::array parts = {0.5, 0.9, 0.99};
    const double smallest = spectrum.variances()[leading_modes(spectrum, 0.5 * (1.0 + parts.back())) - 1];
    for (const std::string architecture : {"one-layer", "two-layer"}) {
        const bool one = architecture == "one-layer";
        const auto problem = problem_of(spectrum, architecture, {}, options.init, ends);
        if (!problem) return problem.error();
        const double largest = dynamics::largest_stable_rate(*problem).value;
        const double rate = options.rate.value_or(careful * largest);
        const std::string equation = one ? "T-10" : "T-5 with T-10";
        table.push_back({"learning_rate", architecture, rate, "1/data^2", equation,
                         options.rate ? fmt::format("as given; the largest stable one is {:.4g}", largest)
                                      : "a tenth of the largest stable one: of the steps below"});
        // Balanced layers are tied ones at half the pace (T-5), which have a closed form (T-13).
        const auto closed = problem_of(spectrum, one ? "one-layer" : "symmetric-two-layer", {}, options.init, ends);
        if (!closed) return closed.error();
        const auto rows = emergence_of(*closed, one ? 1.0 : 0.5, smallest, threads);
        if (!rows) return rows.error();
        const std::vector<double> times = emerged_at(*rows, spectrum.total(), parts);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const double step = rate < largest ? std::ceil(times[i] / rate) : nan;
            std::string meaning =
                fmt::format("modes with {:.0f} % of the variance have emerged (geometric)", 100.0 * parts[i]);
            if (!(rate < largest)) {
                meaning = "none: gradient descent is unstable at this rate";
            } else if (std::isnan(step)) {
                meaning =
                    fmt::format("never: fewer than {:.0f} % of the variance emerge from this init", 100.0 * parts[i]);
            }
            table.push_back({fmt::format("step_{:.0f}", 100.0 * parts[i]), architecture, step, "steps",
                             one ? "T-12" : "T-13 at half the pace (T-5)", meaning});
        }
    }
    return {};
}

Result<void> add_samplers(Table& table, const data::Spectrum& spectrum, std::size_t leading,
                          const SuggestOptions& options, NoiseEnds ends) {
    const std::span<const double> lambda = spectrum.variances().subspan(0, leading);
    const auto modes = data::Spectrum::principal({lambda.begin(), lambda.end()});
    if (!modes) return modes.error();
    const auto problem = problem_of(*modes, "one-layer", {}, options.init, ends);
    if (!problem) return problem.error();
    for (const std::string solver : {"heun", "euler"}) {
        const Schedule schedule = fewest_steps(solver, *problem, options.bias);
        const std::string meaning =
            schedule.steps > 0
                ? fmt::format("bias of every leading mode within {:g} %", 100.0 * options.bias)
                : fmt::format("none up to {} keep every bias within {:g} %", most_steps, 100.0 * options.bias);
        table.push_back({"rho", solver, schedule.rho, "", "T-17", "spacing of the noise levels that needs the fewest"});
        table.push_back({"steps", solver, schedule.steps > 0 ? schedule.steps : nan, "noise levels", "T-17", meaning});
    }
    return {};
}

}  // namespace

Result<std::vector<Suggestion>> suggest(const data::Spectrum& spectrum, const SuggestOptions& options,
                                        Threads threads) {
    if (auto good = check_options(options, spectrum); !good) return good.error();
    const std::size_t leading = leading_modes(spectrum, options.share);
    const double largest = spectrum.largest();
    const double smallest = spectrum.variances()[leading - 1];  // λ_c
    const double sigma_data = std::sqrt(spectrum.total() / static_cast<double>(spectrum.modes()));
    const NoiseEnds ends{.high = std::sqrt(largest * (2.0 - options.tolerance) / options.tolerance),
                         .low = std::sqrt(0.5 * options.tolerance * smallest)};
    const double low = 0.5 * std::log(smallest) - reach, high = 0.5 * std::log(largest) + reach;  // ln σ
    const NoiseLaw law{.mean = 0.5 * (low + high), .std = 0.5 * (high - low) / half_width};

    Table table;
    table.push_back({"leading_modes", "", static_cast<double>(leading), "modes", "definition",
                     fmt::format("they hold {:g} % of the variance, and are to be right", 100.0 * options.share)});
    table.push_back({"sigma_data", "", sigma_data, "data", "T-1", "standard deviation of one coordinate"});
    const std::string tolerated = fmt::format("error of learned variances within {:g} %", 50.0 * options.tolerance);
    table.push_back({"sigma_max", "", ends.high, "data", "T-15", tolerated + ": 1/(1 + lambda/sigma_max^2)"});
    table.push_back({"sigma_min", "", ends.low, "data", "T-15", tolerated + ": 1 + sigma_min^2/lambda"});
    const std::string covered = "95 % of the noise levels lie where a leading mode's optimal weight is 0.1 to 0.9";
    table.push_back({"P_mean", "", law.mean, "ln data", "T-1", covered});
    table.push_back({"P_std", "", law.std, "", "T-1", covered});
    if (auto done = add_rates(table, spectrum, law, sigma_data, options.init, ends); !done) return done.error();
    if (auto done = add_steps(table, spectrum, options, ends, threads); !done) return done.error();
    if (auto done = add_samplers(table, spectrum, leading, options, ends); !done) return done.error();
    return table;
}

Result<void> write_suggestions(const std::filesystem::path& file, const std::vector<Suggestion>& suggestions) {
    auto csv = io::CsvWriter::open(file, {"quantity", "condition", "value", "unit", "equation", "meaning"});
    if (!csv) return csv.error();
    for (const Suggestion& s : suggestions) {
        csv->cell(s.quantity).cell(s.condition).cell(s.value).cell(s.unit).cell(s.equation).cell(s.meaning).end_row();
    }
    return csv->commit();
}

}  // namespace eigenflow::scenario
