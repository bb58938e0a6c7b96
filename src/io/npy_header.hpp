#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/io/npy.hpp"

namespace eigenflow::io {

struct NpyHeader {
    NpyType type = NpyType::f8;
    bool big_endian = false;
    bool fortran_order = false;
    std::vector<std::size_t> shape;
    std::size_t values_offset = 0;  ///< of the first element in the file  [bytes]
};

/// No header with a type and axes that can be is longer, with magic, version and length  [bytes].
constexpr std::size_t longest_npy_header = 12 + 65535;

/// Reads magic, version and header of an NPY file from its first longest_npy_header bytes, or all it has; touches
/// nothing behind the header, and checks everything but the file size. The error is ErrorKind::file without the path:
/// "<what is wrong>; <remedy>".
Result<NpyHeader> parse_npy_header(std::string_view bytes);

}  // namespace eigenflow::io
