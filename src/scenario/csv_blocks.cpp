#include "eigenflow/scenario/csv_blocks.hpp"

#include <algorithm>
#include <vector>

#include "eigenflow/numerics/parallel.hpp"

namespace eigenflow::scenario {

void write_blocks(io::CsvWriter& csv, std::size_t rows, Threads threads,
                  const std::function<void(std::size_t first, std::size_t last, io::CsvRows& out)>& format) {
    constexpr std::size_t block = 4096;  // rows, some 250 kB
    constexpr std::size_t each = 8;      // blocks a thread between two writes
    std::vector<io::CsvRows> parts(each * std::max(1U, threads.value), io::CsvRows(csv.columns()));
    for (std::size_t first = 0; first < rows && csv.good(); first += parts.size() * block) {
        const std::size_t blocks = std::min(parts.size(), (rows - first + block - 1) / block);
        numerics::parallel_for(blocks, threads, [&](std::size_t b) {
            const std::size_t begin = first + b * block;
            parts[b].clear();
            format(begin, std::min(begin + block, rows), parts[b]);
        });
        for (std::size_t b = 0; b < blocks; ++b) csv.append(parts[b]);
    }
}

}  // namespace eigenflow::scenario
