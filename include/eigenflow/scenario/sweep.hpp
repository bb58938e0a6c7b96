#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// A sweep of more points is refused: each is a directory of eight files in one directory.
inline constexpr std::size_t largest_sweep = 10'000;

/// A key that a sweep varies, with its values in the order given.
struct SweptKey {
    std::string name;                 ///< dotted: "network.init"
    std::vector<std::string> values;  ///< as TOML: "0.1", "\"one-layer\"", "[1.0, 2.0]"
    std::vector<std::string> cells;  ///< as text in a table: 0.1, one-layer, [1.0, 2.0]; a list of one name is the name
};

struct SweepPoint {
    std::vector<std::string> cells;  ///< of each key
    std::string folder;              ///< below the sweep's directory: "003_network.init=0.1"
    Result<Scenario> scenario;       ///< resolved, or why this combination has no meaning or no data
};

/// Every combination of the values, the first key outermost, the last one fastest.
struct Sweep {
    std::vector<SweptKey> keys;      ///< one at least
    std::vector<SweepPoint> points;  ///< two at least; numbered from 1 where users see them
};

/// Reads a scenario file, and arguments "key=value" (for every point, as in load_scenario) or "key=v1,v2" (swept).
/// Commas split only outside of brackets and quotes: data.variances=[1,2],[3,4] are two values.
///
/// Errors: ErrorKind::usage with every problem, one a line: a key or value that can't be right whatever the others are,
/// a key given twice, a value twice, no swept key, more points than `largest_sweep`. What is wrong with a combination
/// is its point's error, unless it is all that there is: then the reasons, each once, are this error. Cost: that of
/// check() a point, which reads CSV data and the header of images.
Result<Sweep> plan_sweep(const std::string& path, const std::vector<std::string>& arguments);

/// What to do with a sweep that is in the directory already.
enum class EarlierSweep {
    refused,
    resumed,   ///< go on with it, where its keys and values are these; start where there is none
    replaced,  ///< compute everything again; directories that are not of this sweep stay
};

/// Makes `directory` ready for run_sweep() and writes sweep.toml, the keys and values, into it.
///
/// Refused, ErrorKind::file: what io::prepare_output_directory() refuses, a directory that holds a run, an earlier
/// sweep
/// (`refused`), one of other keys or values (`resumed`). What an earlier process left half-written is removed.
Result<void> prepare_sweep_directory(const std::filesystem::path& directory, const Sweep& sweep, EarlierSweep earlier);

/// How many points have a run in the directory. Cost: one look at the file system a point.
std::size_t count_finished(const std::filesystem::path& directory, const Sweep& sweep);

struct SweepOptions {
    Threads threads{1};
    /// Called before the first point with 0, then, from any thread, after each with 1, of how many to be computed.
    std::function<void(std::size_t points, std::size_t total)> progress = {};
};

/// A point without a whole result.
struct SweepFailure {
    std::size_t point;   ///< counted from 0
    std::string reason;  ///< one line
};

struct SweepOutcome {
    std::size_t found = 0;  ///< finished before: not computed again
    std::size_t computed = 0;
    std::vector<SweepFailure> failures;  ///< in point order, as in points.csv
};

/// Computes the points that are not finished, several at once, and writes one run directory each. Then collects their
/// tables in the directory: emergence.csv and power_law.csv, whose first columns are the swept keys and whose rows are
/// the points' own, byte for byte, in point order; and, last, points.csv: a sweep with it is complete.
///
/// A point is finished when its directory has a manifest.json of this version of eigenflow and both tables. One whose
/// scenario is another is refused, ErrorKind::file, before anything is computed: the sweep was begun with other
/// settings. A point that fails stops no other; it has no directory, or a run with failed modes. What can't be written
/// stops the sweep, ErrorKind::file; like a killed one it may be resumed, and only points in flight are computed again.
/// The collected tables have the same bytes for any number of threads and however often the sweep was resumed.
Result<SweepOutcome> run_sweep(const Sweep& sweep, const std::filesystem::path& directory,
                               const SweepOptions& options = {});

}  // namespace eigenflow::scenario
