#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis_settings.hpp"
#include "eigenflow/data/image_patches.hpp"
#include "measure_notes.hpp"
#include "measured_vectors.hpp"

namespace eigenflow::scenario {

namespace {

constexpr std::size_t listed_files = 10;  // with another shape; a wrong pattern matches thousands

std::string shape_of(const NpyVectors& vectors) {
    if (vectors.image_shape.empty()) return fmt::format("(n, {})", vectors.source.dimension);
    return fmt::format("(n, {})", fmt::join(vectors.image_shape, ", "));
}

Result<void> check_options(const MeasureRequest& r) {
    if (r.basis == MeasuredModes::fourier && r.top) {
        return Error{ErrorKind::usage, "--top counts principal components: leave it out with --basis fourier"};
    }
    if (r.basis != MeasuredModes::fourier && !r.shape.empty()) {
        return Error{ErrorKind::usage, "--shape lays vectors out on the grid of --basis fourier: leave it out"};
    }
    return refuse_other_sections(r.overrides, "measuring simulates nothing");
}

// PyTorch's layout, taken for images of a few rows and many channels.
Result<void> refuse_channels_first(const NpyVectors& v) {
    constexpr int most_channels = 4;
    const std::vector<int>& shape = v.image_shape;
    if (shape.empty() || shape[0] > most_channels || shape[2] <= most_channels) return {};
    return Error{
        ErrorKind::usage,
        fmt::format("{} has shape (n, {}), images of height {} with {} channels: if these are {} channels of {} "
                    "x {} pixels, save x.transpose(0, 2, 3, 1), whose shape is (n, height, width, channels)",
                    v.file.string(), fmt::join(shape, ", "), shape[0], shape[2], shape[0], shape[1], shape[2])};
}

Result<void> refuse_large_covariance(const MeasureRequest& request, std::size_t dimension) {
    if (request.basis == MeasuredModes::fourier || request.top || dimension <= data::largest_whole_covariance)
        return {};
    const auto d = static_cast<double>(dimension);
    return Error{
        ErrorKind::usage,
        fmt::format("{}: all {} modes take about {:.1f} GB of memory for their covariance; ask for the leading "
                    "ones with --top K (--top {} for all the same)",
                    request.data.string(), dimension, 32.0 * d * d / 1e9, dimension)};
}

Result<MeasuredVectors> with_patches(MeasuredVectors v, const MeasureRequest& request) {
    const std::vector<int>& shape = v.file.image_shape;
    if (shape.empty()) {
        return Error{ErrorKind::usage, v.file.file.string() +
                                           ": patches are of images, and these are plain vectors; "
                                           "save the data as (n, height, width[, channels])"};
    }
    const data::PatchGrid grid{shape[0], shape[1], shape[2], request.patch, request.stride};
    auto patches = data::image_patches(v.file.source, grid);
    if (!patches) return of_file(v.file, patches.error());
    v.source = std::move(*patches);
    v.cluster = grid.patches();
    return v;
}

Result<MeasuredVectors> with_grid(MeasuredVectors v, const MeasureRequest& request) {
    const SpectrumRequest fourier{.fourier = true, .top = {}, .shape = request.shape, .channel = {}};
    auto gray = gray_source(v.file, fourier);
    if (!gray) return of_file(v.file, gray.error());
    auto grid = grid_of(v.file, fourier);
    if (!grid) return of_file(v.file, grid.error());
    v.source = std::move(*gray);
    v.grid = std::move(*grid);
    return v;
}

// A checkpoint's vectors; the sentence on why they can't be measured along the modes of the data.
Result<std::size_t> samples_in(const Checkpoint& checkpoint, const MeasurePlan& plan, const NpyVectors& data) {
    const auto opened = open_vectors(checkpoint.file, plan.request.center_scale);
    if (!opened) return opened.error();
    const bool both_images = !opened->image_shape.empty() && !data.image_shape.empty();
    if (opened->source.dimension != plan.dimension || (both_images && opened->image_shape != data.image_shape)) {
        return Error{ErrorKind::file,
                     fmt::format("{} has shape {}, but the training data {} have {}: give samples of "
                                 "the same shape",
                                 checkpoint.file.string(), shape_of(*opened), data.file.string(), shape_of(data))};
    }
    if (opened->source.count < 2) {
        return Error{ErrorKind::file, checkpoint.file.string() + " holds one sample: a variance needs two or more"};
    }
    const auto measurable = open_measured(checkpoint.file, plan.request, plan.image_shape);
    if (!measurable) return measurable.error();
    return opened->source.count;
}

}  // namespace

Result<MeasuredVectors> open_measured(const std::filesystem::path& file, const MeasureRequest& request,
                                      const std::vector<int>& image_shape) {
    auto opened = open_vectors(file, request.center_scale);
    if (!opened) return opened.error();
    if (opened->image_shape.empty()) opened->image_shape = image_shape;
    MeasuredVectors vectors{*opened, opened->source, 1, {}};
    if (request.basis != MeasuredModes::principal) {
        if (auto ok = refuse_channels_first(*opened); !ok) return ok.error();
    }
    if (request.basis == MeasuredModes::patch) return with_patches(std::move(vectors), request);
    if (request.basis == MeasuredModes::fourier) return with_grid(std::move(vectors), request);
    return vectors;
}

Result<MeasurePlan> plan_measurement(const MeasureRequest& request) {
    if (auto ok = check_options(request); !ok) return ok.error();
    auto settings = default_analysis(request.overrides);
    if (!settings) return settings.error();
    if (settings->emergence.target == "limit") {
        return Error{ErrorKind::usage,
                     "emergence.target = \"limit\": the limit of a trained network is not known; use "
                     "emergence.target=data"};
    }
    const auto data = open_vectors(request.data, request.center_scale);
    if (!data) return data.error();
    const auto measurable = open_measured(request.data, request, {});
    if (!measurable) return measurable.error();
    const auto most = static_cast<int>(std::min<std::size_t>(measurable->source.dimension, 1'000'000'000));
    if (request.top.value_or(1) > most) {
        return Error{ErrorKind::usage, fmt::format("--top {}: {} has {} modes; ask for at most as many", *request.top,
                                                   request.data.string(), most)};
    }
    if (auto ok = refuse_large_covariance(request, measurable->source.dimension); !ok) return ok.error();
    if (request.leading.value_or(1) > request.top.value_or(most)) {
        return Error{ErrorKind::usage, fmt::format("--leading {}: only {} modes are measured; ask for at most as many",
                                                   *request.leading, request.top.value_or(most))};
    }
    CheckpointRequest checkpoints = request.checkpoints;
    checkpoints.training_data = request.data;
    auto files = find_checkpoints(checkpoints);
    if (!files) return files.error();
    MeasurePlan plan{.request = request,
                     .settings = std::move(*settings),
                     .checkpoints = std::move(files->checkpoints),
                     .samples = {},
                     .image_shape = data->image_shape,
                     .dimension = data->source.dimension,
                     .modes = static_cast<std::size_t>(request.top.value_or(most)),
                     .notes = std::move(files->notes)};
    std::string sentences;
    std::size_t refused = 0;
    for (const Checkpoint& checkpoint : plan.checkpoints) {
        const auto count = samples_in(checkpoint, plan, *data);
        plan.samples.push_back(count ? *count : 0);
        if (count || ++refused > listed_files) continue;
        sentences += (sentences.empty() ? "" : "\n") + count.error().message;
    }
    if (refused > listed_files) sentences += fmt::format("\nand {} more files", refused - listed_files);
    if (refused > 0) return Error{ErrorKind::file, sentences};
    const std::vector<std::string> mixed = note_on_mixed_types(request, plan.checkpoints);
    plan.notes.insert(plan.notes.end(), mixed.begin(), mixed.end());
    return plan;
}

}  // namespace eigenflow::scenario
