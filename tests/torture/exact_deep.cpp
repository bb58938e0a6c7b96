#include <boost/math/constants/constants.hpp>

#include "exact_weights.hpp"

namespace eigenflow::torture {
namespace {

// The three ways of dω̂/dθ = −ω̂^(2−2/L) (ω̂ ∓ 1), ω̂ = y^L: θ = T(y) − T(y0) with dT = ± L y^(1−L)/(1 ∓ y^L) dy.
enum class Way { rising, falling, fading };

// A state in which every way runs upwards: ln(y/(1 − y)), −ln(y − 1), −ln y.
struct Place {
    Exact y;
    Exact gap;  // |1 − y|, without the cancellation
};
Place place(Way way, const Exact& state) {
    if (way == Way::rising) return {1 / (1 + exp(-state)), 1 / (1 + exp(state))};
    const Exact size = exp(-state);
    return way == Way::falling ? Place{1 + size, size} : Place{size, 0};
}

/// ∫₀ʸ t/(1 − t^L) dt (fading: 1 + t^L) = −(1/L) Σ ζ⁻² ln(1 − ζ y) over the roots ζ^L = 1 (−1), its real part.
Exact over_roots(int depth, Way way, const Exact& y, const Exact& gap, bool at_infinity) {
    static const Exact pi = boost::math::constants::pi<Exact>();
    Exact sum = 0;
    for (int k = 0; k < depth; ++k) {
        const Exact phi = way == Way::fading ? Exact(pi * (2 * k + 1) / depth) : Exact(2 * pi * k / depth);
        const Exact c = cos(phi), s = sin(phi);
        if (at_infinity) {
            if (2 * k != 0 || way == Way::fading) sum += sin(2 * phi) * atan2(Exact(-s), Exact(-c));
            continue;
        }
        const bool real_root = way != Way::fading && k == 0;
        const Exact size = real_root ? Exact(log(gap)) : Exact(log(1 - 2 * y * c + y * y) / 2);
        sum += cos(2 * phi) * size;
        if (!real_root) sum += sin(2 * phi) * atan2(Exact(-y * s), Exact(1 - y * c));
    }
    return -sum / depth;
}

// Σ (±1)^n y^(first + n step)/(first + n step)
Exact series(const Exact& y, int first, int step, bool alternating) {
    Exact sum = 0;
    Exact power = pow(y, first);
    const Exact factor = pow(y, step) * (alternating ? -1 : 1);
    for (int n = first;; n += step) {
        const Exact before = sum;
        sum += power / std::abs(n);
        if (sum == before) return sum;
        power *= factor;
    }
}

Exact time_at(int depth, Way way, const Exact& state) {
    const auto [y, gap] = place(way, state);
    const bool alternating = way == Way::fading;
    if (way != Way::rising && y > 2) {
        return depth * series(1 / y, 2 * depth - 2, depth, alternating);
    }
    const Exact power = pow(y, 2 - depth) / (depth - 2);
    const Exact near = 2 * y < 1 ? series(y, 2, depth, alternating) : over_roots(depth, way, y, gap, false);
    if (way == Way::rising) return depth * (near - power);
    const Exact end = over_roots(depth, way, y, gap, true);
    return depth * (way == Way::falling ? Exact(near - power - end) : Exact(near + power - end));
}

// d(state)/dθ
Exact speed(int depth, Way way, const Exact& state) {
    const auto [y, gap] = place(way, state);
    if (way == Way::fading) return pow(y, depth - 2) * (1 + pow(y, depth)) / depth;
    Exact sum = 0;
    Exact power = 1;
    for (int j = 0; j < depth; ++j, power *= y) sum += power;  // (1 − y^L)/(1 − y)
    return pow(y, way == Way::rising ? depth - 2 : depth - 1) * sum / depth;
}

/// The state after θ, by Newton between bounds; 250 where ω̂ is 1 to all digits.
Exact advanced(int depth, Way way, const Exact& start, const Exact& theta) {
    const Exact wanted = time_at(depth, way, start) + theta;
    Exact low = start;
    Exact step = 1;
    while (time_at(depth, way, start + step) < wanted) {
        low = start + step;
        step *= 2;
        if (low > 250) return low;
    }
    Exact high = start + step;
    Exact state = (low + high) / 2;
    for (int i = 0; i < 300; ++i) {
        const Exact off = time_at(depth, way, state) - wanted;
        const Exact newton = off * speed(depth, way, state);
        if (abs(newton) < Exact("1e-38") * (1 + abs(state)) || abs(off) < Exact("1e-45") * abs(wanted)) {
            return state - newton;
        }
        (off < 0 ? low : high) = state;
        const Exact next = state - newton;
        const Exact chosen = next > low && next < high ? next : Exact((low + high) / 2);
        state = chosen;
    }
    return state;
}

}  // namespace

ExactWeight exact_deep_weight(int depth, const Exact& start, const Exact& h, const Exact& m, const Exact& progress) {
    const Exact optimum = m / h;
    if (start == 0) return {0, -optimum};
    const Exact alpha = 1 - Exact(2) / depth;
    if (m == 0) {
        const Exact w = start * pow(1 + (1 + alpha) * progress * h * pow(start, 1 + alpha), -1 / (1 + alpha));
        return {w, w};
    }
    const Exact size = abs(optimum);
    const Exact theta = progress * abs(m) * pow(size, alpha);
    const Exact y = pow(start / size, Exact(1) / depth);
    const Way way = m < 0 ? Way::fading : start < size ? Way::rising : Way::falling;
    if (way != Way::fading && y == 1) return {optimum, 0};
    const Exact state =
        way == Way::rising ? Exact(log(y / (1 - y))) : Exact(-log(way == Way::falling ? Exact(y - 1) : y));
    const auto [now, gap] = place(way, advanced(depth, way, state, theta));
    if (way == Way::fading) return {size * pow(now, depth), size * (pow(now, depth) + 1)};
    Exact sum = 0;
    Exact power = 1;
    for (int j = 0; j < depth; ++j, power *= now) sum += power;
    return {size * pow(now, depth), (way == Way::rising ? -1 : 1) * size * gap * sum};
}

}  // namespace eigenflow::torture
