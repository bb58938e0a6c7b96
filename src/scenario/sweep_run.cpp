#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <system_error>

#include "eigenflow/io/run_directory.hpp"
#include "eigenflow/io/temporary_files.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "eigenflow/scenario/run.hpp"
#include "eigenflow/scenario/run_files.hpp"
#include "sweep_directory.hpp"

namespace eigenflow::scenario {

namespace fs = std::filesystem;

namespace {

Result<Run> run_within_memory(const Scenario& scenario, Threads threads) try {
    return run(scenario, {.threads = threads});
} catch (const std::bad_alloc&) {
    return Error{ErrorKind::numerics, "out of memory: use fewer modes, fewer times, less output.modes or --threads 1"};
}

Result<void> write_point(const fs::path& directory, const SweepPoint& point, const Run& run, Threads threads) {
    if (auto there = sweep_is_there(directory); !there) return there;
    const fs::path folder = directory / point.folder;
    if (auto ready = io::prepare_output_directory(folder, true); !ready) return ready;
    io::remove_abandoned_temporaries(folder);
    return write_run(folder, run, threads);
}

}  // namespace

Result<SweepOutcome> run_sweep(const Sweep& sweep, const fs::path& directory, const SweepOptions& options) {
    SweepOutcome outcome;
    std::vector<std::optional<Error>> reasons(sweep.points.size());  // a point's own
    std::vector<std::size_t> todo;
    for (std::size_t p = 0; p < sweep.points.size(); ++p) {
        const SweepPoint& point = sweep.points[p];
        if (!point.scenario) reasons[p] = point.scenario.error();
        const auto finished = is_finished(directory, point);
        if (!finished) return finished.error();
        outcome.found += *finished ? 1 : 0;
        if (point.scenario && !*finished) todo.push_back(p);
    }
    outcome.computed = todo.size();
    std::error_code ignored;
    if (!todo.empty()) fs::remove(directory / "points.csv", ignored);  // the sweep is not complete any more

    if (options.progress) options.progress(0, todo.size());

    // A thread a point; where there are fewer points than threads, the rest work within them.
    const auto points = static_cast<unsigned>(std::clamp<std::size_t>(todo.size(), 1, options.threads.value));
    const Threads inner(options.threads.value / points);
    std::atomic<bool> stopped{false};
    std::optional<Error> unwritable;
    std::mutex unwritable_lock;
    numerics::parallel_for(todo.size(), Threads(points), [&](std::size_t i) {
        if (stopped) return;
        const SweepPoint& point = sweep.points[todo[i]];
        const auto result = run_within_memory(*point.scenario, inner);
        if (!result) {
            reasons[todo[i]] = result.error();
        } else if (auto written = write_point(directory, point, *result, inner); !written) {
            const std::lock_guard guard(unwritable_lock);
            if (!unwritable) unwritable = written.error();
            stopped = true;
        }
        if (options.progress) options.progress(1, todo.size());
    });
    if (unwritable) return *unwritable;
    if (auto there = sweep_is_there(directory); !there) return there.error();
    if (auto collected = collect_tables(directory, sweep, reasons, outcome); !collected) return collected.error();
    return outcome;
}

}  // namespace eigenflow::scenario
