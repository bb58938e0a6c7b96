#pragma once

#include <cstddef>
#include <functional>

#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/io/csv_writer.hpp"

namespace eigenflow::scenario {

/// Rows 0 … rows − 1, formatted by several threads, a few thousand rows each at a time, and appended in order: the same
/// bytes for any number of threads, and a few MB of text in memory however long the file is.
///
/// @param format  appends rows first … last − 1 to `out`; safe to call from several threads
void write_blocks(io::CsvWriter& csv, std::size_t rows, Threads threads,
                  const std::function<void(std::size_t first, std::size_t last, io::CsvRows& out)>& format);

}  // namespace eigenflow::scenario
