#include "eigenflow/io/file_group.hpp"

#include <fcntl.h>

#include <set>
#include <utility>

#include "open_temporaries.hpp"

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

Result<void> FileGroup::sync() {
    for (AtomicFile& file : files_) {
        if (auto synced = file.sync(); !synced) return synced;
    }
    return {};
}

Result<void> FileGroup::commit() {
    const Result<void> on_disk = sync();
    std::vector<AtomicFile> files = std::exchange(files_, {});
    if (!on_disk) return on_disk;
    std::set<std::filesystem::path> synced;  // links may lead to several directories
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i + 1 == files.size()) {
            for (std::size_t j = 0; j < i; ++j) {
                if (!synced.insert(directory_of(files[j].target_)).second) continue;
                if (auto kept = files[j].sync_place(); !kept) return kept;
            }
        }
        if (auto placed = files[i].place(); !placed) return placed;
    }
    return files.empty() ? Result<void>() : files.back().sync_place();
}

}  // namespace eigenflow::io
