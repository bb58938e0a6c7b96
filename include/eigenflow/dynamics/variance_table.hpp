#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

/// A route on which modes that start alike (model::Network::starts_alike) differ by λ alone, and λ̃ is a smooth
/// function of it:
///
///     ln λ̃ = reference(λ) + deviation(λ, τ)
///
/// with a reference in closed form, so that only the deviation has errors. What VarianceTable may interpolate.
class SmoothRoute : public VarianceRoute {
public:
    /// λ > 0. Not finite where there is none; the mode is then not interpolated.
    virtual double log_reference(double lambda) const = 0;

    /// deviation and estimates of its absolute error, shaped as VarianceBlock::variance. Counts evaluations.
    virtual RouteCounts deviations(std::span<const double> tau, model::ModeRange modes, std::span<double> deviation,
                                   std::span<double> error) const = 0;

    /// True where a time costs all the steps before it, so that all are best asked for at once. Else a time's numbers
    /// do not depend on the times beside it.
    virtual bool sweeps() const = 0;

    /// The same for modes of other variances that start as mode `like` does; null where it has no meaning.
    virtual std::unique_ptr<const SmoothRoute> at_variances(std::span<const double> lambda, std::size_t like) const = 0;
};

/// λ̃ of every mode at every time, and how good it is.
struct VarianceTable {
    std::vector<double> variance;        ///< [i * modes + k] for tau[i]
    std::vector<double> error;           ///< estimates of |error of ln λ̃|, the same; empty where the route has none
    std::vector<RouteFailure> failures;  ///< those that a solver gave up on
    RouteCounts counts;
    std::size_t interpolated = 0;  ///< modes
};

/// Every mode of `network` by one route that was made for it.
///
/// Where a SmoothRoute has many modes that start alike and whose variances share an interval 8^p ≤ λ < 8^(p+1), the
/// deviation is computed at 32, 63 or 125 Chebyshev points of ln λ only, and the polynomial through them stands for the
/// others: ln λ̃ is analytic in the strip |Im ln λ| < π/2 of one layer, narrower for others. An interval is interpolated
/// only if it has twice as many modes as points, and if at every time the series' last coefficients certify 1e-13
/// of the larger of 1 and |ln λ̃|/32 and the error estimates, magnified as interpolation may, a tenth less than what
/// quadrature promises (log_variance_promise). Else its modes go by the route itself. `error` is the points' estimate
/// so magnified plus that of the interpolation. A mode that is interpolated depends on λ, its start and the times, but
/// on no other mode; whether it is depends on how many share its interval, so that λ̃ of a part of a spectrum agrees
/// with that of the whole to the error estimates, about 1e-13, and not to the last bit.
///
/// @param progress  called, from any thread, after each block of modes: how many it held; may be empty
/// The same bytes for any number of threads.
VarianceTable variance_table(const model::Network& network, const VarianceRoute& route, std::span<const double> tau,
                             Threads threads, const std::function<void(std::size_t modes)>& progress = {});

}  // namespace eigenflow::dynamics
