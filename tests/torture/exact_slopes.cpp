#include "exact_weights.hpp"

namespace eigenflow::torture {

namespace {

// dw/d(ωητ) of T-6, depth ≥ 3
Exact speed(const ExactMode& mode, const ExactMoments& of, const Exact& w) {
    return 2 * mode.depth * pow(w, 2 - Exact(2) / mode.depth) * (of.m - of.h * w);
}

}  // namespace

ExactSlopes exact_slopes(const ExactMode& mode, const ExactMoments& of) {
    const Exact little("1e-20");
    const ExactWeight here = exact_weight(mode, of);
    ExactSlopes sum{0, 0};
    const auto add = [&](const ExactWeight& there) {
        sum.value += abs(there.value - here.value) / little;
        sum.deviation += abs(there.deviation - here.deviation) / little;
    };
    ExactMoments moments = of;
    moments.omega *= 1 + little;  // time and rate enter as one product
    add(exact_weight(mode, moments));
    moments = of;
    moments.m += of.terms * little;
    add(exact_weight(mode, moments));
    ExactMode moved = mode;
    moved.start *= 1 + little;
    add(exact_weight(moved, of));
    if (mode.imbalance == 0) return sum;
    moved = mode;
    moved.imbalance *= 1 + little;
    add(exact_weight(moved, of));
    return sum;
}

Exact exact_slope(const ExactMode& mode, const ExactMoments& of, const Exact& value) {
    if (mode.architecture != "deep" || mode.depth < 3) return exact_slopes(mode, of).value;
    if (mode.start == 0 || value == 0) return 0;
    const Exact now = speed(mode, of, value);
    const Exact first = speed(mode, of, mode.start);
    const Exact by_time = abs(of.omega * mode.eta_tau * now);
    const Exact by_start = first == 0 ? mode.start : Exact(mode.start * abs(now / first));
    const Exact by_moment = of.m == 0 ? Exact(0) : Exact((value + 2 * by_time + by_start) * of.terms / abs(of.m));
    return by_time + by_start + by_moment;
}

Exact exact_residual_imbalance(const Exact& start, const Exact& imbalance) {
    // Balanced layers stay so exactly: 1e-50 of difference would cross zero in the end, and they never do.
    if (imbalance == 0) return 0;
    const Exact size = abs(imbalance);
    const Exact larger = sqrt((sqrt(4 * start * start + size * size) + size) / 2);
    const Exact smaller = larger == 0 ? Exact(0) : Exact(start / larger);
    const Exact apart = imbalance < 0 ? Exact(smaller - larger) : Exact(larger - smaller);
    return imbalance + 2 * apart;
}

}  // namespace eigenflow::torture
