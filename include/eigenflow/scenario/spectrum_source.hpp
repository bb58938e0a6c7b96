#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/channel_spectrum.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/data/vectors.hpp"
#include "eigenflow/io/file_group.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// Vectors or images in an NPY file. The file stays open as long as `source` lives.
struct NpyVectors {
    data::VectorSource source;
    std::vector<int> image_shape;   ///< {height, width, channels} of 4-D files, {height, width, 1} of 3-D; else empty
    std::filesystem::path file;     ///< for messages
    bool single_precision = false;  ///< stored as float32, uint8 or int16: float32 holds every value as it is
};

/// Opens an NPY file of vectors (n, d) or images (n, h, w) or (n, h, w, c). `center_scale` maps 0 … 255 to [−1, 1];
/// unset, it is done for uint8 files only. ErrorKind::file for anything else.
Result<NpyVectors> open_vectors(const std::filesystem::path& file, std::optional<bool> center_scale = {});

/// What of the vectors is wanted.
struct SpectrumRequest {
    bool fourier = false;        ///< Fourier modes of gray images instead of principal components
    std::optional<int> top;      ///< the leading k principal components only, matrix-free
    std::vector<int> shape;      ///< fourier, for files of plain vectors: {N} or {height, width}; empty: the file's own
    bool mean = false;           ///< with the mean along every principal component; not with `fourier` or `top`
    std::optional<int> channel;  ///< fourier: this channel alone, from 0; unset: the mean over channels
    int channels = 1;            ///< fourier: > 1 keeps the channels apart, and must be how many the images have
};

/// The vectors as single-channel images, and their grid, as Fourier modes need them.
Result<data::VectorSource> gray_source(const NpyVectors& vectors, const SpectrumRequest& request);
Result<std::vector<int>> grid_of(const NpyVectors& vectors, const SpectrumRequest& request);

/// The error, naming the vectors' file if it does not.
Error of_file(const NpyVectors& vectors, Error error);

/// The spectrum that measure_spectrum would find, with variance 1 in every mode: modes and frequencies are known from
/// the header. Refuses a channel or a shape that the file does not have.
Result<data::Spectrum> flat_spectrum(const NpyVectors& vectors, const SpectrumRequest& request);

/// Mean, covariance and mode variances of the vectors, streamed in blocks. Errors name the file.
Result<data::Spectrum> measure_spectrum(const NpyVectors& vectors, const SpectrumRequest& request, Threads threads);

/// Blocks of channel covariances of the vectors, which must be images of request.channels channels (or plain vectors
/// laid out like them: shape, then channel).
Result<data::ChannelSpectrum> measure_blocks(const NpyVectors& vectors, const SpectrumRequest& request,
                                             Threads threads);

/// Columns frequency_y, frequency_x, row, column, re, im: C² rows for every frequency of the half plane. Reading takes
/// the rows of a block in any order, and other frequencies of the grid; of a pair k, −k one is enough. `shape` says
/// the grid, empty where it is to be found out. ErrorKind::file with file and line for blocks that are not Hermitian,
/// have a negative eigenvalue, lack an entry or hold one twice, and for frequencies that are missing.
Result<void> write_blocks(const std::filesystem::path& file, const data::ChannelSpectrum& blocks);
Result<data::ChannelSpectrum> read_blocks(const std::filesystem::path& file, std::vector<int> shape = {});

/// A CSV with a column `variance`, for Fourier modes frequency_y and frequency_x, for principal components perhaps mean
/// (any other columns are ignored).
/// Negative, NaN and non-numeric variances are ErrorKind::file with file and line. Of a CSV of blocks (write_blocks)
/// the modes of all its channels.
Result<data::Spectrum> read_spectrum(const std::filesystem::path& file);

/// Columns mode, variance, for Fourier modes frequency_y, frequency_x, of channels component, and mean where the
/// spectrum has one.
Result<void> write_spectrum(const std::filesystem::path& file, const data::Spectrum& spectrum);
/// The same, for `files` to commit.
Result<void> write_spectrum(const std::filesystem::path& file, const data::Spectrum& spectrum, io::FileGroup& files);

/// What a scenario's [data] section wants of its images.
SpectrumRequest request_of(const Scenario& scenario);

/// The spectrum that a scenario's [data] section describes; with a mean only where data.mean asks for it.
Result<data::Spectrum> make_spectrum(const Scenario& scenario, Threads threads);

}  // namespace eigenflow::scenario
