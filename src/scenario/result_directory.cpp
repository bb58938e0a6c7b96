#include "result_directory.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace eigenflow::scenario {

std::optional<std::string> bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return {};
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

Error refusal(const std::filesystem::path& directory, const std::string& reason, const char* remedy) {
    return {ErrorKind::file, fmt::format("the output directory {} {}; {}", directory.string(), reason, remedy)};
}

}  // namespace eigenflow::scenario
