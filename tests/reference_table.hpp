#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace eigenflow::tests {

/// One row of a table in tests/reference, cells by column name.
struct ReferenceRow {
    std::map<std::string, std::string> cells;
    const std::string& text(const std::string& column) const { return cells.at(column); }
    double number(const std::string& column) const { return std::strtod(cells.at(column).c_str(), nullptr); }
};

inline std::vector<ReferenceRow> reference_table(const std::string& file) {
    std::ifstream in(std::string(EIGENFLOW_REFERENCE_DIR "/") + file);
    REQUIRE_MESSAGE(in.good(), "tests/reference/" << file << " is missing");
    const auto split = [](const std::string& line) {
        std::vector<std::string> cells;
        std::stringstream stream(line);
        for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
        if (!cells.empty() && cells.back().ends_with('\r')) cells.back().pop_back();  // some tables have CRLF
        return cells;
    };
    std::string line;
    std::getline(in, line);
    const std::vector<std::string> header = split(line);
    std::vector<ReferenceRow> rows;
    while (std::getline(in, line)) {
        const std::vector<std::string> cells = split(line);
        ReferenceRow row;
        for (std::size_t i = 0; i < header.size(); ++i) row.cells[header[i]] = i < cells.size() ? cells[i] : "";
        rows.push_back(row);
    }
    return rows;
}

}  // namespace eigenflow::tests
