#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

// The tables of docs/emergence.md are computed by tests, which hold the page against them.
namespace emergence_document {

/// A number as the tables have it.
inline std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

inline void check_has_row(const std::string& row) {
    std::ifstream file(EIGENFLOW_REFERENCE_DIR "/../../docs/emergence.md");
    REQUIRE(file.good());
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    CHECK_MESSAGE(page.find(row + "\n") != std::string::npos, "docs/emergence.md lacks the row " << row);
}

}  // namespace emergence_document
