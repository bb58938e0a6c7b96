#pragma once

#include <cmath>
#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <ostream>
#include <string>

namespace eigenflow::torture {

/// What is measured: an equation, what computes it, what of it, in which unit.
struct Quantity {
    std::string equation;  ///< T-n
    std::string route;
    std::string what;
    std::string unit;
    double bound = 1.0;  ///< promised, in the unit
    auto operator<=>(const Quantity&) const = default;
};

/// The worst of many errors and where it is, number of points, points per status. Merging records in one order gives
/// the same bytes for any number of threads.
class Record {
public:
    using Where = std::function<std::string()>;

    /// A NaN is an infinite error. `where` is asked for only where the error is the worst so far.
    void measure(const Quantity& quantity, double error, const Where& where);
    void count(const std::string& what, std::size_t number = 1) { counts_[what] += number; }
    void count_cell(const std::string& cell, std::size_t points) { cells_[cell] += points; }
    /// Something that must not be at all.
    void refute(const std::string& claim, const Where& where) { require(claim, false, where); }
    void require(const std::string& claim, bool holds, const Where& where) {
        measure({"", "", claim, "cases", 0.0}, holds ? 0.0 : 1.0, holds ? Where([] { return std::string(); }) : where);
    }

    void merge(const Record& other);
    std::size_t counted(const std::string& what) const;
    std::size_t counted_cell(const std::string& cell) const;
    std::size_t beyond_their_bound() const;
    /// CSV: check,equation,route,quantity,unit,points,worst,bound,beyond,where
    void write(std::ostream& out) const;
    void write_broken(std::ostream& out) const;

private:
    struct Worst {
        std::size_t points = 0;
        std::size_t beyond = 0;
        double error = -1.0;
        std::string where;
    };
    std::map<Quantity, Worst> worst_;
    std::map<std::string, std::size_t> counts_;
    std::map<std::string, std::size_t> cells_;  // points
};

}  // namespace eigenflow::torture
