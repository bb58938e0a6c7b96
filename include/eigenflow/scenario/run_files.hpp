#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/io/file_group.hpp"
#include "eigenflow/scenario/run.hpp"

namespace eigenflow::scenario {

/// Which runs have a column or a file.
enum class Only {
    always,
    fourier,   ///< Fourier modes
    mean,      ///< data with a mean
    coupled,   ///< modes that couple (Run::coupled)
    ensemble,  ///< those, followed by an ensemble of samples
    aligned,   ///< those, and colour channels that a filter mixes
    channels,  ///< modes of colour channels
    layers,    ///< a random start, of modes that are few enough to list it
};
/// What a run has of those.
struct Parts {
    bool fourier = false;
    bool mean = false;
    bool coupled = false;
    bool ensemble = false;
    bool aligned = false;
    bool channels = false;
    bool layers = false;
    bool has(Only part) const;
};
Parts parts_of(const Run& run);

/// One column of a CSV file: what docs/csv.md and the manifest say of it.
struct CsvColumn {
    std::string_view name;
    std::string_view unit;  ///< empty: a name or a pure number
    std::string_view meaning;
    Only only = Only::always;
};
struct CsvFile {
    std::string_view name;
    std::span<const CsvColumn> columns;
    Only only = Only::always;
};
/// Every CSV file that a run directory can have, in the order of writing.
std::span<const CsvFile> run_csv_files();

/// The file of that name, which is one of run_csv_files().
const CsvFile& run_csv_file(std::string_view name);

/// emergence.csv and power_law.csv of a directory, for `files` to commit; a row's mode is written as its number from 1.
Result<void> write_emergence(const std::filesystem::path& directory, const std::vector<analysis::Emergence>& rows,
                             io::FileGroup& files);
Result<void> write_power_laws(const std::filesystem::path& directory, const std::vector<analysis::PowerLaw>& laws,
                              io::FileGroup& files);

/// Writes a run into a directory that io::prepare_output_directory() has accepted: scenario.toml, the CSV files and,
/// last, manifest.json, so that a directory with a manifest is complete. Every file appears whole or not at all, and
/// none before all are on disk.
class RunFiles {
public:
    RunFiles(std::filesystem::path directory, Threads threads) : directory_(std::move(directory)), threads_(threads) {}

    /// What RunOptions::simulated is given: scenario.toml and all but emergence.csv and power_law.csv.
    Result<void> add_simulation(const Run& run);
    /// The rest, of the same run, and all files appear.
    Result<void> finish(const Run& run, const io::Placing& placing = io::place_at_once);

private:
    std::filesystem::path directory_;
    Threads threads_;
    io::FileGroup files_;
};

/// All of it at once.
Result<void> write_run(const std::filesystem::path& directory, const Run& run, Threads threads);

}  // namespace eigenflow::scenario
