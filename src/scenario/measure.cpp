#include "eigenflow/scenario/measure.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "analysis_settings.hpp"
#include "eigenflow/data/error_correlation.hpp"
#include "eigenflow/data/fourier_pairs.hpp"
#include "eigenflow/scenario/counted_reads.hpp"
#include "measure_directory.hpp"
#include "measure_notes.hpp"
#include "measured_vectors.hpp"

namespace eigenflow::scenario {

namespace {

constexpr double leading_share = 0.9;  // of the variance

Result<data::MeasureBasis> basis_of(const MeasuredVectors& data, const MeasureRequest& request, Threads threads) {
    auto basis = request.basis == MeasuredModes::fourier ? data::fourier_basis(data.source, data.grid, threads)
                                                         : data::principal_basis(data.source, request.top, threads);
    if (!basis) return of_file(data.file, basis.error());
    return basis;
}

/// Of the training mean along the modes, as SampleMoments has it of the samples'.
Result<std::vector<double>> training_mean_variance(const MeasuredVectors& data, const data::MeasureBasis& basis,
                                                   Threads threads) {
    if (data.cluster > 1) {
        auto moments =
            data::measure_samples(data.source, basis, {1, data.file.single_precision, data.cluster}, threads);
        if (!moments) return of_file(data.file, moments.error());
        return std::move(moments->mean_variance);
    }
    std::vector<double> variances(basis.spectrum.variances().begin(), basis.spectrum.variances().end());
    for (double& v : variances) v /= static_cast<double>(basis.count);
    return variances;
}

/// Correlations of the errors at every checkpoint, as the checkpoints come.
class SharedNoise {
public:
    void add(data::RowContributions rows, Measurement& m) {
        m.previous_correlation.push_back(previous_ ? data::error_correlation(*previous_, rows) : std::vector<double>());
        m.first_correlation.push_back(first_ ? data::error_correlation(*first_, rows) : std::vector<double>());
        if (!first_) first_ = rows;
        previous_ = std::move(rows);
    }

private:
    std::optional<data::RowContributions> first_, previous_;
};

Trajectories trajectories_of(const Measurement& m) {
    Trajectories t;
    if (m.spectrum.is_fourier()) t.partner = data::opposite_modes(m.spectrum);
    const std::span<const double> target = m.spectrum.variances();
    t.target.assign(target.begin(), target.end());
    const auto append = [&](std::vector<double>& column, const std::vector<double>& values) {
        column.insert(column.end(), values.begin(), values.end());
        column.resize(t.times() * t.modes(), std::numeric_limits<double>::quiet_NaN());
    };
    for (std::size_t i = 0; i < m.moments.size(); ++i) {
        t.tau.push_back(m.plan.checkpoints[i].tau);
        append(t.variance, m.moments[i].variance);
        append(t.standard_error, m.moments[i].standard_error);
        append(t.previous_correlation, m.previous_correlation[i]);
        append(t.first_correlation, m.first_correlation[i]);
    }
    return t;
}

Result<void> measure_checkpoints(const MeasuredVectors& data, const data::MeasureBasis& basis,
                                 const std::filesystem::path& directory, const MeasureProgress& options,
                                 const std::function<void(std::size_t)>& advance,
                                 std::vector<std::optional<data::SampleMoments>> found, Measurement& result) {
    const MeasurePlan& plan = result.plan;
    SharedNoise noise;
    for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
        const Checkpoint& checkpoint = plan.checkpoints[i];
        const SamplesIdentity identity = samples_identity(plan, i);
        const auto samples = open_measured(checkpoint.file, plan.request, plan.image_shape);
        if (!samples) return samples.error();
        if (!found[i]) {
            const data::MeasureOptions how{result.leading, samples->file.single_precision, data.cluster};
            auto moments = data::measure_samples(counted(samples->source, advance), basis, how, options.threads);
            if (!moments) return of_file(samples->file, moments.error());
            const auto written = write_checkpoint(checkpoint_table(directory, checkpoint), *moments, identity);
            if (!written) return written.error();
            found[i] = std::move(*moments);
            ++result.computed;
        }
        result.moments.push_back(std::move(*found[i]));
        auto rows = data::row_contributions(samples->source, basis, data.cluster, options.threads);
        if (!rows) return of_file(samples->file, rows.error());
        noise.add(std::move(*rows), result);
    }
    return {};
}

}  // namespace

Result<Measurement> measure(const MeasurePlan& plan, const std::filesystem::path& directory,
                            const MeasureProgress& options) {
    const auto data = open_measured(plan.request.data, plan.request, {});
    if (!data) return data.error();
    auto found = finished_checkpoints(directory, plan);
    const std::size_t training_reads = (data->cluster > 1 ? 4 : 2) * data->source.count;
    std::size_t total = training_reads;
    for (std::size_t i = 0; i < found.size(); ++i) total += found[i] ? 0 : 2 * plan.samples[i] * data->cluster;
    const auto advance = [&](std::size_t vectors) {
        if (options.progress) options.progress(vectors, total);
    };
    advance(0);
    PlannedReads reads(training_reads, advance);
    MeasuredVectors counted_data = *data;
    counted_data.source = counted(data->source, [&](std::size_t vectors) { reads(vectors); });
    auto basis = basis_of(counted_data, plan.request, options.threads);
    if (!basis) return basis.error();
    auto mean_variance = training_mean_variance(counted_data, *basis, options.threads);
    if (!mean_variance) return mean_variance.error();
    reads.finish();
    Measurement result{.plan = plan,
                       .spectrum = basis->spectrum,
                       .training_count = basis->count / data->cluster,
                       .leading = plan.request.leading ? static_cast<std::size_t>(*plan.request.leading)
                                                       : data::leading_modes(*basis, leading_share),
                       .training_mean_variance = std::move(*mean_variance),
                       .moments = {},
                       .previous_correlation = {},
                       .first_correlation = {},
                       .emergence = {},
                       .power_laws = {},
                       .notes = {}};
    const auto done = measure_checkpoints(*data, *basis, directory, options, advance, std::move(found), result);
    if (!done) return done.error();
    result.notes = notes_on(result);
    const Scenario& settings = plan.settings;
    result.emergence =
        analysis::find_emergence(trajectories_of(result), emergence_options(settings.emergence), options.threads);
    result.power_laws = analysis::fit_power_laws(result.emergence, fit_options(settings.fit), options.threads);
    return result;
}

}  // namespace eigenflow::scenario
