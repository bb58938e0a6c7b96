#include "network/cell_polynomials.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace eigenflow::model {
namespace {

constexpr std::size_t terms = polynomial_terms;

/// Chebyshev nodes on [−1, 1], and what each contributes to the coefficient of every power of s.
struct Rule {
    std::array<long double, terms> nodes{};
    std::array<std::array<long double, terms>, terms> powers{};
};

/// Σ_n a_n T_n(s) with a_n = (2/12) Σ_j cos(nφ_j) f(cos φ_j), half of that for n = 0, and T_n in powers of s by
/// T_{n+1} = 2 s T_n − T_{n−1}. The powers of T_11 reach 2^11, but a_11 is rounding.
Rule chebyshev_rule() {
    Rule rule;
    const auto angle = [](std::size_t j) {
        return std::numbers::pi_v<long double> * (static_cast<long double>(j) + 0.5L) / terms;
    };
    for (std::size_t j = 0; j < terms; ++j) rule.nodes[j] = std::cos(angle(j));
    std::array<long double, terms> previous{};
    std::array<long double, terms> current{1.0L};
    for (std::size_t n = 0; n < terms; ++n) {
        const long double twice = n == 0 ? 1.0L : 2.0L;
        for (std::size_t p = 0; p < terms; ++p) {
            for (std::size_t j = 0; j < terms; ++j) {
                rule.powers[p][j] += twice / terms * std::cos(static_cast<long double>(n) * angle(j)) * current[p];
            }
        }
        std::array<long double, terms> next{};
        for (std::size_t p = 0; p + 1 < terms; ++p) next[p + 1] = twice * current[p];
        for (std::size_t p = 0; p < terms; ++p) next[p] -= previous[p];
        previous = current;
        current = next;
    }
    return rule;
}

}  // namespace

std::array<long double, terms> polynomial_of(const SmoothFunction& f, long double centre, long double half_width) {
    static const Rule rule = chebyshev_rule();
    std::array<long double, terms> at_nodes{};
    for (std::size_t j = 0; j < terms; ++j) at_nodes[j] = f(centre + half_width * rule.nodes[j]);
    std::array<long double, terms> coefficients{};
    for (std::size_t p = 0; p < terms; ++p) {
        for (std::size_t j = 0; j < terms; ++j) coefficients[p] += rule.powers[p][j] * at_nodes[j];
    }
    return coefficients;
}

CellPolynomials::CellPolynomials(double low, double high, double slope_below, double slope_above,
                                 const SmoothFunction& f)
    : low_(low),
      high_(high),
      slope_below_(slope_below),
      slope_above_(slope_above),
      at_low_(static_cast<double>(f(low))),
      at_high_(static_cast<double>(f(high))) {
    const double count = std::max(1.0, std::ceil(4.0 * (high - low)));
    cells_per_unit_ = count / (high - low);
    width_ = (high - low) / count;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const auto exact = polynomial_of(f, centre(i), 0.5L / cells_per_unit_);
        Cell& cell = cells_.emplace_back();
        std::transform(exact.begin(), exact.end(), cell.begin(), [](long double c) { return static_cast<double>(c); });
    }
}

}  // namespace eigenflow::model
