#include "eigenflow/scenario/comparison_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>

#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/scenario/recorded_run.hpp"
#include "manifest.hpp"

namespace eigenflow::scenario {
namespace {

// docs/analysing.md says what they mean; a test compares the names.
const std::vector<std::string> exponent_columns = {"run",
                                                   "reference",
                                                   "criterion",
                                                   "direction",
                                                   "estimator",
                                                   "exponent",
                                                   "exponent_se",
                                                   "ci_low",
                                                   "ci_high",
                                                   "modes",
                                                   "reference_exponent",
                                                   "reference_exponent_se",
                                                   "reference_ci_low",
                                                   "reference_ci_high",
                                                   "reference_modes",
                                                   "difference",
                                                   "difference_se",
                                                   "p_value",
                                                   "paired_modes",
                                                   "ratio",
                                                   "ratio_low",
                                                   "ratio_high",
                                                   "paired_difference",
                                                   "paired_difference_se",
                                                   "paired_p_value",
                                                   "differ",
                                                   "target",
                                                   "reference_target"};
const std::vector<std::string> time_columns = {
    "run",   "reference", "criterion",        "mode",   "target_variance", "reference_tau_star",    "tau_star",
    "ratio", "ratio_se",  "reference_status", "status", "scaled_ratio",    "reference_tau_star_se", "tau_star_se"};
const std::vector<std::string> rate_columns = {"run",     "reference", "criterion",       "modes",
                                               "rate",    "rate_se",   "rate_low",        "rate_high",
                                               "scatter", "times",     "direction_ratio", "direction_p"};

std::string setting(const analysis::RunResult& run, const std::string& key) {
    for (const auto& [name, value] : run.settings) {
        if (name == key) return value;
    }
    return {};
}

/// Of a table: the manifest has "data" as a scenario does, with quotes.
std::string target_of(const analysis::RunResult& run) {
    std::string text = setting(run, "emergence.target");
    std::erase(text, '"');
    return text;
}

const analysis::PairedComparison* paired_with(const analysis::Comparison& comparison,
                                              const analysis::ExponentDifference& row) {
    const auto found =
        std::find_if(comparison.paired.begin(), comparison.paired.end(), [&](const analysis::PairedComparison& p) {
            return p.run == row.run && p.criterion == row.law.criterion && p.direction == row.law.direction;
        });
    return found == comparison.paired.end() ? nullptr : &*found;
}

}  // namespace

Result<void> write_times(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                         const analysis::Comparison& comparison, bool fit_rate, io::FileGroup& files) {
    auto csv = io::CsvWriter::open(file, time_columns);
    if (!csv) return csv.error();
    for (const analysis::TimeRatio& row : comparison.times) {
        csv->cell(runs[row.run].name).cell(runs.front().name).cell(analysis::name_of(row.criterion));
        csv->cell(row.mode + 1).cell(row.reference_variance).cell(row.reference_tau_star).cell(row.tau_star);
        csv->cell(row.ratio).cell(row.ratio_se).cell(analysis::name_of(row.reference_status));
        csv->cell(analysis::name_of(row.status));
        const auto rate = std::find_if(comparison.rates.begin(), comparison.rates.end(),
                                       [&](const auto& r) { return r.run == row.run && !r.criterion; });
        const bool has_rate = fit_rate && rate != comparison.rates.end();
        has_rate ? csv->cell(row.ratio * rate->rate) : csv->empty_cell();
        csv->cell(row.reference_tau_star_se).cell(row.tau_star_se).end_row();
    }
    return csv->commit_with(files);
}

namespace {

std::string_view rate_name(const analysis::EffectiveRate& rate) {
    return rate.criterion ? analysis::name_of(*rate.criterion) : "all";
}

Result<void> write_rates(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                         const analysis::Comparison& comparison, io::FileGroup& files) {
    auto csv = io::CsvWriter::open(file, rate_columns);
    if (!csv) return csv.error();
    for (const analysis::EffectiveRate& r : comparison.rates) {
        csv->cell(runs[r.run].name).cell(runs.front().name).cell(rate_name(r)).cell(r.modes);
        csv->cell(r.rate).cell(r.rate_se).cell(r.rate_low).cell(r.rate_high).cell(r.scatter).cell(r.times);
        csv->cell(r.direction_ratio).cell(r.direction_p).end_row();
    }
    return csv->commit_with(files);
}

}  // namespace

Result<analysis::RunResult> read_run_result(const std::filesystem::path& directory) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(directory, ignored)) {
        return Error{ErrorKind::file,
                     directory.string() + " is not a run directory: name the directory that run, measure or fit wrote"};
    }
    constexpr std::array read = {"emergence.csv", "power_law.csv"};
    if (auto whole = check_sizes(directory, read); !whole) return whole.error();
    auto emergence = read_emergence(directory / "emergence.csv");
    if (!emergence) return emergence.error();
    auto laws = read_power_laws(directory / "power_law.csv");
    if (!laws) return laws.error();
    return analysis::RunResult{directory.string(), std::move(*emergence), std::move(*laws),
                               emergence_settings(directory)};
}

Result<void> write_exponents(const std::filesystem::path& file, std::span<const analysis::RunResult> runs,
                             const analysis::Comparison& comparison, io::FileGroup& files) {
    auto csv = io::CsvWriter::open(file, exponent_columns);
    if (!csv) return csv.error();
    for (const analysis::ExponentDifference& row : comparison.exponents) {
        csv->cell(runs[row.run].name).cell(runs.front().name).cell(analysis::name_of(row.law.criterion));
        csv->cell(analysis::name_of(row.law.direction)).cell(row.law.estimator);
        for (const analysis::PowerLaw* law : {&row.law, &row.reference_law}) {
            csv->cell(law->exponent).cell(law->exponent_se).cell(law->ci_low).cell(law->ci_high).cell(law->modes);
        }
        csv->cell(row.difference).cell(row.difference_se).cell(row.p_value);
        if (const analysis::PairedComparison* p = paired_with(comparison, row)) {
            csv->cell(p->modes).cell(p->ratio).cell(p->ratio_low).cell(p->ratio_high).cell(p->difference);
            csv->cell(p->difference_se).cell(p->p_value);
            std::isnan(p->p_value) ? csv->empty_cell() : csv->cell(p->differ);
        } else {
            csv->cell(0);
            for (int i = 0; i < 7; ++i) csv->empty_cell();
        }
        csv->cell(target_of(runs[row.run])).cell(target_of(runs.front())).end_row();
    }
    return csv->commit_with(files);
}

Result<void> write_comparison(const std::filesystem::path& directory, std::span<const analysis::RunResult> runs,
                              const analysis::Comparison& comparison, double confidence, bool fit_rate) {
    io::FileGroup files;
    const std::filesystem::path rates = directory / "rates.csv";
    std::vector<std::filesystem::path> obsolete;
    if (auto done = write_exponents(directory / "exponents.csv", runs, comparison, files); !done) return done;
    if (auto done = write_times(directory / "times.csv", runs, comparison, fit_rate, files); !done) return done;
    if (fit_rate) {
        if (auto done = write_rates(rates, runs, comparison, files); !done) return done;
    } else {
        obsolete.push_back(rates);
    }
    const std::string manifest = comparison_manifest_text(runs, confidence);
    if (auto done = files.add(directory / "manifest.json", manifest); !done) return done;
    return files.commit(obsolete);
}

std::vector<std::string> notes_on(std::span<const analysis::RunResult> runs, const analysis::Comparison& comparison) {
    std::vector<std::string> notes;
    for (std::size_t r = 1; r < runs.size(); ++r) {
        const auto other_spectrum =
            std::count_if(comparison.times.begin(), comparison.times.end(), [&](const analysis::TimeRatio& t) {
                return t.run == r && std::abs(t.variance - t.reference_variance) > 1e-6 * t.reference_variance;
            });
        if (other_spectrum > 0) {
            notes.push_back(
                fmt::format("{} and {} have different spectra ({} rows differ in target_variance): modes "
                            "are matched by number all the same",
                            runs[r].name, runs.front().name, other_spectrum));
        }
        for (const auto& [key, value] : runs[r].settings) {
            const std::string reference = setting(runs.front(), key);
            if (key == "emergence.thresholds" || value == reference || reference.empty()) continue;
            notes.push_back(fmt::format("{} has {} = {}, {} has {}: times and exponents differ for that alone",
                                        runs[r].name, key, value, runs.front().name, reference));
        }
        if (std::none_of(comparison.times.begin(), comparison.times.end(),
                         [&](const analysis::TimeRatio& t) { return t.run == r; })) {
            notes.push_back(
                fmt::format("{} and {} have no modes in common: nothing is paired", runs[r].name, runs.front().name));
        }
        const auto of_run = [&](const analysis::ExponentDifference& e) { return e.run == r; };
        if (std::none_of(comparison.exponents.begin(), comparison.exponents.end(), of_run)) {
            notes.push_back(
                fmt::format("{} and {} have no law in common (criterion, direction, estimator): fit both "
                            "with the same settings, eigenflow fit DIR emergence.*= fit.*=",
                            runs[r].name, runs.front().name));
        }
    }
    return notes;
}

}  // namespace eigenflow::scenario
