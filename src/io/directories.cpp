#include "directories.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace eigenflow::io {

std::filesystem::path directory_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

int sync_descriptor(int descriptor) {
    int failed = 0;
    do failed = ::fsync(descriptor);
    while (failed != 0 && errno == EINTR);
    return failed == 0 ? 0 : errno;
}

int sync_directory(const std::filesystem::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return errno == EACCES ? 0 : errno;
    const int problem = sync_descriptor(descriptor);
    ::close(descriptor);
    return problem == EINVAL || problem == ENOTSUP ? 0 : problem;
}

}  // namespace eigenflow::io
