#include "eigenflow/scenario/run_files.hpp"

#include <cmath>
#include <string>
#include <system_error>
#include <vector>

#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "manifest.hpp"

namespace eigenflow::scenario {
namespace {

Result<io::CsvWriter> open_csv(const std::filesystem::path& directory, std::string_view name) {
    std::vector<std::string> columns;
    for (const CsvColumn& column : run_csv_file(name).columns) columns.emplace_back(column.name);
    return io::CsvWriter::open(directory / name, columns);
}

const char* status(double value) { return std::isfinite(value) ? "ok" : "failed"; }

void write_rows(io::CsvWriter& csv, const Run& run, const Trajectories& t) {
    for (std::size_t i = 0; i < t.times() && csv.good(); ++i) {
        for (const std::size_t k : run.output_modes) {
            const double v = t.at(i, k);
            const char* state = run.simulation.imprecise(i, k) ? "imprecise" : status(v);
            csv.cell(t.tau[i]).cell(k + 1).cell(t.target[k]).cell(v).cell(state).end_row();
        }
    }
}

void write_rows(io::CsvWriter& csv, const std::vector<dynamics::WeightRecord>& weights) {
    for (const dynamics::WeightRecord& w : weights) {
        csv.cell(w.tau).cell(w.noise_level).cell(w.mode + 1).cell(w.weight).cell(w.optimal_weight);
        csv.cell(status(w.weight)).end_row();
    }
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

// Of the cells that apply: NaN has failed, an infinite divergence is a mode without variance.
const char* status(const Distance& d, bool has_sampler) {
    bool infinite = false;
    for (const double value : {d.kl, d.w2, d.loss, d.limit_kl, d.limit_w2}) {
        if (std::isnan(value)) return "failed";
        infinite = infinite || std::isinf(value);
    }
    if (!has_sampler) return infinite ? "infinite" : "ok";
    if (std::isnan(d.sampler_kl) || std::isnan(d.sampler_w2)) return "failed";
    return infinite || std::isinf(d.sampler_kl) || std::isinf(d.sampler_w2) ? "infinite" : "ok";
}

void write_rows(io::CsvWriter& csv, const std::vector<Distance>& distances, bool has_sampler) {
    for (const Distance& d : distances) {
        csv.cell(d.tau).cell(d.kl).cell(d.w2).cell(d.loss).cell(d.limit_kl).cell(d.limit_w2);
        csv.cell(d.sampler_kl).cell(d.sampler_w2).cell(status(d, has_sampler)).end_row();
    }
}

template <class... Rows>
Result<void> write_csv(const std::filesystem::path& directory, std::string_view name, const Rows&... rows) {
    auto csv = open_csv(directory, name);
    if (!csv) return csv.error();
    write_rows(*csv, rows...);
    return csv->commit();
}

}  // namespace

Result<void> write_emergence(const std::filesystem::path& directory, const std::vector<analysis::Emergence>& rows) {
    return write_csv(directory, "emergence.csv", rows);
}

Result<void> write_power_laws(const std::filesystem::path& directory, const std::vector<analysis::PowerLaw>& laws) {
    return write_csv(directory, "power_law.csv", laws);
}

Result<void> write_run(const std::filesystem::path& directory, const Run& run, Threads threads) {
    // A run being replaced stops being complete now, not when its last file is overwritten.
    std::error_code ignored;
    std::filesystem::remove(directory / "manifest.json", ignored);
    const std::string toml = to_toml(run.scenario, DataFile::absolute);
    if (auto done = io::write_file_atomically(directory / "scenario.toml", toml); !done) return done;
    if (auto done = write_spectrum(directory / "spectrum.csv", run.spectrum); !done) return done;
    if (auto done = write_csv(directory, "variance.csv", run, run.simulation.trajectories); !done) return done;
    if (auto done = write_csv(directory, "weights.csv", run.simulation.weights); !done) return done;
    if (auto done = write_emergence(directory, run.emergence); !done) return done;
    if (auto done = write_power_laws(directory, run.power_laws); !done) return done;
    const bool has_sampler = !run.simulation.exact_variance.empty();
    if (auto done = write_csv(directory, "distances.csv", run.distances, has_sampler); !done) return done;
    return io::write_file_atomically(directory / "manifest.json", manifest_text(run, threads));
}

}  // namespace eigenflow::scenario
