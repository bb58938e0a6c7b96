#include "eigenflow/io/file_group.hpp"

#include <sys/stat.h>

#include <set>
#include <system_error>
#include <utility>

#include "directories.hpp"
#include "system_error.hpp"

namespace eigenflow::io {

Result<void> FileGroup::add(AtomicFile file) {
    if (auto flushed = file.flush(); !flushed) return flushed;
    file.begin_sync();
    files_.push_back(std::move(file));
    return {};
}

Result<void> FileGroup::add(const std::filesystem::path& path, std::string_view text) {
    auto file = AtomicFile::open(path);
    if (!file) return file.error();
    if (auto appended = file->append(text); !appended) return appended;
    return add(std::move(*file));
}

FileSizes FileGroup::sizes() const {
    FileSizes sizes;
    for (const AtomicFile& file : files_) {
        struct stat status {};
        if (file.is_direct() || ::fstat(file.descriptor_, &status) != 0) continue;
        sizes[file.path().filename().string()] = static_cast<std::uint64_t>(status.st_size);
    }
    return sizes;
}

Result<void> FileGroup::sync() {
    for (AtomicFile& file : files_) {
        if (auto synced = file.sync(); !synced) return synced;
    }
    return {};
}

Result<void> FileGroup::commit(std::span<const std::filesystem::path> obsolete, const Placing& placing) {
    const Result<void> on_disk = sync();
    std::vector<AtomicFile> files = std::exchange(files_, {});
    if (!on_disk) return on_disk;
    if (files.empty()) return {};
    return placing([&] { return place(std::move(files), obsolete); });
}

Result<void> FileGroup::place(std::vector<AtomicFile> files, std::span<const std::filesystem::path> obsolete) {
    AtomicFile last = std::move(files.back());
    files.pop_back();
    if (!files.empty() || !obsolete.empty()) {
        if (auto removed = last.remove_earlier(); !removed) return removed;
    }
    std::set<std::filesystem::path> changed;  // links may lead to several directories
    for (const std::filesystem::path& file : obsolete) {
        std::error_code failed;
        if (std::filesystem::remove(file, failed)) changed.insert(directory_of(file));
        if (failed) return system_error("remove", file, failed.value());
    }
    for (AtomicFile& file : files) {
        if (auto placed = file.place(); !placed) return placed;
        if (!file.is_direct()) changed.insert(directory_of(file.target_));
    }
    for (const std::filesystem::path& directory : changed) {
        if (const int problem = sync_directory(directory); problem != 0) {
            return system_error("write", directory, problem);
        }
    }
    if (auto placed = last.place(); !placed) return placed;
    return last.sync_place();
}

}  // namespace eigenflow::io
