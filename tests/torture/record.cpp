#include "record.hpp"

#include <algorithm>
#include <limits>

#include "eigenflow/core/shortest_text.hpp"

namespace eigenflow::torture {

namespace {

// Reasons and places are sentences: a comma in them is not a separator.
std::string field(std::string text) {
    std::replace(text.begin(), text.end(), ',', ';');
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

void Record::measure(const Quantity& quantity, double error, const Where& where) {
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
    Worst& worst = worst_[quantity];
    ++worst.points;
    if (error > quantity.bound) ++worst.beyond;
    if (error <= worst.error) return;
    worst.error = error;
    worst.where = where();
}

void Record::merge(const Record& other) {
    for (const auto& [quantity, theirs] : other.worst_) {
        Worst& ours = worst_[quantity];
        ours.points += theirs.points;
        ours.beyond += theirs.beyond;
        if (theirs.error <= ours.error) continue;
        ours.error = theirs.error;
        ours.where = theirs.where;
    }
    for (const auto& [what, number] : other.counts_) counts_[what] += number;
    for (const auto& [cell, points] : other.cells_) cells_[cell] += points;
}

std::size_t Record::counted(const std::string& what) const {
    const auto found = counts_.find(what);
    return found == counts_.end() ? 0 : found->second;
}

std::size_t Record::counted_cell(const std::string& cell) const {
    const auto found = cells_.find(cell);
    return found == cells_.end() ? 0 : found->second;
}

std::size_t Record::beyond_their_bound() const {
    std::size_t number = 0;
    for (const auto& [quantity, worst] : worst_) number += worst.beyond;
    return number;
}

void Record::write(std::ostream& out) const {
    out << "check,equation,route,quantity,unit,points,worst,bound,beyond,where\n";
    for (const auto& [what, number] : counts_) out << "count,,," << field(what) << ",," << number << ",,,,\n";
    for (const auto& [cell, points] : cells_) out << "cell,,," << field(cell) << ",points," << points << ",,,,\n";
    for (const auto& [q, worst] : worst_) {
        out << "error," << q.equation << ',' << field(q.route) << ',' << field(q.what) << ',' << field(q.unit) << ','
            << worst.points << ',' << shortest_text(worst.error) << ',' << shortest_text(q.bound) << ',' << worst.beyond
            << ',' << field(worst.where) << '\n';
    }
}

void Record::write_broken(std::ostream& out) const {
    for (const auto& [q, worst] : worst_) {
        if (worst.beyond == 0) continue;
        out << q.equation << ' ' << q.route << ' ' << q.what << ": " << worst.beyond << " of " << worst.points
            << " beyond " << shortest_text(q.bound) << ' ' << q.unit << ", worst " << shortest_text(worst.error)
            << " at " << worst.where << '\n';
    }
}

}  // namespace eigenflow::torture
