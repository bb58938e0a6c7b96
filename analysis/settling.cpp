#include <cmath>

#include "crossing.hpp"
#include "mode_curve.hpp"

namespace eigenflow::analysis {

double last_entry(const ModeCurve& curve, double low, double high) {
    std::size_t i = curve.knots();
    while (i > 0 && curve.variance[i - 1] >= low && curve.variance[i - 1] <= high) --i;
    if (i == 0 || i == curve.knots()) return std::nan("");  // never outside, or outside at the end
    return crossing_time(curve, i - 1, curve.variance[i - 1] > high ? high : low);
}

}  // namespace eigenflow::analysis
