#include "channel_source.hpp"

#include <string>
#include <utility>

namespace eigenflow::scenario {
namespace {

// Height and width of the images' grid, which has as many channels as are asked for.
Result<std::vector<int>> channel_grid(const NpyVectors& vectors, const SpectrumRequest& request) {
    const std::string asked = std::to_string(request.channels) + " channels are asked for, and ";
    if (!vectors.image_shape.empty()) {
        const int own = vectors.image_shape[2];
        if (own != request.channels) {
            return Error{ErrorKind::usage, asked + "these images have " + std::to_string(own) +
                                               ": set data.channels (or --channels) to that, or to 1 for their mean"};
        }
        return grid_of(vectors, request);
    }
    if (vectors.source.dimension % static_cast<std::size_t>(request.channels) != 0) {
        return Error{ErrorKind::usage, asked + "vectors of " + std::to_string(vectors.source.dimension) +
                                           " numbers can't be cut into that many: give images (n, h, w, c)"};
    }
    NpyVectors one_channel = vectors;
    one_channel.source.dimension /= static_cast<std::size_t>(request.channels);
    return grid_of(one_channel, request);
}

}  // namespace

Result<data::ChannelSpectrum> measure_blocks(const NpyVectors& vectors, const SpectrumRequest& request,
                                             Threads threads) {
    auto shape = channel_grid(vectors, request);
    if (!shape) return of_file(vectors, shape.error());
    auto blocks = data::measure_channels(vectors.source, std::move(*shape), request.channels, threads);
    if (!blocks) return of_file(vectors, blocks.error());
    return blocks;
}

Result<data::Spectrum> flat_channels(const NpyVectors& vectors, const SpectrumRequest& request) {
    auto shape = channel_grid(vectors, request);
    if (!shape) return of_file(vectors, shape.error());
    const auto channels = static_cast<std::size_t>(request.channels);
    std::vector<data::ChannelSpectrum::Complex> blocks;
    for (std::size_t f = data::half_plane(*shape).size(); f-- > 0;) {
        for (std::size_t e = 0; e < channels * channels; ++e) blocks.emplace_back(e % (channels + 1) == 0 ? 1.0 : 0.0);
    }
    const auto flat = data::ChannelSpectrum::create(std::move(blocks), std::move(*shape), request.channels);
    return flat ? Result<data::Spectrum>(flat->modes()) : of_file(vectors, flat.error());
}

bool has_blocks(const io::CsvTable& table) { return table.has_column("re") && table.has_column("im"); }

Result<data::Spectrum> blocks_of(const Scenario& scenario, const io::CsvTable& table) {
    const std::filesystem::path file = data_file(scenario);
    if (scenario.data.basis != "fourier") {
        return Error{ErrorKind::file, file.string() + ": holds blocks of Fourier modes, and data.basis = \"" +
                                          scenario.data.basis + "\": write basis = \"fourier\""};
    }
    const auto blocks = blocks_in(table, scenario.data.shape);
    if (!blocks) return blocks.error();
    const int channels = scenario.data.channels;
    if (channels == 1) return blocks->gray();
    if (channels == blocks->channels()) return blocks->modes();
    return Error{ErrorKind::file, file.string() + ": holds blocks of " + std::to_string(blocks->channels()) +
                                      " channels, and data.channels = " + std::to_string(channels) +
                                      ": set it to that, or to 1 for their mean"};
}

}  // namespace eigenflow::scenario
