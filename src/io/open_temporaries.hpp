#pragma once

#include <filesystem>

namespace eigenflow::io {

/// A hidden file beside the one that it will replace, for writing. Known to end_all_writing() until it is forgotten.
struct OpenTemporary {
    std::filesystem::path path;
    int descriptor = -1;  ///< −1: not created, for the reason of `problem`
    int problem = 0;      ///< an errno value
};
OpenTemporary create_temporary(const std::filesystem::path& target);

/// Call when it has been renamed or removed.
void forget_temporary(const std::filesystem::path& temporary) noexcept;

}  // namespace eigenflow::io
