#pragma once

#include <filesystem>

namespace eigenflow::io {

/// The last thing before a process that is told to stop ends: removes the temporary of every AtomicFile that is open,
/// and keeps any thread from opening or committing another; one that tries waits for the end of the process.
/// Files that were committed stay. Done once, it does nothing: what ends a process may itself be cut short, and end it
/// another way. Not for signal handlers: it takes a lock.
void end_all_writing();

/// Removes from a directory, not from those in it, the temporaries of processes that are no more: what SIGKILL or a
/// power cut leaves behind. Those of living processes stay, and whatever can't be removed does.
void remove_abandoned_temporaries(const std::filesystem::path& directory);

}  // namespace eigenflow::io
