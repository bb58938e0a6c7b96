#pragma once

#include <filesystem>
#include <vector>

#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"

namespace eigenflow::scenario {

/// Whether a CSV file has the columns of blocks. False for a file that can't be read, which its reader will say.
bool has_blocks(const std::filesystem::path& file);

/// The spectrum of a scenario whose CSV holds blocks: of data.channels channels, or averaged to gray for one.
Result<data::Spectrum> blocks_of(const Scenario& scenario);

/// flat_spectrum() of channels: 1 in every mode.
Result<data::Spectrum> flat_channels(const NpyVectors& vectors, const SpectrumRequest& request);

/// A column of whole numbers.
Result<std::vector<int>> read_frequencies(const io::CsvTable& table, const std::string& column);

}  // namespace eigenflow::scenario
