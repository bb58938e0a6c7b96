#include "exact_closed_forms.hpp"

#include <boost/math/constants/constants.hpp>

namespace eigenflow::torture {
namespace {

using Wide =
    boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<120, boost::multiprecision::allocate_stack>,
                                  boost::multiprecision::et_off>;

// E1(x) = e⁻ˣ/(x + 1 − 1/(x + 3 − 4/(x + 5 − …))), 40 terms: 1e-30 of it at x = 64, where it is 1e-30 itself.
Exact exponential_integral(const Exact& x) {
    Exact below = 0;
    for (int n = 40; n > 0; --n) below = Exact(n) * n / (x + 2 * n + 1 - below);
    return exp(-x) / (x + 1 - below);
}

/// (√π/2) erf(z) in its own series, and erfc's fraction is not needed: MPFR has erf.
Exact erf_of(const Exact& z) { return boost::multiprecision::erf(z); }

}  // namespace

Exact exact_ein(const Exact& x) {
    if (x > 64) return boost::math::constants::euler<Exact>() + log(x) + exponential_integral(x);
    const Wide wide(x);
    Wide sum = 0;
    Wide term = -1;
    for (int n = 1;; ++n) {
        term *= -wide / n;  // −(−x)^n/n!
        const Wide before = sum;
        sum += term / n;
        if (sum == before) return Exact(sum);
    }
}

Exact exact_one_layer(const Exact& lambda, const Exact& q, const Exact& eta_tau, const Exact& noise,
                      const Exact& data) {
    const Exact a = 2 * eta_tau;
    const Exact bracket = 2 * log(data / noise) + exact_ein(a * noise * noise) - exact_ein(a * data * data);
    return 2 * log(noise) + (1 - q) * exp(-a * lambda) * bracket + exact_ein(a * (data * data + lambda)) -
           exact_ein(a * (noise * noise + lambda));
}

Exact exact_symmetric(const Exact& lambda, const Exact& q, const Exact& eta_tau, const Exact& noise,
                      const Exact& data) {
    const Exact ratio = log(data / noise);
    if (q == 0) return 2 * log(noise) + 2 * ratio;
    const Exact e = exp(-8 * lambda * eta_tau);
    const Exact a = e - q * expm1(-8 * lambda * eta_tau);
    const Exact b = lambda == 0 ? Exact(8 * eta_tau * q) : Exact(-q * expm1(-8 * lambda * eta_tau) / lambda);
    const Exact r = q / a;
    return 2 * log(noise) + 2 * (1 - r) * ratio + r * (log(1 + b * data * data / a) - log(1 + b * noise * noise / a));
}

Exact exact_one_layer_flow(const Exact& lambda, const Exact& q, const Exact& eta_tau) {
    if (eta_tau == 0) return 2 * q;
    const Exact a = 2 * eta_tau;
    const Exact root = sqrt(a / (lambda + 1));
    return exact_ein(a * lambda) - exact_ein(a) +
           q * sqrt(boost::math::constants::pi<Exact>() / (a * (lambda + 1))) * exp(-a * lambda / (lambda + 1)) *
               (erf_of(root) + erf_of(lambda * root));
}

}  // namespace eigenflow::torture
