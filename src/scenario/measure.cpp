#include "eigenflow/scenario/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis_settings.hpp"
#include "eigenflow/data/fourier_pairs.hpp"
#include "measure_directory.hpp"
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

data::VectorSource counted(data::VectorSource source, const std::function<void(std::size_t)>& advance) {
    const auto read = [inner = std::move(source.read), advance](std::size_t first, std::size_t count,
                                                                std::span<double> out) -> Result<void> {
        auto done = inner(first, count, out);
        advance(count);
        return done;
    };
    return {source.count, source.dimension, read};
}

Trajectories trajectories_of(const Measurement& m) {
    Trajectories t;
    if (m.spectrum.is_fourier()) t.partner = data::opposite_modes(m.spectrum);
    const std::span<const double> target = m.spectrum.variances();
    t.target.assign(target.begin(), target.end());
    for (std::size_t i = 0; i < m.moments.size(); ++i) {
        t.tau.push_back(m.plan.checkpoints[i].tau);
        t.variance.insert(t.variance.end(), m.moments[i].variance.begin(), m.moments[i].variance.end());
        t.standard_error.insert(t.standard_error.end(), m.moments[i].standard_error.begin(),
                                m.moments[i].standard_error.end());
    }
    return t;
}

std::vector<std::string> notes_on(const Measurement& m) {
    std::vector<std::string> notes;
    if (m.plan.checkpoints.front().step > 0) {
        notes.push_back(
            fmt::format("no checkpoint of step 0: step {} stands for the start of training, and modes that "
                        "had begun to move by then seem to emerge late",
                        m.plan.checkpoints.front().step));
    }
    const auto fewest = std::min_element(m.moments.begin(), m.moments.end(),
                                         [](const auto& a, const auto& b) { return a.count < b.count; });
    if (fewest->count < m.spectrum.modes()) {
        notes.push_back(
            fmt::format("{} samples and {} modes: the samples' covariance has a rank of {} at most, and chi "
                        "is far below 1 for a network that is exactly aligned; compare chi with "
                        "aligned_chi in alignment.csv, or use more samples",
                        fewest->count, m.spectrum.modes(), fewest->count - 1));
    }
    if (m.plan.settings.emergence.target == "limit") {
        notes.emplace_back(
            "emergence.target = \"limit\": the limit of a trained network is not known, and no mode emerges; use "
            "emergence.target=data");
    }
    return notes;
}

}  // namespace

Result<Measurement> measure(const MeasurePlan& plan, const std::filesystem::path& directory,
                            const MeasureProgress& options) {
    const auto data = open_measured(plan.request.data, plan.request, {});
    if (!data) return data.error();
    auto basis = basis_of(*data, plan.request, options.threads);
    if (!basis) return basis.error();
    Measurement result{.plan = plan,
                       .spectrum = basis->spectrum,
                       .training_count = basis->count / data->cluster,
                       .leading = plan.request.leading ? static_cast<std::size_t>(*plan.request.leading)
                                                       : data::leading_modes(*basis, leading_share),
                       .moments = {},
                       .emergence = {},
                       .power_laws = {},
                       .notes = {}};
    std::vector<std::optional<data::SampleMoments>> found;
    std::size_t total = 0;
    for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
        const Checkpoint& c = plan.checkpoints[i];
        found.push_back(read_checkpoint(checkpoint_table(directory, c), c, basis->modes()));
        if (!found.back()) total += 2 * plan.samples[i] * data->cluster;
    }
    const auto advance = [&](std::size_t vectors) {
        if (options.progress) options.progress(vectors, total);
    };
    advance(0);
    for (std::size_t i = 0; i < plan.checkpoints.size(); ++i) {
        const Checkpoint& checkpoint = plan.checkpoints[i];
        if (!found[i]) {
            const auto samples = open_measured(checkpoint.file, plan.request, plan.image_shape);
            if (!samples) return samples.error();
            const data::MeasureOptions how{result.leading, samples->file.single_precision, samples->cluster};
            auto moments = data::measure_samples(counted(samples->source, advance), *basis, how, options.threads);
            if (!moments) return of_file(samples->file, moments.error());
            if (auto done = write_checkpoint(checkpoint_table(directory, checkpoint), *moments); !done) {
                return done.error();
            }
            found[i] = std::move(*moments);
            ++result.computed;
        }
        result.moments.push_back(std::move(*found[i]));
    }
    result.notes = notes_on(result);
    const Scenario& settings = plan.settings;
    result.emergence =
        analysis::find_emergence(trajectories_of(result), emergence_options(settings.emergence), options.threads);
    result.power_laws = analysis::fit_power_laws(result.emergence, fit_options(settings.fit), options.threads);
    return result;
}

}  // namespace eigenflow::scenario
