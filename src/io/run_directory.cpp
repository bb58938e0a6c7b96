#include "eigenflow/io/run_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "eigenflow/io/atomic_file.hpp"
#include "eigenflow/io/temporary_files.hpp"
#include "system_error.hpp"

namespace eigenflow::io {
namespace fs = std::filesystem;
namespace {

bool is_of_a_run(const fs::path& file) {
    const std::string name = file.filename().string();
    return name == "manifest.json" || name == "scenario.toml" || name == "sweep.toml" || file.extension() == ".csv";
}

// The name of a file, none of `except`, that shows that a run is there; of several the first in the alphabet, so
// messages don't vary.
std::string find_run(const fs::path& directory, std::span<const std::string_view> except, std::error_code& problem) {
    std::string found;
    for (fs::directory_iterator entry(directory, problem), end; !problem && entry != end; entry.increment(problem)) {
        const std::string name = entry->path().filename().string();
        if (!is_of_a_run(entry->path()) || std::find(except.begin(), except.end(), name) != except.end()) continue;
        if (found.empty() || name < found) found = name;
    }
    return found;
}

}  // namespace

Result<void> prepare_output_directory(const fs::path& path, bool force, std::span<const std::string_view> own) {
    if (path.empty()) return Error{ErrorKind::usage, "the output directory has no name; give one with --out DIR"};
    std::error_code problem;
    const fs::file_status status = fs::status(path, problem);
    if (fs::exists(status) && !fs::is_directory(status)) {
        return Error{ErrorKind::file,
                     fmt::format("the output directory {} is a file; choose another with --out DIR", path.string())};
    }
    fs::create_directories(path, problem);
    if (problem) return system_error("create the output directory", path, problem.value());
    const std::string other = own.empty() ? "" : find_run(path, own, problem);
    if (!other.empty()) {
        return Error{ErrorKind::file, fmt::format("the output directory {} holds a run of another kind ({}); choose "
                                                  "another with --out DIR",
                                                  path.string(), other)};
    }
    const std::string found = find_run(path, {}, problem);
    if (problem) return system_error("read the output directory", path, problem.value());
    if (!found.empty() && !force) {
        return Error{ErrorKind::file,
                     fmt::format("the output directory {} already holds a run ({}); choose another with --out DIR, or "
                                 "replace it with --force",
                                 path.string(), found)};
    }
    remove_abandoned_temporaries(path);
    const auto trial = AtomicFile::open(path / "manifest.json");  // discarded at once
    return trial ? Result<void>() : Result<void>(trial.error());
}

}  // namespace eigenflow::io
