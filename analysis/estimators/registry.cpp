#include <array>

#include "estimator.hpp"

namespace eigenflow::analysis {

std::span<const Estimator* const> estimators() {
    static constexpr std::array<const Estimator*, 5> all = {&ols, &ols_inverse, &robust, &censored_line, &noise_floor};
    return all;
}

}  // namespace eigenflow::analysis
