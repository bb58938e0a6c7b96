#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace eigenflow::tests {

/// A file that is in no directory: its path is good for as long as this lives.
class MemoryFile {
public:
    explicit MemoryFile(std::span<const std::uint8_t> content);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::filesystem::path path() const;

private:
    int descriptor_;
};

}  // namespace eigenflow::tests
