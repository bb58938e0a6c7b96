#include "eigenflow/scenario/run_files.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "eigenflow/core/shortest_text.hpp"
#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/scenario/csv_blocks.hpp"
#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "learning_problem.hpp"
#include "manifest.hpp"

namespace eigenflow::scenario {
namespace {

Result<io::CsvWriter> open_csv(const std::filesystem::path& directory, std::string_view name, const Parts& parts) {
    std::vector<std::string> columns;
    for (const CsvColumn& column : run_csv_file(name).columns) {
        if (parts.has(column.only)) columns.emplace_back(column.name);
    }
    return io::CsvWriter::open(directory / name, columns);
}

/// Where a run's files are written, to be committed together.
struct RunOutput {
    const std::filesystem::path& directory;
    io::FileGroup& files;
};

template <class WriteRows>
Result<void> write_csv(const RunOutput& to, std::string_view name, const Parts& parts, const WriteRows& write) {
    auto csv = open_csv(to.directory, name, parts);
    if (!csv) return csv.error();
    write(*csv);
    return csv->commit_with(to.files);
}

constexpr double none = std::numeric_limits<double>::quiet_NaN();

const char* status(double value) { return std::isfinite(value) ? "ok" : "failed"; }

// A mode's number and target are formatted once, not once a time.
void write_rows(io::CsvWriter& csv, const Run& run, const Trajectories& t, Threads threads) {
    const std::size_t modes = run.output_modes.size();
    const bool with_errors = parts_of(run).has(Only::ensemble);
    std::vector<std::string> mode_and_target;
    for (const std::size_t k : run.output_modes) {
        mode_and_target.push_back(std::to_string(k + 1) + ',' + shortest_text(t.target[k]));
    }
    write_blocks(csv, t.times() * modes, threads, [&](std::size_t first, std::size_t last, io::CsvRows& out) {
        std::string tau;
        for (std::size_t row = first; row < last; ++row) {
            const std::size_t i = row / modes;
            const std::size_t j = row % modes;
            const std::size_t k = run.output_modes[j];
            if (row == first || j == 0) tau = shortest_text(t.tau[i]);
            const double v = t.at(i, k);
            const char* state = run.simulation.imprecise(i, k) ? "imprecise" : status(v);
            out.cells(tau, 1).cells(mode_and_target[j], 2).cell(v).cells(state, 1);
            if (with_errors) out.cell(t.standard_error[i * t.modes() + k]);
            out.end_row();
        }
    });
}

void write_rows(io::CsvWriter& csv, const Run& run, const dynamics::WeightRows& weights, Threads threads) {
    const bool with_bias = parts_of(run).has(Only::mean);
    const std::size_t modes = run.output_modes.size();
    write_blocks(csv, weights.size(), threads, [&](std::size_t first, std::size_t last, io::CsvRows& out) {
        std::string tau_and_level;
        for (std::size_t i = first; i < last; ++i) {
            const dynamics::WeightRecord w = weights[i];
            if (i == first || i % modes == 0) tau_and_level = shortest_text(w.tau) + ',' + shortest_text(w.noise_level);
            out.cells(tau_and_level, 2).cell(w.mode + 1).cell(w.weight).cell(w.optimal_weight);
            out.cells(status(w.weight), 1);
            if (with_bias) out.cell(run.coupled->biases[i].bias).cell(run.coupled->biases[i].optimal_bias);
            if (run.coupled) out.cell(run.coupled->off_diagonal_weight[i / modes]);
            out.end_row();
        }
    });
}

void write_means(io::CsvWriter& csv, const Run& run) {
    const Trajectories& t = run.simulation.trajectories;
    const std::span<const double> target = run.spectrum.mean();
    const double samples = run.coupled->ensemble > 0 ? static_cast<double>(run.coupled->ensemble) : none;
    for (std::size_t i = 0; i < t.times() && csv.good(); ++i) {
        for (const std::size_t k : run.output_modes) {
            const double mean = run.coupled->mean[i * t.modes() + k];
            const double wanted = target.empty() ? 0.0 : target[k];
            csv.cell(t.tau[i]).cell(k + 1).cell((mean - wanted) * (mean - wanted)).cell(t.at(i, k) / samples);
            csv.cell(mean).cell(wanted).cell(status(mean));
            if (run.coupled->ensemble > 0) csv.cell(std::sqrt(t.at(i, k) / samples));
            csv.end_row();
        }
    }
}

void write_channel_alignment(io::CsvWriter& csv, const Run& run) {
    const dynamics::CoupledModes& c = run.simulation.coupled;
    for (std::size_t i = 0; i < c.chi.size() && csv.good(); ++i) {
        csv.cell(run.simulation.trajectories.tau[i]).cell(c.chi[i]).cell(c.leading_chi[i]).cell(c.leading_modes);
        csv.cell(none).cell(none).cell(c.off_diagonal[i]).cell(status(c.chi[i])).end_row();
    }
}

void write_alignment(io::CsvWriter& csv, const Run& run) {
    if (!run.coupled) return write_channel_alignment(csv, run);
    const dynamics::MatrixSimulation& c = *run.coupled;
    const auto of_ensemble = [](const std::vector<double>& chi, std::size_t i) { return chi.empty() ? none : chi[i]; };
    for (std::size_t i = 0; i < c.chi.size() && csv.good(); ++i) {
        csv.cell(run.simulation.trajectories.tau[i]).cell(c.chi[i]).cell(c.leading_chi[i]).cell(c.leading_modes);
        csv.cell(of_ensemble(c.aligned_chi, i)).cell(of_ensemble(c.aligned_leading_chi, i)).cell(c.off_diagonal[i]);
        csv.cell(status(c.chi[i]));
        if (c.ensemble > 0) csv.cell(c.chi_error[i]).cell(c.leading_chi_error[i]);
        csv.end_row();
    }
}

void write_layer(io::CsvWriter& csv, const char* name, const std::vector<double>& weights, std::size_t columns) {
    for (std::size_t i = 0; i < weights.size() && csv.good(); ++i) {
        csv.cell(name).cell(i / columns + 1).cell(i % columns + 1).cell(weights[i]).end_row();
    }
}

Result<void> write_layers(const RunOutput& to, const Run& run, const Parts& parts) {
    if (!parts.layers) return {};
    const auto problem = make_matrix_problem(run.scenario, run.spectrum);
    if (!problem) return problem.error();
    const dynamics::MatrixLayers& layers = problem->layers;
    return write_csv(to, "layers.csv", parts, [&](io::CsvWriter& csv) {
        write_layer(csv, layers.architecture == "one-layer" ? "W" : "P", layers.first, layers.width);
        write_layer(csv, "Q", layers.second, problem->modes());
    });
}

void write_rows(io::CsvWriter& csv, const std::vector<analysis::Emergence>& emergence) {
    for (const analysis::Emergence& e : emergence) {
        csv.cell(analysis::name_of(e.criterion)).cell(e.mode + 1).cell(e.target_variance).cell(e.initial_variance);
        csv.cell(e.final_variance).cell(e.limit_variance).cell(e.threshold).cell(analysis::name_of(e.direction));
        csv.cell(e.gray_zone).cell(e.overshoot).cell(analysis::name_of(e.status)).cell(e.tau_star);
        csv.cell(e.tau_star_se).cell(e.first_passage).cell(e.last_entry).cell(e.extreme_variance);
        csv.cell(e.extreme_tau).cell(e.observed_until);
        (e.partner ? csv.cell(*e.partner + 1) : csv.empty_cell()).end_row();
    }
}

void write_rows(io::CsvWriter& csv, const std::vector<analysis::PowerLaw>& laws) {
    for (const analysis::PowerLaw& p : laws) {
        csv.cell(analysis::name_of(p.criterion)).cell(analysis::name_of(p.direction)).cell(p.estimator);
        csv.cell(p.exponent).cell(p.exponent_se).cell(p.ci_low).cell(p.ci_high).cell(p.prefactor).cell(p.floor);
        csv.cell(p.r_squared).cell(p.modes).cell(p.censored).cell(p.note).cell(p.floor_se).cell(p.floor_ci_low);
        csv.cell(p.floor_ci_high).cell(p.curvature_p).cell(p.break_variance).cell(p.exponent_below);
        csv.cell(p.exponent_above).cell(p.break_p).end_row();
    }
}

// Of the cells that apply: NaN has failed, an infinite divergence is a mode without variance, an infinite loss an
// integral without a value.
const char* status(const Distance& d, bool has_limit, bool has_sampler) {
    std::vector<double> cells = {d.kl, d.w2, d.loss};
    if (has_limit) cells.insert(cells.end(), {d.limit_kl, d.limit_w2});
    if (has_sampler) cells.insert(cells.end(), {d.sampler_kl, d.sampler_w2});
    if (std::any_of(cells.begin(), cells.end(), [](double v) { return std::isnan(v); })) return "failed";
    return std::any_of(cells.begin(), cells.end(), [](double v) { return std::isinf(v); }) ? "infinite" : "ok";
}

void write_distances(io::CsvWriter& csv, const Run& run) {
    const bool ensemble = parts_of(run).ensemble;
    const bool has_sampler = !run.simulation.exact_variance.empty() && !ensemble;
    const bool has_limit = !run.simulation.trajectories.limit.empty();
    for (const Distance& d : run.distances) {
        csv.cell(d.tau).cell(d.kl).cell(d.w2).cell(d.loss).cell(d.limit_kl).cell(d.limit_w2);
        csv.cell(d.sampler_kl).cell(d.sampler_w2).cell(status(d, has_limit, has_sampler));
        if (ensemble) csv.cell(d.kl_se).cell(d.w2_se).cell(d.limit_kl_se).cell(d.limit_w2_se);
        csv.end_row();
    }
}

// Of a run that was here before: files that this one does not have.
std::vector<std::filesystem::path> others(const std::filesystem::path& directory, const Parts& parts) {
    std::vector<std::filesystem::path> files;
    for (const CsvFile& file : run_csv_files()) {
        if (!parts.has(file.only)) files.push_back(directory / file.name);
    }
    return files;
}

Result<void> write_coupled(const RunOutput& to, const Run& run, const Parts& parts) {
    if (!parts.aligned) return {};
    const auto means = [&](io::CsvWriter& csv) { write_means(csv, run); };
    if (run.coupled) {
        if (auto done = write_csv(to, "mean.csv", parts, means); !done) return done;
    }
    return write_csv(to, "alignment.csv", parts, [&](io::CsvWriter& csv) { write_alignment(csv, run); });
}

}  // namespace

Result<void> write_emergence(const std::filesystem::path& directory, const std::vector<analysis::Emergence>& rows,
                             io::FileGroup& files) {
    return write_csv(RunOutput{directory, files}, "emergence.csv", {},
                     [&](io::CsvWriter& csv) { write_rows(csv, rows); });
}

Result<void> write_power_laws(const std::filesystem::path& directory, const std::vector<analysis::PowerLaw>& laws,
                              io::FileGroup& files) {
    return write_csv(RunOutput{directory, files}, "power_law.csv", {},
                     [&](io::CsvWriter& csv) { write_rows(csv, laws); });
}

Result<void> RunFiles::add_simulation(const Run& run) {
    const Parts parts = parts_of(run);
    const RunOutput to{directory_, files_};
    const std::string toml = to_toml(run.scenario, DataFile::absolute);
    if (auto done = files_.add(directory_ / "scenario.toml", toml); !done) return done;
    if (auto done = write_spectrum(directory_ / "spectrum.csv", run.spectrum, files_); !done) return done;
    const auto variances = [&](io::CsvWriter& csv) { write_rows(csv, run, run.simulation.trajectories, threads_); };
    if (auto done = write_csv(to, "variance.csv", parts, variances); !done) return done;
    const auto weights = [&](io::CsvWriter& csv) { write_rows(csv, run, run.simulation.weights, threads_); };
    if (auto done = write_csv(to, "weights.csv", parts, weights); !done) return done;
    if (auto done = write_layers(to, run, parts); !done) return done;
    if (auto done = write_coupled(to, run, parts); !done) return done;
    const auto distances = [&](io::CsvWriter& csv) { write_distances(csv, run); };
    return write_csv(to, "distances.csv", parts, distances);
}

Result<void> RunFiles::finish(const Run& run, const io::Placing& placing) {
    if (auto done = write_emergence(directory_, run.emergence, files_); !done) return done;
    if (auto done = write_power_laws(directory_, run.power_laws, files_); !done) return done;
    if (auto done = files_.add(directory_ / "manifest.json", manifest_text(run, threads_, files_.sizes())); !done)
        return done;
    return files_.commit(others(directory_, parts_of(run)), placing);
}

Result<void> write_run(const std::filesystem::path& directory, const Run& run, Threads threads) {
    RunFiles files(directory, threads);
    if (auto done = files.add_simulation(run); !done) return done;
    return files.finish(run);
}

}  // namespace eigenflow::scenario
