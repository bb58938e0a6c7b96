#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "eigenflow/core/result.hpp"

namespace eigenflow::io {

/// Makes `path` a directory that a run may be written to: creates it with its parents, and tries out a file in it, so
/// that hours of computation do not end at a read-only disk.
///
/// Refused, ErrorKind::file (usage when `path` is empty): a path that is not a directory, can't be created or written
/// to; without `force` also one that already holds a run or a sweep: a manifest.json, a scenario.toml, a sweep.toml or
/// any *.csv. `force` removes nothing: files of the same name are replaced, each as it is written. Temporaries that
/// dead processes left there are removed.
/// @param own  the files that will be written, if only their like may be replaced: a directory with another file of a
///             run is then refused also by force, because the tables of the two would mix
Result<void> prepare_output_directory(const std::filesystem::path& path, bool force,
                                      std::span<const std::string_view> own = {});

}  // namespace eigenflow::io
