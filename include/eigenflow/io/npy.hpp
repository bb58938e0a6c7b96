#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"

namespace eigenflow::io {

/// Element types that are read, by NumPy's names.
enum class NpyType { u1, i2, i4, i8, f4, f8 };

std::size_t item_size(NpyType type);  ///< [bytes]

/// A NumPy array file, memory-mapped: versions 1, 2 and 3, little and big endian, C and Fortran order, any number of
/// axes ≥ 1. The first axis counts rows (samples); the others are flattened, in C order, to columns.
///
/// open() believes nothing: magic, header length, type, shape (overflow of the product) and the exact file size are
/// checked before a byte of data is touched, so no header makes it allocate. An array without elements is refused.
/// The file must not shrink while it is open (SIGBUS). Copies share the mapping. Errors: ErrorKind::file with path and
/// remedy.
/// Source: https://numpy.org/doc/1.24/reference/generated/numpy.lib.format.html
class NpyFile {
public:
    static Result<NpyFile> open(const std::filesystem::path& path);

    const std::vector<std::size_t>& shape() const { return shape_; }
    NpyType type() const { return type_; }
    std::size_t rows() const { return shape_.front(); }  ///< ≥ 1
    std::size_t columns() const { return columns_; }     ///< ≥ 1; 1 for a one-dimensional array

    /// Rows first … first + count − 1, row-major, whatever the order in the file; out.size() = count · columns().
    /// Every value is finite: a NaN or infinity is ErrorKind::file that names row and column, of images y, x and
    /// channel, counted from 0. i8 rounds to nearest. A range outside the array is ErrorKind::internal. Safe to call
    /// from several threads. Cost: C order streams; Fortran order reads count contiguous values per column, so ask for
    /// many rows at once. Pages of files above 64 MiB leave the process's memory once they are read, in Fortran order
    /// with every 4096 rows and the last; the system's cache keeps them.
    Result<void> read_rows(std::size_t first, std::size_t count, std::span<double> out) const;

private:
    NpyFile() = default;

    void drop_read_pages(std::size_t first, std::size_t count) const;

    std::string path_;
    std::vector<std::size_t> shape_;
    std::size_t columns_ = 0;
    NpyType type_ = NpyType::f8;
    bool swapped_ = false;  // byte order of the file ≠ byte order of the machine
    bool fortran_order_ = false;
    std::shared_ptr<const std::byte> values_;
    std::shared_ptr<std::atomic<std::size_t>> rows_read_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace eigenflow::io
