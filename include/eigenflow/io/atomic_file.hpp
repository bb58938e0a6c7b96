#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "eigenflow/core/result.hpp"

namespace eigenflow::io {

/// A file that appears whole or not at all: bytes go to a hidden temporary in the same directory; commit() flushes,
/// fsyncs, closes, renames it to `path` and fsyncs the directory. Until then `path` is untouched, and whatever goes
/// wrong (disk full, directory gone) removes the temporary. A symbolic link is followed, not replaced.
///
/// A path that is not a regular file (/dev/full, /dev/stdout, a pipe) is written directly: a device must not be
/// renamed over. There the promise is only that every failed write is reported.
///
/// Errors: ErrorKind::file with the path, the system's reason and the remedy. After an error the file is discarded.
class AtomicFile {
public:
    static Result<AtomicFile> open(const std::filesystem::path& path);

    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&& other) noexcept;
    ~AtomicFile();  ///< discards what was not committed

    /// Buffered, so a full disk may show only in a later append() or in commit().
    Result<void> append(std::string_view text);
    Result<void> commit();

    const std::filesystem::path& path() const { return path_; }

private:
    friend class FileGroup;
    AtomicFile() = default;
    bool is_direct() const { return temporary_.empty(); }
    Result<void> flush();       // the steps of commit(): its bytes are written,
    void begin_sync();          // they are on their way,
    Result<void> sync();        // and on disk,
    Result<void> place();       // it has its name,
    Result<void> sync_place();  // and keeps it
    Result<void> remove_earlier();
    Result<void> write(std::string_view text);
    Error fail(int code);
    void discard() noexcept;

    std::filesystem::path path_;       // as given, for messages
    std::filesystem::path target_;     // after symbolic links
    std::filesystem::path temporary_;  // empty when writing directly
    std::string buffer_;
    int descriptor_ = -1;  // −1 once committed, discarded or moved from
};

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace eigenflow::io
