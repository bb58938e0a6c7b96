#include <array>

#include "estimator.hpp"

namespace eigenflow::analysis {

std::span<const Estimator* const> estimators() {
    static constexpr std::array<const Estimator*, 3> all = {&ols, &ols_inverse, &robust};
    return all;
}

}  // namespace eigenflow::analysis
