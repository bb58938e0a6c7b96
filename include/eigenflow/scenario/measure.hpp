#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/core/result.hpp"
#include "eigenflow/core/trajectories.hpp"
#include "eigenflow/data/measure_basis.hpp"
#include "eigenflow/data/measure_samples.hpp"
#include "eigenflow/io/file_group.hpp"
#include "eigenflow/scenario/checkpoint_files.hpp"
#include "eigenflow/scenario/run_files.hpp"
#include "eigenflow/scenario/scenario.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"

namespace eigenflow::scenario {

/// Along which modes samples are measured.
enum class MeasuredModes { principal, fourier, patch };

struct MeasureRequest {
    std::filesystem::path data;  ///< training data, NPY
    CheckpointRequest checkpoints;
    MeasuredModes basis = MeasuredModes::principal;
    std::optional<int> top;              ///< principal, patch: the K leading modes
    std::vector<int> shape;              ///< fourier, for files of plain vectors: {N} or {height, width}
    int patch = 8;                       ///< patch: side  [pixels]
    int stride = 4;                      ///< patch  [pixels]
    std::optional<int> leading;          ///< modes of the leading block of alignment.csv; unset: those with 90 %
    std::optional<bool> center_scale;    ///< of data and samples; unset: of uint8 files
    std::vector<std::string> overrides;  ///< emergence.*=value, fit.*=value
};

/// A request whose files are there and fit together: every header is read, no values.
struct MeasurePlan {
    MeasureRequest request;
    Scenario settings;  ///< of which [emergence] and [fit] count
    std::vector<Checkpoint> checkpoints;
    std::vector<std::size_t> samples;  ///< vectors in each checkpoint's file
    std::vector<int> image_shape;      ///< of the training data, as NpyVectors has it
    std::size_t dimension = 0;         ///< of a training vector
    std::size_t modes = 0;             ///< along which is measured
    std::vector<std::string> notes;    ///< on the files
};

/// Error{usage}: options that do not go together, an override of another section, emergence.target = "limit", or more
/// modes than a covariance is taken of without --top. Error{file}: no checkpoints, or
/// files that can't be read or have another shape than the training data.
Result<MeasurePlan> plan_measurement(const MeasureRequest& request);

/// What to do with a measurement that the directory holds already.
enum class EarlierMeasurement { refused, resumed, replaced };

/// Makes the directory ready, and writes measure.toml, which says what its checkpoints are measured along.
/// Error{file}: it holds a run, or a measurement that is not to be touched or of other data or modes.
Result<void> prepare_measure_directory(const std::filesystem::path& directory, const MeasurePlan& plan,
                                       EarlierMeasurement earlier);

struct Measurement {
    MeasurePlan plan;
    data::Spectrum spectrum;  ///< of the training data
    std::size_t training_count = 0;
    std::size_t leading = 1;
    std::vector<double> training_mean_variance;  ///< of the training mean along the modes  [data²]
    std::vector<data::SampleMoments> moments;    ///< one per checkpoint
    /// Of the errors of a checkpoint's variances with those of the one before and of the first (error_correlation);
    /// empty where they share no noise, as for the first checkpoint.
    std::vector<std::vector<double>> previous_correlation;
    std::vector<std::vector<double>> first_correlation;
    std::size_t computed = 0;  ///< of them now; the others were found finished
    std::vector<analysis::Emergence> emergence;
    std::vector<analysis::PowerLaw> power_laws;
    std::vector<std::string> notes;
};

struct MeasureProgress {
    Threads threads{1};
    /// Called after each block with the vectors read, those of training data too, of how many in all; first, and only
    /// then, with 0.
    std::function<void(std::size_t vectors, std::size_t total)> progress = {};
};

/// Measures every checkpoint that has no finished table in directory/checkpoints, and writes it there, whole or not at
/// all. A table counts if the samples' path, size, time of change and shape are those that it was made from. Errors
/// name the file.
Result<Measurement> measure(const MeasurePlan& plan, const std::filesystem::path& directory,
                            const MeasureProgress& options);

/// Checkpoints of the plan with a finished table of the samples as they are now.
std::size_t count_measured(const std::filesystem::path& directory, const MeasurePlan& plan);

/// Writes spectrum.csv, variance.csv, alignment.csv, mean.csv, emergence.csv, power_law.csv and, last, manifest.json.
Result<void> write_measurement(const std::filesystem::path& directory, const Measurement& measurement,
                               const io::Placing& placing = io::place_at_once);

/// Every CSV file of a measured run, in the order of writing.
std::span<const CsvFile> measure_csv_files();

}  // namespace eigenflow::scenario
