#pragma once

#include <filesystem>

namespace eigenflow::io {

/// The directory that a file is in, "." for a bare name.
std::filesystem::path directory_of(const std::filesystem::path& file);

/// Its bytes to the disk. Returns an errno value, 0 when done.
int sync_descriptor(int descriptor);

/// Without it a crash may undo what was renamed or removed there. Some file systems can't sync a directory; that is no
/// reason to refuse them.
/// Returns an errno value, 0 when done.
int sync_directory(const std::filesystem::path& directory);

}  // namespace eigenflow::io
