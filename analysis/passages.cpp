#include "passages.hpp"

#include <cmath>

namespace eigenflow::analysis {

namespace {

/// Into the region between knots i and i + 1, of which the first is outside.
Crossing entry(const ModeCurve& curve, std::size_t i, const Region& region) {
    return crossing_between(curve, i, curve.variance[i] > region.high ? region.high : region.low);
}

}  // namespace

Crossing first_entry(const ModeCurve& curve, const Region& region) {
    for (std::size_t i = 0; i + 1 < curve.knots(); ++i) {
        const double before = curve.variance[i], after = curve.variance[i + 1];
        if (region.holds(before)) continue;
        const bool through = before < region.low ? after > region.high : after < region.low;
        if (region.holds(after) || (through && !curve.on_grid)) return entry(curve, i, region);
    }
    return {};
}

Crossing last_entry(const ModeCurve& curve, const Region& region) {
    std::size_t i = curve.knots();
    while (i > 0 && region.holds(curve.variance[i - 1])) --i;
    if (i == 0 || i == curve.knots()) return {};
    return entry(curve, i - 1, region);
}

}  // namespace eigenflow::analysis
