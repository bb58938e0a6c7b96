#include "eigenflow/numerics/gauss_legendre.hpp"

#include <boost/math/special_functions/legendre.hpp>

namespace eigenflow::numerics {
namespace {

template <std::size_t N>
GaussLegendre<N> make_rule() {
    constexpr int degree = static_cast<int>(N);
    GaussLegendre<N> rule{};
    const auto positive = boost::math::legendre_p_zeros<long double>(degree);  // rising, x > 0
    for (std::size_t i = 0; i < N / 2; ++i) {
        const long double x = positive[i];
        const long double slope = boost::math::legendre_p_prime(degree, x);
        const auto weight = static_cast<double>(2.0L / ((1.0L - x * x) * slope * slope));
        const auto coefficient = [&](int n) {
            return (n + 0.5) * weight * static_cast<double>(boost::math::legendre_p(n, x));
        };
        const std::size_t right = N / 2 + i;
        const std::size_t left = N / 2 - 1 - i;
        rule.nodes[right] = static_cast<double>(x);
        rule.nodes[left] = -static_cast<double>(x);
        rule.weights[right] = rule.weights[left] = weight;
        rule.even_tail[right] = rule.even_tail[left] = coefficient(degree - 2);
        rule.odd_tail[right] = coefficient(degree - 1);
        rule.odd_tail[left] = -rule.odd_tail[right];
        rule.even_before[right] = rule.even_before[left] = coefficient(degree - 6);
        rule.odd_before[right] = coefficient(degree - 5);
        rule.odd_before[left] = -rule.odd_before[right];
    }
    return rule;
}

}  // namespace

template <std::size_t N>
const GaussLegendre<N>& gauss_legendre() {
    static const GaussLegendre<N> rule = make_rule<N>();
    return rule;
}

template const GaussLegendre<8>& gauss_legendre<8>();
template const GaussLegendre<16>& gauss_legendre<16>();

}  // namespace eigenflow::numerics
