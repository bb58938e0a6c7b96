#include "eigenflow/io/temporary_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include "directories.hpp"
#include "open_temporaries.hpp"

namespace eigenflow::io {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view prefix = ".eigenflow-";
constexpr std::string_view suffix = ".tmp";

struct Register {
    std::mutex lock;
    std::set<fs::path> open;
    unsigned serial = 0;
    std::atomic<bool> ended = false;
};

Register& temporaries() {
    static Register all;
    return all;
}

// .eigenflow-<process>-<serial>.tmp; 0 for any other name.
pid_t process_in(std::string_view name) {
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) return 0;
    name.remove_prefix(prefix.size());
    pid_t process = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), process);
    return read.ec == std::errc() && *read.ptr == '-' && process > 0 ? process : 0;
}

bool is_alive(pid_t process) { return ::kill(process, 0) == 0 || errno != ESRCH; }

enum class Lock { held, free, unknown };

// Of a temporary, which its writer locks for as long as it is open. Unknown where the file system has no locks.
Lock lock_of(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) return Lock::unknown;
    const int problem = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0 ? 0 : errno;
    ::close(descriptor);
    return problem == 0 ? Lock::free : problem == EWOULDBLOCK ? Lock::held : Lock::unknown;
}

bool is_ours(const fs::path& file) {
    Register& all = temporaries();
    const std::lock_guard guard(all.lock);
    return std::any_of(all.open.begin(), all.open.end(),
                       [&](const fs::path& open) { return open.filename() == file.filename(); });
}

// Another machine or container may have processes of the same number, and a later process the number of one that was
// killed, so that a lock says more. Between the making of a file and its locking are microseconds; of this process's
// own files the register knows, and of another's of the same number, in a container, a second look finds the lock.
bool is_abandoned(const fs::path& file, pid_t process) {
    const Lock lock = lock_of(file);
    if (lock == Lock::held) return false;
    if (!is_alive(process)) return true;
    if (lock != Lock::free) return false;
    if (process == ::getpid()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return lock_of(file) == Lock::free && !is_ours(file);
    }
    std::error_code failed;
    const auto written = fs::last_write_time(file, failed);
    return !failed && fs::file_time_type::clock::now() - written > std::chrono::minutes(1);
}

}  // namespace

OpenTemporary create_temporary(const fs::path& target) {
    Register& all = temporaries();
    // Held while the file is created, so that none appears behind the back of end_all_writing().
    const std::lock_guard guard(all.lock);
    OpenTemporary file;
    do {
        file.path = directory_of(target) / fmt::format("{}{}-{}{}", prefix, ::getpid(), all.serial++, suffix);
        file.descriptor = ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        file.problem = file.descriptor < 0 ? errno : 0;
        // Tried again where is_abandoned() looks at it just then.
        for (int i = 0; i < 10 && file.descriptor >= 0 && ::flock(file.descriptor, LOCK_EX | LOCK_NB) != 0; ++i) {
            if (errno != EWOULDBLOCK) break;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    } while (file.problem == EEXIST);
    if (file.descriptor >= 0) all.open.insert(file.path);
    return file;
}

void forget_temporary(const fs::path& temporary) noexcept {
    Register& all = temporaries();
    const std::lock_guard guard(all.lock);
    all.open.erase(temporary);
}

void end_all_writing() {
    Register& all = temporaries();
    if (all.ended) return;
    all.lock.lock();  // for good
    for (const fs::path& file : all.open) ::unlink(file.c_str());
    all.ended = true;
}

void remove_abandoned_temporaries(const fs::path& directory) {
    std::error_code problem;
    for (fs::directory_iterator entry(directory, problem), end; !problem && entry != end; entry.increment(problem)) {
        const pid_t process = process_in(entry->path().filename().native());
        if (process != 0 && is_abandoned(entry->path(), process)) ::unlink(entry->path().c_str());
    }
}

}  // namespace eigenflow::io
