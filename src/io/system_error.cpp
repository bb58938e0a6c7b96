#include "system_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace eigenflow::io {
namespace {

const char* remedy(int code) {
    switch (code) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return "free some space, or choose a place with more room";
        case EACCES:
        case EPERM:
        case EROFS:
            return "change its permissions, or choose another place";
        case ENOENT:
        case ENOTDIR:
            return "check the spelling, and that every directory in the path exists";
        case EISDIR:
            return "name a file, not a directory";
        case ENAMETOOLONG:
        case ELOOP:
            return "choose another path";
        case ENOMEM:
            return "free some memory, or raise its limit (ulimit -v)";
        case EMFILE:
        case ENFILE:
            return "close some files, or raise their limit (ulimit -n)";
        default:
            return "check the disk and try again";
    }
}

}  // namespace

Error system_error(std::string_view action, const std::filesystem::path& path, int code) {
    return {ErrorKind::file, fmt::format("cannot {} {}: {}; {}", action, path.string(),
                                         std::generic_category().message(code), remedy(code))};
}

}  // namespace eigenflow::io
