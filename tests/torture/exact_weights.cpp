#include "exact_weights.hpp"

namespace eigenflow::torture {
namespace {

// Q e^x + w* (1 − e^x) with x = −2gωhητ   (T-3, T-7), or e^x the n-th power of 1 − 2gηωh   (T-10)
ExactWeight linear(const ExactMode& mode, const Exact& h, const Exact& m, const Exact& omega) {
    const Exact optimum = m / h;
    const Exact rate = 2 * mode.gain * omega * h;
    Exact left = exp(-rate * mode.eta_tau);
    Exact done = -expm1(-rate * mode.eta_tau);  // also where it is below the digits of 1
    if (mode.eta != 0) {
        const Exact steps = round(Exact(mode.eta_tau / mode.eta));
        const Exact factor = 1 - rate * mode.eta;
        const bool odd = fmod(steps, Exact(2)) != 0;
        left = steps == 0    ? Exact(1)
               : factor == 0 ? Exact(0)
                             : Exact((factor < 0 && odd ? -1 : 1) * exp(steps * log(abs(factor))));
        done = factor > 0 ? Exact(-expm1(steps * log1p(-rate * mode.eta))) : Exact(1 - left);
    }
    return {mode.start * left + optimum * done, (mode.start - optimum) * left};
}

// w = m Q/[m e + h Q (1 − e)], e = e^(−rωmητ);  m = 0: Q/(1 + rωhQητ)   (T-4)
ExactWeight logistic(const ExactMode& mode, const Exact& rate, const Exact& h, const Exact& m, const Exact& omega) {
    const Exact optimum = m / h;
    const Exact& q = mode.start;
    if (q == 0) return {0, -optimum};
    if (m == 0) {
        const Exact w = q / (1 + rate * omega * h * q * mode.eta_tau);
        return {w, w};
    }
    const Exact x = rate * omega * m * mode.eta_tau;
    if (m < 0) {  // both sides times e^x, so that nothing is infinite
        const Exact grown = exp(x);
        const Exact denominator = m + h * q * expm1(x);
        return {m * q * grown / denominator, m * (h * q - m) / (h * denominator)};
    }
    const Exact left = exp(-x);
    const Exact denominator = m * left - h * q * expm1(-x);
    return {m * q / denominator, m * left * (h * q - m) / (h * denominator)};
}

// y = 2w + √(4w² + c²) obeys dy/d(ητ) = −ωh (y − y₊)(y − y₋)   (T-5)
ExactWeight riccati(const ExactMode& mode, const Exact& h, const Exact& m, const Exact& omega) {
    const Exact c = abs(mode.imbalance);
    const Exact root = sqrt(4 * m * m + h * h * c * c);
    const Exact high = (2 * m + root) / h;
    const Exact low = (2 * m - root) / h;
    const Exact start = 2 * mode.start + sqrt(4 * mode.start * mode.start + c * c);
    const Exact ratio = (start - high) / (start - low) * exp(-omega * h * (high - low) * mode.eta_tau);
    const Exact y = (high - ratio * low) / (1 - ratio);
    // y − c²/y = 4w, and the same of y₊ = high: their difference without the cancellation.
    const Exact apart = ratio * (high - low) / (1 - ratio);
    return {(y - c * c / y) / 4, apart * (1 + c * c / (y * high)) / 4};
}

}  // namespace

ExactWeight exact_weight(const ExactMode& mode, const ExactMoments& of) {
    const bool deep = mode.architecture == "deep";
    if (mode.architecture == "one-layer" || mode.architecture == "full-convolution" || (deep && mode.depth == 1)) {
        return linear(mode, of.h, of.m, of.omega);
    }
    if (mode.architecture == "symmetric-two-layer") return logistic(mode, 8, of.h, of.m, of.omega);
    if (mode.architecture == "two-layer" && mode.imbalance != 0) return riccati(mode, of.h, of.m, of.omega);
    if (mode.architecture == "two-layer" || mode.depth == 2) return logistic(mode, 4, of.h, of.m, of.omega);
    return exact_deep_weight(mode.depth, mode.start, of.h, of.m, 2 * of.omega * mode.depth * mode.eta_tau);
}

Exact exact_limit(const ExactMode& mode, const ExactMoments& of) {
    const bool linear = mode.architecture == "one-layer" || mode.architecture == "full-convolution" ||
                        (mode.architecture == "deep" && mode.depth == 1);
    const bool learns =
        linear || (mode.architecture == "two-layer" && mode.imbalance != 0) || (mode.start > 0 && of.m > 0);
    return learns ? Exact(of.m / of.h) : Exact(0);
}

}  // namespace eigenflow::torture
