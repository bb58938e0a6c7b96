#include "eigenflow/io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "directories.hpp"
#include "open_temporaries.hpp"
#include "system_error.hpp"

namespace eigenflow::io {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 18U;
constexpr int most_links = 40;  // Linux gives up at the same number

struct Target {
    fs::path file;        // where the path leads after symbolic links
    bool direct = false;  // a device, a pipe, or a descriptor that is already open
    int descriptor = -1;  // that one
    int problem = 0;
};

// /dev/stdout leads to /proc/self/fd/1. What stands there is somebody's open file, even when it is a regular one: it is
// written where it stands. Opened anew it would have a place of its own, and `(a; b) > file` would write b over a.
// Returns −1 where the link is something else.
int open_descriptor(const fs::path& link) {
    std::error_code ignored;
    if (fs::canonical(link.parent_path(), ignored) != fs::canonical("/proc/self/fd", ignored)) return -1;
    const std::string name = link.filename().native();
    int descriptor = -1;
    const auto end = name.data() + name.size();
    return std::from_chars(name.data(), end, descriptor).ptr == end ? descriptor : -1;
}

Target resolve(const fs::path& path) {
    Target target{.file = path};
    std::error_code ignored;
    for (int links = 0; fs::is_symlink(fs::symlink_status(target.file, ignored)); ++links) {
        if (links == most_links) return {.file = path, .problem = ELOOP};
        if (const int open = open_descriptor(target.file); open >= 0) {
            return {.file = path, .direct = true, .descriptor = open};
        }
        target.file = target.file.parent_path() / fs::read_symlink(target.file, ignored);
    }
    struct stat status {};
    if (::stat(target.file.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) target.problem = EISDIR;
        target.direct = !S_ISREG(status.st_mode);
    }
    return target;
}

Error used_after_end(const fs::path& path) {
    return {ErrorKind::internal, fmt::format("{} was written to after it was committed or discarded; this is a bug, "
                                             "please report it",
                                             path.string())};
}

}  // namespace

Result<AtomicFile> AtomicFile::open(const fs::path& path) {
    const Target target = resolve(path);
    if (target.problem != 0) return system_error("write", path, target.problem);
    AtomicFile file;
    file.path_ = path;
    file.target_ = target.file;
    if (target.descriptor >= 0) {
        file.descriptor_ = ::fcntl(target.descriptor, F_DUPFD_CLOEXEC, 0);
    } else if (target.direct) {
        file.descriptor_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    } else {
        OpenTemporary created = create_temporary(target.file);
        if (created.descriptor < 0) return system_error("write", path, created.problem);
        file.temporary_ = std::move(created.path);
        file.descriptor_ = created.descriptor;
    }
    if (file.descriptor_ < 0) return system_error("write", path, errno);
    file.buffer_.reserve(buffer_size);
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      buffer_(std::move(other.buffer_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    if (this != &other) {
        discard();
        path_ = std::move(other.path_);
        target_ = std::move(other.target_);
        temporary_ = std::move(other.temporary_);
        buffer_ = std::move(other.buffer_);
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() noexcept {
    if (descriptor_ < 0) return;
    ::close(std::exchange(descriptor_, -1));
    if (is_direct()) return;
    ::unlink(temporary_.c_str());
    forget_temporary(temporary_);
}

Error AtomicFile::fail(int code) {
    discard();
    return system_error("write", path_, code);
}

Result<void> AtomicFile::write(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail(errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> AtomicFile::append(std::string_view text) {
    if (descriptor_ < 0) return used_after_end(path_);
    if (buffer_.size() + text.size() <= buffer_size) {
        buffer_.append(text);
        return {};
    }
    if (auto written = write(buffer_); !written) return written;
    buffer_.clear();
    if (text.size() > buffer_size) return write(text);
    buffer_.append(text);
    return {};
}

Result<void> AtomicFile::flush() {
    if (descriptor_ < 0) return used_after_end(path_);
    if (auto written = write(buffer_); !written) return written;
    buffer_ = {};
    return {};
}

void AtomicFile::begin_sync() {
#ifdef SYNC_FILE_RANGE_WRITE  // Linux; elsewhere sync() begins it
    if (!is_direct()) ::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

Result<void> AtomicFile::sync() {
    const int problem = is_direct() ? 0 : sync_descriptor(descriptor_);
    return problem == 0 ? Result<void>() : Result<void>(fail(problem));
}

Result<void> AtomicFile::remove_earlier() {
    if (is_direct()) return {};
    if (::unlink(target_.c_str()) != 0) return errno == ENOENT ? Result<void>() : Result<void>(fail(errno));
    return sync_place();
}

Result<void> AtomicFile::place() {
    if (is_direct()) {
        const int closed = ::close(std::exchange(descriptor_, -1)) == 0 ? 0 : errno;
        return closed == 0 ? Result<void>() : Result<void>(fail(closed));
    }
    // Closed when it has its name, since its lock keeps others from taking it for abandoned. Its bytes are synced.
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) return fail(errno);
    ::close(std::exchange(descriptor_, -1));
    forget_temporary(temporary_);
    return {};
}

Result<void> AtomicFile::sync_place() {
    if (is_direct()) return {};
    const int problem = sync_directory(directory_of(target_));
    return problem == 0 ? Result<void>() : Result<void>(fail(problem));
}

Result<void> AtomicFile::commit() {
    for (const auto step : {&AtomicFile::flush, &AtomicFile::sync, &AtomicFile::place, &AtomicFile::sync_place}) {
        if (auto done = (this->*step)(); !done) return done;
    }
    return {};
}

Result<void> write_file_atomically(const fs::path& path, std::string_view text) {
    auto file = AtomicFile::open(path);
    if (!file) return file.error();
    if (auto appended = file->append(text); !appended) return appended;
    return file->commit();
}

}  // namespace eigenflow::io
