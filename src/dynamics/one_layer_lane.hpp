#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "eigenflow/dynamics/closed_forms.hpp"

namespace eigenflow::dynamics {

/// T-12 of a few modes: what no time changes is computed once, and every loop is short and of one kind, so that it is
/// vectorised. What a mode gets depends on no other, to the last bit.
class OneLayerLane {
public:
    static constexpr std::size_t lanes = 32;  // neighbours: few enough to be on one side of Ein's 64 mostly

    /// At most `lanes` modes.
    OneLayerLane(std::span<const double> lambda, std::span<const double> init, NoiseRange range);
    std::size_t modes() const { return modes_; }

    /// @param bracket  one_layer_bracket(eta_tau, range)
    void log_variances(double eta_tau, double bracket, std::span<double> log_variance) const;

private:
    using Lane = std::array<double, lanes>;
    void ein_differences(double a, Lane& difference) const;

    std::size_t modes_;
    double log_start_;  // 2 ln σT
    double noise2_;     // σT²
    Lane lambda_;       // λ
    Lane gap_;          // 1 − Q
    Lane low_;          // σ0² + λ
    Lane high_;         // σT² + λ
    Lane log_high_;     // ln(1 + λ/σT²)
    Lane log_ratio_;    // ln (σ0² + λ)/(σT² + λ)
    Lane apart_from_;   // a(σT² + λ) from which its logarithm is ln aσT² + ln(1 + λ/σT²)
};

/// T-12 of all modes at one training time after the other: one_layer_variances(), with the lanes kept.
class OneLayerClosedForm {
public:
    OneLayerClosedForm(std::span<const double> lambda, std::span<const double> init, NoiseRange range);

    /// λ̃(τ), denormal ones included.  variance: one number a mode.
    void variances(double eta_tau, std::span<double> variance) const;

private:
    NoiseRange range_;
    std::vector<OneLayerLane> lanes_;
};

}  // namespace eigenflow::dynamics
