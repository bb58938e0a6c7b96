#include "nearest_name.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace eigenflow::io {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest_name(std::string_view wanted, std::span<const std::string> names) {
    std::size_t smallest = std::max<std::size_t>(2, wanted.size() / 3) + 1;
    std::string nearest;
    for (const std::string& name : names) {
        // The distance is at least the difference in length, and a foreign file may have very long names.
        if (name.size() > 2 * wanted.size() + 2) continue;
        const std::size_t distance = edit_distance(wanted, name);
        if (distance < smallest) {
            smallest = distance;
            nearest = name;
        }
    }
    return nearest;
}

}  // namespace eigenflow::io
