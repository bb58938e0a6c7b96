#pragma once

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

/// A NumPy array file: versions 1, 2 and 3, little and big endian, C and Fortran order, any number of
/// axes ≥ 1. The first axis counts rows (samples); the others are flattened, in C order, to columns.
///
/// open() believes nothing: magic, header length, type, shape (overflow of the product) and the exact file size are
/// checked before a byte of data is touched, so no header makes it allocate. An array without elements is refused.
/// A file whose size or time changes while it is open is refused by the next read: it may be half old, half new. Copies
/// share the open file. Errors: ErrorKind::file with path and remedy.
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
    /// many rows at once.
    Result<void> read_rows(std::size_t first, std::size_t count, std::span<double> out) const;

private:
    struct Source;

    NpyFile() = default;

    Result<void> read_run(std::size_t first, std::size_t count, double* out, std::size_t stride) const;
    Error changed() const;

    std::string path_;
    std::vector<std::size_t> shape_;
    std::size_t columns_ = 0;
    std::size_t values_offset_ = 0;  // of the first element in the file  [bytes]
    NpyType type_ = NpyType::f8;
    bool swapped_ = false;  // byte order of the file ≠ byte order of the machine
    bool fortran_order_ = false;
    std::shared_ptr<const Source> source_;
};

}  // namespace eigenflow::io
