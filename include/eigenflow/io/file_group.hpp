#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/io/atomic_file.hpp"

namespace eigenflow::io {

using FileSizes = std::map<std::string, std::uint64_t, std::less<>>;  ///< bytes, by file name

/// Runs the step that gives files their names, and returns its result: it renames and syncs directories, and writes no
/// data. A program may run it where no signal interrupts.
using Placing = std::function<Result<void>(const std::function<Result<void>()>& place)>;
inline Result<void> place_at_once(const std::function<Result<void>()>& place) { return place(); }

/// Files that are committed together. Each appears whole or not at all, as by AtomicFile::commit(), but they share its
/// waits for the disk: all are synced before the first is renamed, and those of one directory share its sync.
///
/// They appear in the order in which they were added; the last, such as a manifest that calls the others complete,
/// when the others are in place for good, whatever happens to the machine: then too an earlier file of its name never
/// stands beside new ones. What was not committed is discarded.
class FileGroup {
public:
    /// A file to which everything has been appended. Its bytes begin their way to the disk.
    Result<void> add(AtomicFile file);
    Result<void> add(const std::filesystem::path& path, std::string_view text);

    /// Of the files so far; without those that are no regular files and keep no bytes.
    FileSizes sizes() const;

    /// Nothing changes before the bytes of all files are on the disk, which may refuse them. Then an earlier file of
    /// the last one's name is removed, then `obsolete`, where they are there; then the files appear. After an error
    /// those that are not in place yet are discarded. `placing` is called once the bytes are on the disk.
    Result<void> commit(std::span<const std::filesystem::path> obsolete = {}, const Placing& placing = place_at_once);

private:
    Result<void> sync();
    static Result<void> place(std::vector<AtomicFile> files, std::span<const std::filesystem::path> obsolete);

    std::vector<AtomicFile> files_;
};

}  // namespace eigenflow::io
