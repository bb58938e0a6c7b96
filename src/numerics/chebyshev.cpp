#include "eigenflow/numerics/chebyshev.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "elementary.hpp"

namespace eigenflow::numerics {
namespace {

// cos(πj/N) = sin(π(N − 2j)/(2N)): odd in the middle, 0 there, and the same for an equal fraction.
double point(std::size_t j, std::size_t degree) {
    const double part = (static_cast<double>(degree) - 2.0 * static_cast<double>(j)) / static_cast<double>(degree);
    return std::sin(0.5 * std::numbers::pi * part);
}

using elementary::multiply_add;
using Sums = ChebyshevLane::Sums;

// The small coefficients first.
void sum_of_one(std::span<const Sums> polynomials, const double* coefficients, Sums& sums) {
    Sums sum{};
    for (std::size_t n = polynomials.size(); n-- > 0;) {
        const double* t = polynomials[n].data();
        for (std::size_t l = 0; l < ChebyshevLane::lanes; ++l) sum[l] = multiply_add(coefficients[n], t[l], sum[l]);
    }
    sums = sum;
}

// Four series side by side: a polynomial is loaded once for all, and no addition waits for another. Four names, since
// GCC 12 vectorises an array of four over n, by permutations (26 ns a number; 1.6 ns so).
void sum_of_four(std::span<const Sums> polynomials, const double* coefficients, Sums* sums) {
    const std::size_t size = polynomials.size();
    const double *c0 = coefficients, *c1 = c0 + size, *c2 = c1 + size, *c3 = c2 + size;
    Sums sum_0{}, sum_1{}, sum_2{}, sum_3{};
    for (std::size_t n = size; n-- > 0;) {
        const double* t = polynomials[n].data();
        for (std::size_t l = 0; l < ChebyshevLane::lanes; ++l) {
            sum_0[l] = multiply_add(c0[n], t[l], sum_0[l]);
            sum_1[l] = multiply_add(c1[n], t[l], sum_1[l]);
            sum_2[l] = multiply_add(c2[n], t[l], sum_2[l]);
            sum_3[l] = multiply_add(c3[n], t[l], sum_3[l]);
        }
    }
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
}

}  // namespace

std::vector<double> chebyshev_points(std::size_t degree) {
    std::vector<double> x;
    for (std::size_t j = 0; j <= degree; ++j) x.push_back(point(j, degree));
    return x;
}

ChebyshevTransform::ChebyshevTransform(std::size_t degree) : degree_(degree) {
    assert(degree >= 4);
    for (std::size_t n = 0; n <= degree; ++n) {
        for (std::size_t j = 0; j <= degree; ++j) {
            const double end = j == 0 || j == degree ? 0.5 : 1.0;
            const double outer = n == 0 || n == degree ? 0.5 : 1.0;
            const std::size_t turn = n * j % (2 * degree);
            weights_.push_back(2.0 / static_cast<double>(degree) * end * outer * point(turn, degree));
        }
    }
}

void ChebyshevTransform::coefficients(std::span<const double> value, std::span<double> coefficient) const {
    for (std::size_t n = 0; n < size(); ++n) {
        const double* row = weights_.data() + n * size();
        double sum = 0.0;
        for (std::size_t j = 0; j < size(); ++j) sum = multiply_add(row[j], value[j], sum);
        coefficient[n] = sum;
    }
}

double ChebyshevTransform::tail(std::span<const double> coefficient) {
    double sum = 0.0;
    for (const double c : coefficient.last(3)) sum += std::abs(c);
    return 2.0 * sum;
}

double ChebyshevTransform::lebesgue() const {
    return 1.0 + 2.0 * std::numbers::inv_pi * std::log(static_cast<double>(degree_));
}

ChebyshevLane::ChebyshevLane(std::size_t degree, std::span<const double> x) : polynomials_(degree + 1) {
    assert(degree >= 1 && x.size() <= lanes);
    polynomials_[0].fill(1.0);
    polynomials_[1].fill(0.0);
    std::copy(x.begin(), x.end(), polynomials_[1].begin());
    for (std::size_t n = 1; n < degree; ++n) {
        for (std::size_t l = 0; l < lanes; ++l) {
            polynomials_[n + 1][l] = 2.0 * polynomials_[1][l] * polynomials_[n][l] - polynomials_[n - 1][l];
        }
    }
}

void ChebyshevLane::sum(std::span<const double> coefficients, std::span<Sums> sums) const {
    const std::size_t size = polynomials_.size();
    assert(coefficients.size() == sums.size() * size);
    std::size_t s = 0;
    for (; s + 4 <= sums.size(); s += 4) sum_of_four(polynomials_, coefficients.data() + s * size, &sums[s]);
    for (; s < sums.size(); ++s) sum_of_one(polynomials_, coefficients.data() + s * size, sums[s]);
}

}  // namespace eigenflow::numerics
