#pragma once

// NPY files, byte by byte.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

inline std::string little_endian(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
    return text;
}

// An NPY file from its parts; the header is padded as NumPy does, to a multiple of 64 bytes.
inline std::string npy(std::string dictionary, std::string_view values, int version = 1) {
    const std::size_t prefix = version == 1 ? 10 : 12;
    dictionary.append(63 - (prefix + dictionary.size()) % 64, ' ').append("\n");
    return "\x93NUMPY" + little_endian(static_cast<std::uint64_t>(version), 2) +
           little_endian(dictionary.size(), prefix - 8) + dictionary + std::string(values);
}

inline std::string dictionary(const std::string& type, bool fortran, const std::string& shape) {
    return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
}

// One element as `type` stores it. The values of the tests are exact in the types they are stored as.
inline std::string element(const std::string& type, double value) {
    const std::size_t size = static_cast<std::size_t>(type[2] - '0');
    std::uint64_t bits = 0;
    if (type.ends_with("f8")) {
        bits = std::bit_cast<std::uint64_t>(value);
    } else if (type.ends_with("f4")) {
        bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    } else {
        bits = std::bit_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    }
    std::string bytes = little_endian(bits, size);
    if (type[0] == '>') std::reverse(bytes.begin(), bytes.end());
    return bytes;
}

inline std::string elements(const std::string& type, const std::vector<double>& values) {
    std::string bytes;
    for (const double value : values) bytes += element(type, value);
    return bytes;
}
