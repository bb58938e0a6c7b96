#include "eigenflow/scenario/spectrum_source.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <tuple>
#include <utility>

#include "channel_source.hpp"
#include "eigenflow/data/fourier_spectrum.hpp"
#include "eigenflow/data/leading_components.hpp"
#include "eigenflow/data/moments.hpp"
#include "eigenflow/data/principal_components.hpp"
#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/npy.hpp"

namespace eigenflow::scenario {
namespace {

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text = "(";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + (shape.size() == 1 ? ",)" : ")");
}

// One channel of images (n, h, w, c), as (n, h, w).
data::VectorSource one_channel(data::VectorSource images, std::size_t channels, std::size_t channel) {
    data::VectorSource out{images.count, images.dimension / channels, {}, images.bytes};
    const std::size_t pixels = out.dimension;
    out.read = [images = std::move(images), channels, channel, pixels](std::size_t first, std::size_t count,
                                                                       std::span<double> values) -> Result<void> {
        std::vector<double> block(count * pixels * channels);
        if (auto read = images.read(first, count, block); !read) return read;
        for (std::size_t i = 0; i < count * pixels; ++i) values[i] = block[i * channels + channel];
        return {};
    };
    return out;
}

Result<data::Spectrum> measure(const NpyVectors& vectors, const SpectrumRequest& request, Threads threads) {
    if (request.fourier && request.channels > 1) {
        const auto blocks = measure_blocks(vectors, request, threads);
        return blocks ? Result<data::Spectrum>(blocks->modes()) : blocks.error();
    }
    if (request.fourier) {
        auto gray = gray_source(vectors, request);
        if (!gray) return gray.error();
        auto shape = grid_of(vectors, request);
        if (!shape) return shape.error();
        return data::fourier_spectrum(*gray, std::move(*shape), threads);
    }
    if (request.top) {
        auto leading = data::leading_variances(vectors.source, *request.top, threads);
        if (!leading) return leading.error();
        return data::Spectrum::principal(std::move(leading->variances));
    }
    const auto moments = data::measure_moments(vectors.source, threads);
    if (!moments) return moments.error();
    return request.mean ? data::principal_spectrum_with_mean(*moments) : data::principal_spectrum(*moments, threads);
}

std::vector<double> copy(std::span<const double> numbers) { return {numbers.begin(), numbers.end()}; }

// data.mean given as a list: one number per mode; those of a `list` of variances are sorted with them.
Result<data::Spectrum> with_mean(const data::Spectrum& spectrum, const Data& d) {
    if (d.mean.values.size() != spectrum.modes()) {
        return Error{ErrorKind::usage, "data.mean has " + std::to_string(d.mean.values.size()) + " numbers for " +
                                           std::to_string(spectrum.modes()) + " modes: write one per mode"};
    }
    return data::Spectrum::principal(d.source == "list" ? d.variances : copy(spectrum.variances()), d.mean.values);
}

}  // namespace

Result<data::VectorSource> gray_source(const NpyVectors& vectors, const SpectrumRequest& request) {
    if (vectors.image_shape.empty()) {
        if (!request.channel) return vectors.source;
        return Error{ErrorKind::usage, "channel " + std::to_string(*request.channel) +
                                           " is asked of plain vectors, which have no channels: leave it out"};
    }
    const auto [height, width, channels] =
        std::tuple(vectors.image_shape[0], vectors.image_shape[1], vectors.image_shape[2]);
    if (!request.channel) return data::gray_images(vectors.source, height, width, channels);
    if (*request.channel < 0 || *request.channel >= channels) {
        return Error{ErrorKind::usage, "channel " + std::to_string(*request.channel) +
                                           " is not in these images: use 0 to " + std::to_string(channels - 1)};
    }
    return one_channel(vectors.source, static_cast<std::size_t>(channels), static_cast<std::size_t>(*request.channel));
}

// The shape of the gray images: the file's own, or for plain vectors the one that is asked for.
Result<std::vector<int>> grid_of(const NpyVectors& vectors, const SpectrumRequest& request) {
    std::vector<int> shape = request.shape;
    if (!vectors.image_shape.empty()) {
        const std::vector<int> own = {vectors.image_shape[0], vectors.image_shape[1]};
        if (!shape.empty() && shape != own) {
            return Error{ErrorKind::usage, "data.shape (or --shape) does not match the images, which are " +
                                               std::to_string(own[0]) + " x " + std::to_string(own[1]) +
                                               ": leave it out"};
        }
        return own;
    }
    if (shape.empty()) {
        return Error{
            ErrorKind::usage,
            "Fourier modes of plain vectors need data.shape = [N] or [height, width] (or --shape): say how a vector is "
            "laid out on the grid"};
    }
    std::size_t product = 1;
    bool fits = shape.size() <= 2;
    for (const int side : shape)
        fits = fits && !__builtin_mul_overflow(product, static_cast<std::size_t>(side), &product);
    if (fits && product == vectors.source.dimension) return shape;
    return Error{ErrorKind::usage, "data.shape (or --shape) does not fit vectors of " +
                                       std::to_string(vectors.source.dimension) +
                                       " numbers: the product of its sides must be that number"};
}

// What is wrong with the vectors is said by who does not know where they come from; what could not be read names it.
Error of_file(const NpyVectors& vectors, Error error) {
    const std::string file = vectors.file.string();
    if (error.message.find(file) == std::string::npos) error.message = file + ": " + error.message;
    return error;
}

Result<NpyVectors> open_vectors(const std::filesystem::path& file, std::optional<bool> center_scale) {
    auto opened = io::NpyFile::open(file);
    if (!opened) return opened.error();
    const auto npy = std::make_shared<const io::NpyFile>(std::move(*opened));
    const std::vector<std::size_t>& shape = npy->shape();
    if (shape.size() < 2 || shape.size() > 4) {
        return Error{ErrorKind::file, file.string() + " has shape " + shape_text(shape) +
                                          ": give vectors (n, d) or images (n, height, width[, channels])"};
    }
    NpyVectors vectors;
    vectors.file = file;
    const io::NpyType type = npy->type();
    vectors.single_precision = type == io::NpyType::f4 || type == io::NpyType::u1 || type == io::NpyType::i2;
    constexpr auto largest = static_cast<std::size_t>(std::numeric_limits<int>::max());
    if (shape.size() > 2) {
        for (std::size_t axis = 1; axis < shape.size(); ++axis) {
            if (shape[axis] > largest) return Error{ErrorKind::file, file.string() + ": images are too large"};
            vectors.image_shape.push_back(static_cast<int>(shape[axis]));
        }
        vectors.image_shape.resize(3, 1);
    }
    vectors.source = {npy->rows(), npy->columns(), [npy](std::size_t first, std::size_t count, std::span<double> out) {
                          return npy->read_rows(first, count, out);
                      }};
    if (type == io::NpyType::u1) vectors.source.bytes = data::ByteMap{};
    if (center_scale.value_or(npy->type() == io::NpyType::u1)) {
        vectors.source = data::center_scale(std::move(vectors.source));
    }
    return vectors;
}

Result<data::Spectrum> measure_spectrum(const NpyVectors& vectors, const SpectrumRequest& request, Threads threads) {
    auto spectrum = measure(vectors, request, threads);
    if (!spectrum) return of_file(vectors, spectrum.error());
    return spectrum;
}

Result<data::Spectrum> flat_spectrum(const NpyVectors& vectors, const SpectrumRequest& request) {
    if (!request.fourier) {
        const std::size_t dimension = vectors.source.dimension;
        const std::size_t modes = request.top ? static_cast<std::size_t>(*request.top) : dimension;
        return data::Spectrum::principal(std::vector<double>(modes, 1.0));
    }
    if (request.channels > 1) return flat_channels(vectors, request);
    if (const auto gray = gray_source(vectors, request); !gray) return of_file(vectors, gray.error());
    auto shape = grid_of(vectors, request);
    if (!shape) return of_file(vectors, shape.error());
    return data::power_law_fourier_spectrum(std::move(*shape), 0.0, 1.0);
}

SpectrumRequest request_of(const Scenario& scenario) {
    return {.fourier = scenario.data.basis == "fourier",
            .top = {},
            .shape = scenario.data.shape,
            .mean = scenario.data.mean.measured,
            .channel = {},
            .channels = scenario.data.channels};
}

namespace {

Result<data::Spectrum> tabulated(const Scenario& scenario) {
    const auto table = io::read_csv(data_file(scenario));
    if (!table) return table.error();
    if (has_blocks(*table)) return blocks_of(scenario, *table);
    if (scenario.data.channels > 1) {
        return Error{ErrorKind::file, table->file() + ": data.channels = " + std::to_string(scenario.data.channels) +
                                          " needs the columns frequency_y, frequency_x, row, column, re, im: write "
                                          "them with eigenflow spectrum --basis fourier --channels"};
    }
    auto spectrum = spectrum_in(*table);
    if (spectrum && scenario.data.basis == "fourier" && !spectrum->is_fourier()) {
        return Error{ErrorKind::file,
                     table->file() + ": data.basis = \"fourier\" needs the columns frequency_y and frequency_x"};
    }
    return spectrum;
}

// With the mean that a file has or images were measured with.
Result<data::Spectrum> variances_of(const Scenario& scenario, Threads threads) {
    const Data& d = scenario.data;
    const bool fourier = d.basis == "fourier";
    if (d.source == "power-law") {
        return fourier ? data::power_law_fourier_spectrum(d.shape, d.exponent, d.largest)
                       : data::power_law_spectrum(d.modes, d.exponent, d.largest);
    }
    if (d.source == "log-normal") return data::log_normal_spectrum(d.modes, d.log_std, d.mean_variance, d.seed);
    if (d.source == "list") return data::Spectrum::principal(d.variances);
    if (d.source == "csv") return tabulated(scenario);
    const auto vectors = open_vectors(data_file(scenario));
    if (!vectors) return vectors.error();
    return measure_spectrum(*vectors, request_of(scenario), threads);
}

}  // namespace

Result<data::Spectrum> make_spectrum(const Scenario& scenario, Threads threads) {
    auto spectrum = variances_of(scenario, threads);
    if (!spectrum) return spectrum;
    const Data& d = scenario.data;
    if (!d.mean.values.empty()) return with_mean(*spectrum, d);
    if (!d.mean.measured)
        return spectrum->is_fourier() ? spectrum : data::Spectrum::principal(copy(spectrum->variances()));
    if (spectrum->mean().empty()) {
        return Error{ErrorKind::file,
                     data_file(scenario).string() +
                         ": data.mean = \"measured\" needs a column mean: "
                         "write the file with eigenflow spectrum IMAGES.npy --mean, or give data.mean as a list"};
    }
    return spectrum;
}

}  // namespace eigenflow::scenario
