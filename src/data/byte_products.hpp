#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "covariance_tiles.hpp"

namespace eigenflow::data {

/// Whether this machine adds products of bytes four at a time (AVX-512 VNNI): three to four times the rate of float32.
bool has_byte_dot_products();

/// Vectors of bytes in the order in which their products are made: four vectors of one column in a word, 16 columns in
/// a line, line after line down the vectors.
class PackedBytes {
public:
    static constexpr std::size_t columns = 16;  // of a line
    static constexpr std::size_t vectors = 4;   // of a word
    /// So many that sums of products of two bytes, one less 128, stay below 2^31.
    static constexpr std::size_t most_vectors = 65536;

    struct alignas(64) Line {
        std::array<std::uint32_t, columns> word;
    };
    static constexpr std::size_t together = 3;  // lines
    /// Lines that hold as many columns, a whole multiple of three.
    static std::size_t lines(Eigen::Index entries) {
        const std::size_t whole = (static_cast<std::size_t>(entries) + columns - 1) / columns;
        return (whole + together - 1) / together * together;
    }

    /// Room for `most` vectors, without contents: threads touch it first.
    PackedBytes(std::size_t dimension, std::size_t most);
    std::size_t most() const { return depth_ * vectors; }

    /// Four vectors, a whole multiple of four from `first` on; bytes are `words[column]`, one vector after the other
    /// from the lowest byte up.
    void put(std::size_t first, std::span<const std::uint32_t> words);

    /// sum[i][j] += Σ x_i (x_j − 128) over the first `count` vectors, of the columns of a tile whose beginning is a
    /// multiple of 48. `sum` has lines(t.rows) · columns rows of lines(t.columns) lines.
    void add_products(const CovarianceTile& t, std::size_t count, std::span<Line> sum) const;

private:
    std::size_t dimension_, panels_, depth_;
    std::unique_ptr<Line[]> lines_;  // [panel][group of four vectors]
};

}  // namespace eigenflow::data
