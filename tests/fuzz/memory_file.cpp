#include "memory_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace eigenflow::tests {

namespace {

/// The paths of files that are open at a time are the same in every process, whatever it was started with: 100, 101, ….
int new_file() {
    const int file = ::memfd_create("fuzz", MFD_CLOEXEC);
    const int numbered = ::fcntl(file, F_DUPFD_CLOEXEC, 100);
    ::close(file);
    return numbered;
}

}  // namespace

MemoryFile::MemoryFile(std::span<const std::uint8_t> content) : descriptor_(new_file()) {
    std::size_t written = 0;
    while (descriptor_ >= 0 && written < content.size()) {
        const ssize_t count = ::write(descriptor_, content.data() + written, content.size() - written);
        if (count <= 0) break;
        written += static_cast<std::size_t>(count);
    }
    if (descriptor_ < 0 || written < content.size()) {
        std::perror("a file in memory");
        std::abort();
    }
}

MemoryFile::~MemoryFile() { ::close(descriptor_); }

std::filesystem::path MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace eigenflow::tests
