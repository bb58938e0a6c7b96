#include <array>
#include <string>
#include <system_error>

#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/scenario/measure.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "manifest.hpp"

namespace eigenflow::scenario {

namespace {

constexpr std::string_view tau_unit = "1/(eta data^2)";
constexpr CsvColumn tau = {"tau", tau_unit, "training time: step times learning rate"};
constexpr CsvColumn mode = {"mode", "", "mode number, from 1, by falling variance of the data"};

constexpr std::array variance = {
    tau,
    mode,
    CsvColumn{"target_variance", "data^2", "variance of the training data along the mode"},
    CsvColumn{"variance", "data^2", "variance of the generated samples along the mode"},
    CsvColumn{"status", "", "ok"},
    CsvColumn{"standard_error", "data^2", "of variance"},
    CsvColumn{"samples", "", "generated samples"},
    CsvColumn{"previous_correlation", "", "of the error of variance with the one before; empty: no noise is shared"},
    CsvColumn{"first_correlation", "", "and with that at the first tau"},
};
constexpr std::array alignment = {
    tau,
    CsvColumn{"chi", "", "alignment: 1 if the modes diagonalise the covariance of the samples"},
    CsvColumn{"leading_chi", "", "the same over the leading modes"},
    CsvColumn{"leading_modes", "", "how many those are"},
    CsvColumn{"aligned_chi", "", "what so few samples of an aligned Gaussian show instead of 1; empty for patches"},
    CsvColumn{"aligned_leading_chi", "", "the same over the leading modes"},
};
constexpr std::array mean = {
    tau,
    mode,
    CsvColumn{"deviation", "data^2", "squared distance between the means of samples and training data along the mode"},
    CsvColumn{"noise", "data^2", "what equal means show on average: the variance of both means"},
};

Result<io::CsvWriter> open_csv(const std::filesystem::path& directory, std::string_view name,
                               std::span<const CsvColumn> columns) {
    std::vector<std::string> names;
    for (const CsvColumn& column : columns) names.emplace_back(column.name);
    return io::CsvWriter::open(directory / name, names);
}

void correlation_cell(io::CsvWriter& csv, const std::vector<double>& correlation, std::size_t k) {
    correlation.empty() ? csv.empty_cell() : csv.cell(correlation[k]);
}

Result<void> write_variances(const std::filesystem::path& directory, const Measurement& m, io::FileGroup& files) {
    auto csv = open_csv(directory, "variance.csv", variance);
    if (!csv) return csv.error();
    for (std::size_t i = 0; i < m.moments.size() && csv->good(); ++i) {
        const data::SampleMoments& at = m.moments[i];
        for (std::size_t k = 0; k < m.spectrum.modes(); ++k) {
            csv->cell(m.plan.checkpoints[i].tau).cell(k + 1).cell(m.spectrum.variances()[k]).cell(at.variance[k]);
            csv->cell("ok").cell(at.standard_error[k]).cell(at.count);
            correlation_cell(*csv, m.previous_correlation[i], k);
            correlation_cell(*csv, m.first_correlation[i], k);
            csv->end_row();
        }
    }
    return csv->commit_with(files);
}

Result<void> write_alignment(const std::filesystem::path& directory, const Measurement& m, io::FileGroup& files) {
    auto csv = open_csv(directory, "alignment.csv", alignment);
    if (!csv) return csv.error();
    for (std::size_t i = 0; i < m.moments.size(); ++i) {
        const data::SampleMoments& at = m.moments[i];
        csv->cell(m.plan.checkpoints[i].tau).cell(at.chi).cell(at.leading_chi).cell(m.leading);
        csv->cell(at.aligned_chi).cell(at.aligned_leading_chi).end_row();
    }
    return csv->commit_with(files);
}

Result<void> write_means(const std::filesystem::path& directory, const Measurement& m, io::FileGroup& files) {
    auto csv = open_csv(directory, "mean.csv", mean);
    if (!csv) return csv.error();
    for (std::size_t i = 0; i < m.moments.size() && csv->good(); ++i) {
        const data::SampleMoments& at = m.moments[i];
        for (std::size_t k = 0; k < m.spectrum.modes(); ++k) {
            const double noise = at.mean_variance[k] + m.training_mean_variance[k];
            csv->cell(m.plan.checkpoints[i].tau).cell(k + 1).cell(at.mean_deviation[k]).cell(noise).end_row();
        }
    }
    return csv->commit_with(files);
}

}  // namespace

std::span<const CsvFile> measure_csv_files() {
    static const std::array files = {run_csv_file("spectrum.csv"),        CsvFile{"variance.csv", variance},
                                     CsvFile{"alignment.csv", alignment}, CsvFile{"mean.csv", mean},
                                     run_csv_file("emergence.csv"),       run_csv_file("power_law.csv")};
    return files;
}

Result<void> write_measurement(const std::filesystem::path& directory, const Measurement& m,
                               const io::Placing& placing) {
    io::FileGroup files;
    if (auto done = write_spectrum(directory / "spectrum.csv", m.spectrum, files); !done) return done;
    if (auto done = write_variances(directory, m, files); !done) return done;
    if (auto done = write_alignment(directory, m, files); !done) return done;
    if (auto done = write_means(directory, m, files); !done) return done;
    if (auto done = write_emergence(directory, m.emergence, files); !done) return done;
    if (auto done = write_power_laws(directory, m.power_laws, files); !done) return done;
    if (auto done = files.add(directory / "manifest.json", measurement_manifest_text(m, files.sizes())); !done)
        return done;
    return files.commit({}, placing);
}

}  // namespace eigenflow::scenario
