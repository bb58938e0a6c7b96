// A NumPy file: header and body.
#include <algorithm>
#include <cmath>
#include <vector>

#include "eigenflow/io/npy.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "memory_file.hpp"
#include "target.hpp"

using namespace eigenflow;
using eigenflow::tests::must;

namespace {

void read_all(const io::NpyFile& npy) {
    const std::size_t block = std::max<std::size_t>(1, npy.rows() / 3);
    std::vector<double> rows;
    for (std::size_t first = 0; first < npy.rows(); first += block) {
        const std::size_t count = std::min(block, npy.rows() - first);
        rows.assign(count * npy.columns(), 0.0);
        if (!npy.read_rows(first, count, rows)) return;
        must(std::all_of(rows.begin(), rows.end(), [](double v) { return std::isfinite(v); }),
             "what is read is finite");
    }
}

}  // namespace

const std::size_t eigenflow::tests::memory_per_byte = 8;  // a double of a uint8
const std::size_t eigenflow::tests::constant_memory = std::size_t{1} << 18U;
const bool eigenflow::tests::reads_csv = false;

void eigenflow::tests::read_input(const std::uint8_t* data, std::size_t size) {
    const tests::MemoryFile file({data, size});
    if (const auto npy = io::NpyFile::open(file.path())) {
        must(npy->rows() * npy->columns() * io::item_size(npy->type()) <= size, "an array is no larger than its file");
        read_all(*npy);
    }
    static_cast<void>(scenario::open_vectors(file.path()));
}
