#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/core/result.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/dynamics/simulate_matrix.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// One row of distances.csv. A number that does not apply is NaN.
struct Distance {
    double tau;
    double kl;        ///< KL(generated ‖ data), infinite where the data have a mode of no variance
    double w2;        ///< generated to data  [data]
    double loss;      ///< the objective's training loss
    double limit_kl;  ///< KL(generated ‖ what training to τ = ∞ generates): how much is still to be learned
    double limit_w2;
    double sampler_kl;  ///< KL(generated ‖ what exact sampling with the same weights generates): the sampler's own bias
    double sampler_w2;
    /// With an ensemble: standard errors.
    double kl_se = std::numeric_limits<double>::quiet_NaN();
    double w2_se = std::numeric_limits<double>::quiet_NaN();
    double limit_kl_se = std::numeric_limits<double>::quiet_NaN();
    double limit_w2_se = std::numeric_limits<double>::quiet_NaN();
};

/// Everything that a run computes: what the run directory holds.
struct Run {
    Scenario scenario;  ///< resolved
    data::Spectrum spectrum;
    dynamics::Simulation simulation;
    /// Where modes couple: what the matrices say beyond the modes. Its `modes` is empty: they are `simulation`.
    std::optional<dynamics::MatrixSimulation> coupled;
    std::vector<std::size_t> output_modes;  ///< the modes of variance.csv, counted from 0
    std::vector<analysis::Emergence> emergence;
    std::vector<analysis::PowerLaw> power_laws;
    std::vector<Distance> distances;
    std::vector<std::string> notes;  ///< what the user should know, in plain words
    double seconds = 0.0;            ///< wall time
};

/// What a scenario's files hold: they may be pipes, which can be read once.
struct Inputs {
    std::optional<data::Spectrum> spectrum;  ///< empty: of images, which check() does not read
    std::vector<double> times;               ///< as training has them, with 0
};

struct RunOptions {
    Threads threads{1};
    std::optional<Inputs> inputs = {};  ///< of this scenario, as check() has read them; else they are read
    /// Called, from any thread, after each block of modes (where modes couple, of times): how many, of how many in all.
    std::function<void(std::size_t done, std::size_t total)> progress = {};
    /// Called once, when all but emergence, laws, notes and seconds is there: its files may be on their way to the disk
    /// while the rest is computed. The run ends there with an error that it returns.
    std::function<Result<void>(const Run&)> simulated = {};
};

/// data → model → dynamics → analysis, in memory; writes nothing.
///
/// Error{usage} with every problem of an invalid scenario, and for combinations without meaning; Error{file} for data
/// that can't be read. Variances that the numerics could not compute are NaN and listed in simulation.failures.
Result<Run> run(const Scenario& scenario, const RunOptions& options = {});

/// Whether run() would start: the scenario, its data file, and the combination of objective, architecture and solver.
/// Of images, only the header is read.
Result<Inputs> check(const Scenario& scenario);

/// `count` modes of `modes`, evenly spaced in the logarithm of the mode number, first and last included, without
/// repeats; all of them for an empty count.
std::vector<std::size_t> log_spaced_modes(std::size_t modes, std::optional<int> count);

}  // namespace eigenflow::scenario
