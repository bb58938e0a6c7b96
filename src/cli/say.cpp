#include "say.hpp"

#include <cstdio>

namespace eigenflow::cli {

std::string line_of(std::string_view sentence) {
    std::string line = "eigenflow: ";
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        const auto byte = static_cast<unsigned char>(sentence[i]);
        const auto next = static_cast<unsigned char>(i + 1 < sentence.size() ? sentence[i + 1] : 0);
        const bool c1 = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        if (c1) ++i;
        line += c1 || byte < 0x20 || byte == 0x7F ? '?' : sentence[i];
    }
    return line + '\n';
}

void say(std::string_view sentence) {
    const std::string line = line_of(sentence);
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace eigenflow::cli
