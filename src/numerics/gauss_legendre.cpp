#include "eigenflow/numerics/gauss_legendre.hpp"

#include <boost/math/special_functions/legendre.hpp>

namespace eigenflow::numerics {
namespace {

// The tails are the Legendre coefficients of degree n − 2 and n − 1.
template <class Rule, std::size_t n = Rule::size>
Rule make_rule(std::array<double, n> Rule::*even_tail, std::array<double, n> Rule::*odd_tail) {
    static_assert(n % 2 == 0);
    constexpr int even = static_cast<int>(n) - 2;
    constexpr int odd = even + 1;
    Rule rule{};
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
        const double of_even = (even + 0.5) * weight * static_cast<double>(boost::math::legendre_p(even, x));
        const double of_odd = (odd + 0.5) * weight * static_cast<double>(boost::math::legendre_p(odd, x));
        (rule.*even_tail)[right] = (rule.*even_tail)[left] = of_even;
        (rule.*odd_tail)[right] = of_odd;
        (rule.*odd_tail)[left] = -of_odd;
    }
    return rule;
}

}  // namespace

const GaussLegendre16& gauss_legendre_16() {
    static const auto rule = make_rule(&GaussLegendre16::tail_14, &GaussLegendre16::tail_15);
    return rule;
}

const GaussLegendre8& gauss_legendre_8() {
    static const auto rule = make_rule(&GaussLegendre8::tail_6, &GaussLegendre8::tail_7);
    return rule;
}

}  // namespace eigenflow::numerics
