#include "measure_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eigenflow/io/npy.hpp"

namespace eigenflow::scenario {

namespace {

bool holds_bytes(const std::filesystem::path& file) {
    const auto npy = io::NpyFile::open(file);
    return npy && npy->type() == io::NpyType::u1;
}

void note_start(const Measurement& m, std::vector<std::string>& notes) {
    const Checkpoint& first = m.plan.checkpoints.front();
    if (first.step == 0) return;
    notes.push_back(
        fmt::format("no checkpoint of step 0: step {} stands for the start of training, and modes that had begun to "
                    "move by then seem to emerge late",
                    first.step));
}

void note_few_samples(const Measurement& m, std::vector<std::string>& notes) {
    const auto fewest = std::min_element(m.moments.begin(), m.moments.end(),
                                         [](const auto& a, const auto& b) { return a.count < b.count; });
    if (fewest->count >= m.spectrum.modes()) return;
    const auto place = static_cast<std::size_t>(fewest - m.moments.begin());
    notes.push_back(fmt::format(
        "{}: {} samples and {} modes: the samples' covariance has a rank of {} at most, and chi is far below 1 "
        "for a network that is exactly aligned; compare chi with aligned_chi in alignment.csv, or use more "
        "samples",
        m.plan.checkpoints[place].file.string(), fewest->count, m.spectrum.modes(), fewest->count - 1));
}

void note_pixels_left_out(const Measurement& m, std::vector<std::string>& notes) {
    const MeasureRequest& r = m.plan.request;
    if (r.basis != MeasuredModes::patch) return;
    const int rows = (m.plan.image_shape[0] - r.patch) % r.stride,
              columns = (m.plan.image_shape[1] - r.patch) % r.stride;
    if (rows == 0 && columns == 0) return;
    notes.push_back(fmt::format(
        "patches of {} x {} pixels at every {} leave pixels at the images' edges out: {} below, {} on the right",
        r.patch, r.patch, r.stride, rows, columns));
}

void note_gray(const Measurement& m, std::vector<std::string>& notes) {
    if (m.plan.request.basis != MeasuredModes::fourier || m.plan.image_shape.empty()) return;
    const int channels = m.plan.image_shape[2];
    if (channels > 1)
        notes.push_back(fmt::format("Fourier modes are of gray images: {} channels are averaged", channels));
}

void note_modes_without_variance(const Measurement& m, std::vector<std::string>& notes) {
    const auto variances = m.spectrum.variances();
    const auto none = std::count(variances.begin(), variances.end(), 0.0);
    if (none == 0) return;
    const bool few = m.training_count <= m.plan.dimension;
    const std::string why = few ? fmt::format(" ({} training samples of dimension {} have at most {})",
                                              m.training_count, m.plan.dimension, m.training_count - 1)
                                : "";
    notes.push_back(
        fmt::format("{} of {} modes have no variance in the training data{}: their directions mean nothing, and they "
                    "do not emerge; leave them out with --top {}",
                    none, variances.size(), why, variances.size() - static_cast<std::size_t>(none)));
}

void note_constant_checkpoints(const Measurement& m, std::vector<std::string>& notes) {
    for (std::size_t i = 0; i < m.moments.size(); ++i) {
        const std::vector<double>& v = m.moments[i].variance;
        if (std::any_of(v.begin(), v.end(), [](double value) { return value > 0.0; })) continue;
        notes.push_back(m.plan.checkpoints[i].file.string() +
                        ": all samples are the same: every variance is 0, and chi is empty" +
                        (i == 0 ? "; no mode emerges from a start without variance" : ""));
    }
}

void note_shared_noise(const Measurement& m, std::vector<std::string>& notes) {
    double sum = 0.0;
    std::size_t cells = 0, checkpoints = 0;
    for (const std::vector<double>& r : m.previous_correlation) {
        for (const double value : r) sum += value;
        cells += r.size();
        checkpoints += r.empty() ? 0 : 1;
    }
    if (checkpoints == 0) return;
    notes.push_back(
        fmt::format("{} of {} checkpoints were generated from the same noise as the one before, row by row: errors of "
                    "their variances are correlated ({:.3f} on average), which tau_star_se takes into account; see "
                    "previous_correlation in variance.csv",
                    checkpoints, m.moments.size() - 1, sum / static_cast<double>(cells)));
}

}  // namespace

std::vector<std::string> notes_on(const Measurement& m) {
    std::vector<std::string> notes = m.plan.notes;
    note_start(m, notes);
    note_few_samples(m, notes);
    note_pixels_left_out(m, notes);
    note_gray(m, notes);
    note_modes_without_variance(m, notes);
    note_constant_checkpoints(m, notes);
    note_shared_noise(m, notes);
    return notes;
}

std::vector<std::string> note_on_mixed_types(const MeasureRequest& request,
                                             const std::vector<Checkpoint>& checkpoints) {
    if (request.center_scale) return {};
    const bool data = holds_bytes(request.data);
    std::vector<std::string> others;
    for (const Checkpoint& c : checkpoints) {
        if (holds_bytes(c.file) != data) others.push_back(c.file.string());
    }
    if (others.empty()) return {};
    const std::string more = others.size() > 1 ? fmt::format(" and {} files more", others.size() - 1) : "";
    return {fmt::format(
        "{}{} {} uint8 and {} {}: only uint8 is mapped to [-1, 1]; save both in the same units, or say "
        "--center-scale or --no-center-scale for all",
        others.front(), more, data ? "do not hold" : "hold", request.data.string(), data ? "does" : "does not")};
}

}  // namespace eigenflow::scenario
