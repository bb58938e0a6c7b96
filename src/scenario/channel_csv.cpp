#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "channel_source.hpp"
#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "toml_text.hpp"

namespace eigenflow::scenario {
namespace {

using Complex = data::ChannelSpectrum::Complex;
using Key = std::pair<int, int>;  // frequency y, x

struct Block {
    std::size_t line_row = 0;  // the first row of it in the table
    std::vector<std::optional<Complex>> entries;
};

Key mirrored(Key k, const std::vector<int>& shape) {
    const auto turned = [](int i, int n) { return 2 * -i > -n ? -i : i; };
    return {turned(k.first, shape.size() == 2 ? shape.front() : 1), turned(k.second, shape.back())};
}

bool on_grid(Key k, const std::vector<int>& shape) {
    const auto on_axis = [](int i, int n) { return 2LL * i > -n && 2LL * i <= n; };
    return on_axis(k.first, shape.size() == 2 ? shape.front() : 1) && on_axis(k.second, shape.back());
}

/// Modes of the grid. Frequencies are at most 1e9 (read_frequencies), and so are the sides of data.shape.
long long modes_of(const std::vector<int>& shape) {
    return std::accumulate(shape.begin(), shape.end(), 1LL, std::multiplies<>());
}

/// Whether there can be one of every pair k, −k: what is not there is not listed first, a grid may have 1e18 of them.
bool suffice(const std::map<Key, Block>& blocks, const std::vector<int>& shape) {
    return (modes_of(shape) + 1) / 2 <= static_cast<long long>(blocks.size());
}

/// Whether the blocks are on the grid, and one of every pair k, −k is there.
bool covers(const std::map<Key, Block>& blocks, const std::vector<int>& shape) {
    if (!suffice(blocks, shape)) return false;
    for (const auto& [k, block] : blocks) {
        if (!on_grid(k, shape)) return false;
    }
    const std::vector<data::Frequency> half = data::half_plane(shape);
    return std::all_of(half.begin(), half.end(), [&](data::Frequency f) {
        return blocks.contains({f.y, f.x}) || blocks.contains(mirrored({f.y, f.x}, shape));
    });
}

/// The grids that the frequencies may be of: sides 2m or 2m + 1 around the largest component m.
std::vector<std::vector<int>> possible_shapes(const std::map<Key, Block>& blocks) {
    int y = 0;
    int x = 0;
    for (const auto& [k, block] : blocks) {
        y = std::max(y, std::abs(k.first));
        x = std::max(x, std::abs(k.second));
    }
    std::vector<std::vector<int>> shapes;
    for (const int width : {2 * x, 2 * x + 1}) {
        for (const int height : {2 * y, 2 * y + 1}) {
            const std::vector<int> shape = y == 0 ? std::vector{width} : std::vector{height, width};
            const bool listed = std::find(shapes.begin(), shapes.end(), shape) != shapes.end();
            if (width > 0 && !listed && covers(blocks, shape)) shapes.push_back(shape);
        }
    }
    return shapes;
}

Result<std::vector<int>> shape_of(const std::string& file, const std::map<Key, Block>& blocks) {
    const std::vector<std::vector<int>> shapes = possible_shapes(blocks);
    if (shapes.size() == 1) return shapes.front();
    if (shapes.empty()) {
        return Error{ErrorKind::file,
                     file + ": blocks are missing: no grid has these frequencies, one of every pair k, -k"};
    }
    std::string choices;
    for (const std::vector<int>& shape : shapes) {
        choices += fmt::format("{}{}", choices.empty() ? "" : " or ", toml_list(shape));
    }
    return Error{
        ErrorKind::file,
        fmt::format("{}: half of the frequencies of an even or of an odd grid: write data.shape = {}", file, choices)};
}

Error at_line(const io::CsvTable& table, std::size_t row, const std::string& what) {
    return {ErrorKind::file, table.place(row, *table.column("frequency_x")) + ": " + what};
}

std::string name_of(Key k) { return fmt::format("the block of frequency ({}, {})", k.first, k.second); }

Result<int> channels_of(const io::CsvTable& table, const std::vector<int>& row, const std::vector<int>& column) {
    int most = 1;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const int largest = std::max(row[i], column[i]);
        if (std::min(row[i], column[i]) < 1 || largest > data::most_channels) {
            return at_line(table, i, fmt::format("row and column of a block must be 1 to {}", data::most_channels));
        }
        most = std::max(most, largest);
    }
    return most;
}

Result<std::map<Key, Block>> collect(const io::CsvTable& table, std::vector<int>& row, std::vector<int>& column,
                                     int& channels) {
    std::vector<std::vector<int>> whole;
    for (const char* name : {"frequency_y", "frequency_x", "row", "column"}) {
        auto numbers = read_frequencies(table, name);
        if (!numbers) return numbers.error();
        whole.push_back(std::move(*numbers));
    }
    row = whole[2];
    column = whole[3];
    const auto re = table.numbers("re");
    if (!re) return re.error();
    const auto im = table.numbers("im");
    if (!im) return im.error();
    const auto most = channels_of(table, row, column);
    if (!most) return most.error();
    channels = *most;
    std::map<Key, Block> blocks;
    for (std::size_t i = 0; i < row.size(); ++i) {
        auto [found, fresh] = blocks.try_emplace({whole[0][i], whole[1][i]});
        Block& block = found->second;
        if (fresh) block = {i, std::vector<std::optional<Complex>>(static_cast<std::size_t>(channels * channels))};
        std::optional<Complex>& entry =
            block.entries[static_cast<std::size_t>((row[i] - 1) * channels + column[i] - 1)];
        if (entry) {
            return at_line(table, i,
                           fmt::format("{} has entry ({}, {}) twice: leave one row out", name_of(found->first), row[i],
                                       column[i]));
        }
        entry = Complex((*re)[i], (*im)[i]);
    }
    return blocks;
}

Result<std::vector<Complex>> checked(const io::CsvTable& table, Key k, const Block& block, int channels,
                                     const std::vector<int>& shape) {
    std::vector<Complex> entries;
    for (std::size_t e = 0; e < block.entries.size(); ++e) {
        if (!block.entries[e]) {
            const auto side = static_cast<std::size_t>(channels);
            return at_line(table, block.line_row,
                           fmt::format("{} lacks entry ({}, {}): a block has all {} x {} of them", name_of(k),
                                       e / side + 1, e % side + 1, channels, channels));
        }
        entries.push_back(*block.entries[e]);
    }
    const auto problem = data::block_problem(entries, channels, mirrored(k, shape) == k);
    if (problem) return at_line(table, block.line_row, name_of(k) + " " + *problem + ": correct its rows");
    return entries;
}

}  // namespace

Result<data::ChannelSpectrum> read_blocks(const std::filesystem::path& file, std::vector<int> shape) {
    const auto table = io::read_csv(file);
    return table ? blocks_in(*table, std::move(shape)) : table.error();
}

Result<data::ChannelSpectrum> blocks_in(const io::CsvTable& table, std::vector<int> shape) {
    for (const char* name : {"frequency_y", "frequency_x", "row", "column", "re", "im"}) {
        if (const auto found = table.column(name); !found) return found.error();
    }
    std::vector<int> row;
    std::vector<int> column;
    int channels = 1;
    const auto blocks = collect(table, row, column, channels);
    if (!blocks) return blocks.error();
    if (shape.empty()) {
        auto found = shape_of(table.file(), *blocks);
        if (!found) return found.error();
        shape = std::move(*found);
    }
    std::vector<Complex> all;
    for (const auto& [k, block] : *blocks) {
        if (!on_grid(k, shape)) {
            return at_line(table, block.line_row, name_of(k) + " is not on the grid of data.shape: correct either");
        }
        const auto entries = checked(table, k, block, channels, shape);
        if (!entries) return entries.error();
        const auto other = blocks->find(mirrored(k, shape));
        if (other == blocks->end()) continue;
        const auto theirs = checked(table, other->first, other->second, channels, shape);
        if (!theirs) return theirs.error();
        const double scale = std::abs(entries->front()) + std::abs(entries->back());
        for (std::size_t e = 0; e < entries->size(); ++e) {
            if (std::abs((*entries)[e] - std::conj((*theirs)[e])) <= 1e-12 * scale) continue;
            return at_line(table, block.line_row,
                           name_of(k) +
                               " must be the complex conjugate of that of its mirror: correct either, or leave "
                               "one of the two out");
        }
    }
    if (!suffice(*blocks, shape)) {
        return Error{ErrorKind::file, fmt::format("{} has {} blocks, and data.shape has {} frequencies, of which every "
                                                  "pair k, -k needs one: correct either",
                                                  table.file(), blocks->size(), modes_of(shape))};
    }
    for (const data::Frequency f : data::half_plane(shape)) {
        auto found = blocks->find({f.y, f.x});
        const bool mirror = found == blocks->end();
        if (mirror) found = blocks->find(mirrored({f.y, f.x}, shape));
        if (found == blocks->end()) {
            return Error{ErrorKind::file,
                         table.file() + ": " + name_of({f.y, f.x}) + " is missing, and so is its mirror"};
        }
        for (const std::optional<Complex>& entry : found->second.entries) {
            all.push_back(mirror ? std::conj(*entry) : *entry);
        }
    }
    auto spectrum = data::ChannelSpectrum::create(std::move(all), std::move(shape), channels);
    if (!spectrum) return Error{ErrorKind::file, table.file() + ": " + spectrum.error().message};
    return spectrum;
}

Result<void> write_blocks(const std::filesystem::path& file, const data::ChannelSpectrum& blocks) {
    auto writer = io::CsvWriter::open(file, {"frequency_y", "frequency_x", "row", "column", "re", "im"});
    if (!writer) return writer.error();
    for (std::size_t f = 0; f < blocks.frequencies().size(); ++f) {
        const data::Frequency k = blocks.frequencies()[f];
        const std::span<const Complex> block = blocks.block(f);
        for (int row = 0; row < blocks.channels(); ++row) {
            for (int column = 0; column < blocks.channels(); ++column) {
                const Complex entry = block[static_cast<std::size_t>(row * blocks.channels() + column)];
                writer->cell(k.y)
                    .cell(k.x)
                    .cell(row + 1)
                    .cell(column + 1)
                    .cell(entry.real() + 0.0)
                    .cell(entry.imag() + 0.0);
                writer->end_row();
            }
        }
    }
    return writer->commit();
}

}  // namespace eigenflow::scenario
