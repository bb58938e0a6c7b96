#pragma once

#include <compare>

namespace eigenflow {

/// Training time τ ≥ 0 of the gradient flow (clock 1)  [1/(η data²)].
struct TrainingTime {
    explicit constexpr TrainingTime(double v) : value(v) {}
    double value;
    auto operator<=>(const TrainingTime&) const = default;
};

/// Noise-level coordinate t of a path (clock 2); on `ve` it is σ  [data].
struct NoiseLevel {
    explicit constexpr NoiseLevel(double v) : value(v) {}
    double value;
    auto operator<=>(const NoiseLevel&) const = default;
};

/// Learning rate η > 0; η and τ enter the gradient flow only as the product ητ (T-16).
struct LearningRate {
    explicit constexpr LearningRate(double v) : value(v) {}
    double value;
    auto operator<=>(const LearningRate&) const = default;
};

/// Number of worker threads ≥ 1. No result depends on it.
struct Threads {
    explicit constexpr Threads(unsigned v) : value(v) {}
    unsigned value;
};

}  // namespace eigenflow
