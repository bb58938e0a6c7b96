#include "byte_products.hpp"

#include <algorithm>
#include <cassert>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace eigenflow::data {

using Line = PackedBytes::Line;

#if defined(__x86_64__)

namespace {

constexpr std::size_t at_once = 8;  // columns i whose sums are in registers together
constexpr std::size_t depth = 128;  // groups of four vectors: three lines of 8 kB each stay in the level 1 cache

/// Σ x_i (x_j − 128) of Rows columns i and three lines of j. A structure in a structure, since GCC 12 keeps an array of
/// registers in memory.
template <std::size_t Rows>
struct Sums {
    Sums<Rows - 1> before;
    __m512i a, b, c;

    [[gnu::target("avx512f,avx512vnni"), gnu::always_inline]] void load(const Line* sum, std::size_t row) {
        before.load(sum, row);
        a = _mm512_load_si512(&sum[(Rows - 1) * row]);
        b = _mm512_load_si512(&sum[(Rows - 1) * row + 1]);
        c = _mm512_load_si512(&sum[(Rows - 1) * row + 2]);
    }
    [[gnu::target("avx512f,avx512vnni"), gnu::always_inline]] void add(const int* word, __m512i x, __m512i y,
                                                                       __m512i z) {
        before.add(word, x, y, z);
        const __m512i bytes = _mm512_set1_epi32(word[Rows - 1]);
        a = _mm512_dpbusd_epi32(a, bytes, x);
        b = _mm512_dpbusd_epi32(b, bytes, y);
        c = _mm512_dpbusd_epi32(c, bytes, z);
    }
    [[gnu::target("avx512f,avx512vnni"), gnu::always_inline]] void store(Line* sum, std::size_t row) const {
        before.store(sum, row);
        _mm512_store_si512(&sum[(Rows - 1) * row], a);
        _mm512_store_si512(&sum[(Rows - 1) * row + 1], b);
        _mm512_store_si512(&sum[(Rows - 1) * row + 2], c);
    }
};
template <>
struct Sums<0> {
    void load(const Line*, std::size_t) {}
    [[gnu::target("avx512f,avx512vnni"), gnu::always_inline]] void add(const int*, __m512i, __m512i, __m512i) {}
    void store(Line*, std::size_t) const {}
};

// 24 instructions that multiply, eleven that load and three that make bytes signed, for every group of four vectors.
[[gnu::target("avx512f,avx512vnni")]] void add_block(const Line* left, std::size_t i, const Line* right,
                                                     std::size_t stride, std::size_t count, Line* sum,
                                                     std::size_t row) {
    Sums<at_once> sums;
    sums.load(sum, row);
    const __m512i sign = _mm512_set1_epi32(static_cast<int>(0x80808080U));
    for (std::size_t g = 0; g < count; ++g) {
        sums.add(reinterpret_cast<const int*>(&left[g]) + i, _mm512_xor_si512(_mm512_load_si512(&right[g]), sign),
                 _mm512_xor_si512(_mm512_load_si512(&right[stride + g]), sign),
                 _mm512_xor_si512(_mm512_load_si512(&right[2 * stride + g]), sign));
    }
    sums.store(sum, row);
}

}  // namespace

bool has_byte_dot_products() {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
}

void PackedBytes::add_products(const CovarianceTile& t, std::size_t count, std::span<Line> sum) const {
    const std::size_t first_i = static_cast<std::size_t>(t.row) / columns;
    const std::size_t first_j = static_cast<std::size_t>(t.column) / columns;
    const std::size_t rows = lines(t.rows) * columns;
    const std::size_t width = lines(t.columns);
    const std::size_t groups = (count + vectors - 1) / vectors;
    assert(sum.size() == rows * width && groups <= depth_);
    for (std::size_t g = 0; g < groups; g += depth) {
        const std::size_t some = std::min(depth, groups - g);
        for (std::size_t j = 0; j < width; j += together) {
            const Line* right = &lines_[(first_j + j) * depth_ + g];
            for (std::size_t i = 0; i < rows; i += at_once) {
                const Line* left = &lines_[(first_i + i / columns) * depth_ + g];
                add_block(left, i % columns, right, depth_, some, &sum[i * width + j], width);
            }
        }
    }
}

#else

bool has_byte_dot_products() { return false; }
void PackedBytes::add_products(const CovarianceTile&, std::size_t, std::span<Line>) const { assert(false); }

#endif

PackedBytes::PackedBytes(std::size_t dimension, std::size_t most)
    : dimension_(dimension),
      panels_(lines(static_cast<Eigen::Index>(dimension))),
      depth_((most + vectors - 1) / vectors),
      lines_(std::make_unique_for_overwrite<Line[]>(panels_ * depth_)) {
    assert(most <= most_vectors);
}

void PackedBytes::put(std::size_t first, std::span<const std::uint32_t> words) {
    const std::size_t group = first / vectors;
    for (std::size_t panel = 0; panel < panels_; ++panel) {
        Line& line = lines_[panel * depth_ + group];
        const std::size_t begin = std::min(dimension_, panel * columns);  // the last panels may hold none
        const std::size_t held = std::min(columns, dimension_ - begin);
        if (held < columns) line.word.fill(0);
        std::copy_n(words.begin() + static_cast<std::ptrdiff_t>(begin), held, line.word.begin());
    }
}

}  // namespace eigenflow::data
