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

// `Series` sums side by side: each polynomial is loaded once for all of them, and their additions do not wait for each
// other.
template <std::size_t Series>
void sum_of(std::span<const Sums> polynomials, const double* coefficients, Sums* sums) {
    std::array<Sums, Series> partial{};
    const std::size_t size = polynomials.size();
    for (std::size_t n = size; n-- > 0;) {  // the small ones first
        for (std::size_t s = 0; s < Series; ++s) {
            const double c = coefficients[s * size + n];
            for (std::size_t l = 0; l < ChebyshevLane::lanes; ++l) {
                partial[s][l] = multiply_add(c, polynomials[n][l], partial[s][l]);
            }
        }
    }
    for (std::size_t s = 0; s < Series; ++s) sums[s] = partial[s];
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
    for (const double c : coefficient.last(4)) sum += std::abs(c);
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
    for (; s + 4 <= sums.size(); s += 4) sum_of<4>(polynomials_, coefficients.data() + s * size, sums.data() + s);
    for (; s < sums.size(); ++s) sum_of<1>(polynomials_, coefficients.data() + s * size, sums.data() + s);
}

}  // namespace eigenflow::numerics
