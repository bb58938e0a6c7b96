#pragma once

#include <filesystem>
#include <vector>

#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"

namespace eigenflow::scenario {

// A CSV of a spectrum is read once, since it may be a pipe, and its columns say what it holds.

/// Whether a table has the columns of blocks.
bool has_blocks(const io::CsvTable& table);

/// As read_blocks() and read_spectrum(), of a file that has been read.
Result<data::ChannelSpectrum> blocks_in(const io::CsvTable& table, std::vector<int> shape = {});
Result<data::Spectrum> spectrum_in(const io::CsvTable& table);

/// The spectrum of a scenario whose CSV holds blocks: of data.channels channels, or averaged to gray for one.
Result<data::Spectrum> blocks_of(const Scenario& scenario, const io::CsvTable& table);

/// flat_spectrum() of channels: 1 in every mode.
Result<data::Spectrum> flat_channels(const NpyVectors& vectors, const SpectrumRequest& request);

/// A column of whole numbers.
Result<std::vector<int>> read_frequencies(const io::CsvTable& table, const std::string& column);

}  // namespace eigenflow::scenario
