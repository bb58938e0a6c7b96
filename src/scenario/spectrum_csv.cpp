#include <algorithm>
#include <cmath>
#include <utility>

#include "channel_source.hpp"
#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/io/csv_writer.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"

namespace eigenflow::scenario {
namespace {

// The grid whose frequencies, each in (−n/2, n/2], these are: its sides are the ranges that they span.
std::vector<int> spanned_shape(const std::vector<int>& y, const std::vector<int>& x) {
    const auto side = [](const std::vector<int>& k) {
        const auto [low, high] = std::minmax_element(k.begin(), k.end());
        return *high - *low + 1;
    };
    return side(y) == 1 ? std::vector<int>{side(x)} : std::vector<int>{side(y), side(x)};
}

}  // namespace

Result<std::vector<int>> read_frequencies(const io::CsvTable& table, const std::string& column) {
    const auto numbers = table.numbers(column, io::Gaps::refused, [](double value) {
        const bool whole = std::abs(value) <= 1e9 && value == std::round(value);
        return whole ? nullptr : "is not a whole number, but a frequency is one: correct the row";
    });
    if (!numbers) return numbers.error();
    std::vector<int> frequencies;
    for (const double value : *numbers) frequencies.push_back(static_cast<int>(value));
    return frequencies;
}

Result<data::Spectrum> read_spectrum(const std::filesystem::path& file) {
    const auto table = io::read_csv(file);
    if (!table) return table.error();
    if (!has_blocks(*table)) return spectrum_in(*table);
    const auto blocks = blocks_in(*table);
    return blocks ? Result<data::Spectrum>(blocks->modes()) : blocks.error();
}

Result<data::Spectrum> spectrum_in(const io::CsvTable& table) {
    auto variances = table.numbers("variance", io::Gaps::refused, [](double value) {
        return value < 0.0 ? "is negative, but a variance is >= 0: correct the row or leave it out" : nullptr;
    });
    if (!variances) return variances.error();
    if (!table.has_column("frequency_y") || !table.has_column("frequency_x")) {
        if (!table.has_column("mean")) return data::Spectrum::principal(std::move(*variances));
        const auto mean = table.numbers("mean");
        if (!mean) return mean.error();
        return data::Spectrum::principal(std::move(*variances), *mean);
    }
    if (table.has_column("component")) {
        return Error{ErrorKind::file, table.file() +
                                          ": lists the modes of colour channels without what they are made of: give "
                                          "the CSV of blocks that eigenflow spectrum --channels writes"};
    }
    const auto y = read_frequencies(table, "frequency_y");
    if (!y) return y.error();
    const auto x = read_frequencies(table, "frequency_x");
    if (!x) return x.error();
    std::vector<data::Frequency> frequencies;
    for (std::size_t row = 0; row < y->size(); ++row) frequencies.push_back({(*y)[row], (*x)[row]});
    auto spectrum = data::Spectrum::fourier(std::move(*variances), std::move(frequencies), spanned_shape(*y, *x));
    if (!spectrum) return Error{ErrorKind::file, table.file() + ": " + spectrum.error().message};
    return spectrum;
}

Result<void> write_spectrum(const std::filesystem::path& file, const data::Spectrum& spectrum) {
    io::FileGroup files;
    if (auto written = write_spectrum(file, spectrum, files); !written) return written;
    return files.commit();
}

Result<void> write_spectrum(const std::filesystem::path& file, const data::Spectrum& spectrum, io::FileGroup& files) {
    std::vector<std::string> columns = {"mode", "variance"};
    if (spectrum.is_fourier()) columns.insert(columns.end(), {"frequency_y", "frequency_x"});
    if (spectrum.channels() > 1) columns.emplace_back("component");
    if (!spectrum.mean().empty()) columns.emplace_back("mean");
    auto writer = io::CsvWriter::open(file, columns);
    if (!writer) return writer.error();
    for (std::size_t k = 0; k < spectrum.modes(); ++k) {
        writer->cell(k + 1).cell(spectrum.variances()[k]);
        if (spectrum.is_fourier()) writer->cell(spectrum.frequencies()[k].y).cell(spectrum.frequencies()[k].x);
        if (spectrum.channels() > 1) writer->cell(spectrum.components()[k]);
        if (!spectrum.mean().empty()) writer->cell(spectrum.mean()[k]);
        writer->end_row();
    }
    return writer->commit_with(files);
}

}  // namespace eigenflow::scenario
