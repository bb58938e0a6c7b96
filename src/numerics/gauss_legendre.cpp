#include "eigenflow/numerics/gauss_legendre.hpp"

#include <boost/math/special_functions/legendre.hpp>

namespace eigenflow::numerics {
namespace {

GaussLegendre16 make_rule() {
    constexpr std::size_t n = GaussLegendre16::size;
    GaussLegendre16 rule{};
    const auto positive = boost::math::legendre_p_zeros<long double>(static_cast<int>(n));  // rising, x > 0
    for (std::size_t i = 0; i < n / 2; ++i) {
        const long double x = positive[i];
        const long double slope = boost::math::legendre_p_prime(static_cast<int>(n), x);
        const auto weight = static_cast<double>(2.0L / ((1.0L - x * x) * slope * slope));
        const std::size_t right = n / 2 + i;
        const std::size_t left = n / 2 - 1 - i;
        rule.nodes[right] = static_cast<double>(x);
        rule.nodes[left] = -static_cast<double>(x);
        rule.weights[right] = weight;
        rule.weights[left] = weight;
        const auto p14 = static_cast<double>(boost::math::legendre_p(14, x));
        const auto p15 = static_cast<double>(boost::math::legendre_p(15, x));
        rule.tail_14[right] = rule.tail_14[left] = 29.0 / 2.0 * weight * p14;
        rule.tail_15[right] = 31.0 / 2.0 * weight * p15;
        rule.tail_15[left] = -rule.tail_15[right];
    }
    return rule;
}

}  // namespace

const GaussLegendre16& gauss_legendre_16() {
    static const GaussLegendre16 rule = make_rule();
    return rule;
}

}  // namespace eigenflow::numerics
