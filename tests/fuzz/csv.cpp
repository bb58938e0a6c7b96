// A CSV file, as every table that the program reads.
#include <vector>

#include "eigenflow/io/csv_reader.hpp"
#include "eigenflow/scenario/recorded_run.hpp"
#include "eigenflow/scenario/spectrum_source.hpp"
#include "memory_file.hpp"
#include "target.hpp"

using namespace eigenflow;
using eigenflow::tests::must;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const tests::MemoryFile file({data, size});
    const auto path = file.path();
    if (const auto table = io::read_csv(path)) {
        for (const char* name : {"tau", "mode", "variance", "name"}) {
            if (!table->column(name)) continue;
            const auto texts = table->texts(name);
            must(bool(texts), "a column that is there has texts");
            const auto numbers = table->numbers(name);
            must(!numbers || numbers->size() == texts->size(), "as many numbers as texts");
        }
    }
    if (const auto spectrum = scenario::read_spectrum(path)) {
        for (const double variance : spectrum->variances()) must(variance >= 0.0, "a variance is a number >= 0");
    }
    static_cast<void>(scenario::read_blocks(path));
    if (const auto times = scenario::read_times(path)) {
        for (std::size_t i = 1; i < times->size(); ++i) must((*times)[i] > (*times)[i - 1], "times rise");
    }
    if (auto recorded = scenario::read_trajectories(path)) {
        must(recorded->mode_numbers.size() == recorded->trajectories.modes(), "every mode has a number");
        static_cast<void>(scenario::read_limits_and_partners(path, *recorded));
    }
    static_cast<void>(scenario::read_emergence(path));
    static_cast<void>(scenario::read_power_laws(path));
    return 0;
}
