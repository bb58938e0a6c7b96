#pragma once

#include "eigenflow/dynamics/generated_variance.hpp"

namespace eigenflow::dynamics {

/// Where the numbers of some modes go: variance[i * stride + k] for tau[i] and the k-th of them, and the same for
/// estimates of their errors.
struct TableRows {
    double* variance;
    double* error;  ///< null where the route has none
    std::size_t stride;
};

/// A route that writes to the rows of a table, without a block that would be filled, copied and thrown away: a quarter
/// of the time of a closed form.
class RowRoute : public VarianceRoute {
public:
    /// As variances(), into zeros.
    virtual RouteCounts write(std::span<const double> tau, model::ModeRange modes, TableRows rows) const = 0;
    /// Whether it has estimates of errors.
    virtual bool estimates() const = 0;

    VarianceBlock variances(std::span<const double> tau, model::ModeRange modes) const final {
        VarianceBlock block;
        block.variance.resize(tau.size() * modes.count);
        if (estimates()) block.error.resize(block.variance.size());
        block.counts =
            write(tau, modes, {block.variance.data(), estimates() ? block.error.data() : nullptr, modes.count});
        return block;
    }
};

}  // namespace eigenflow::dynamics
