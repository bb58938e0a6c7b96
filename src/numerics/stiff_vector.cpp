#include "stiff_vector.hpp"

#include <nvector/nvector_serial.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace eigenflow::numerics {
namespace {

using Index = sunindextype;

constexpr Index lanes = 8;

// z_i = f(i), read in blocks before they are written: z may be an operand.
template <class Entry>
void assign(N_Vector z, const Entry& f) {
    double* const out = NV_DATA_S(z);
    const Index n = NV_LENGTH_S(z);
    Index i = 0;
    for (; i + lanes <= n; i += lanes) {
        std::array<double, lanes> block;
        for (Index j = 0; j < lanes; ++j) block[static_cast<std::size_t>(j)] = f(i + j);
        for (Index j = 0; j < lanes; ++j) out[i + j] = block[static_cast<std::size_t>(j)];
    }
    for (; i < n; ++i) out[i] = f(i);
}

// Σ f(i), in eight sums.
template <class Entry>
double sum(Index n, const Entry& f) {
    std::array<double, lanes> part{};
    Index i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (Index j = 0; j < lanes; ++j) part[static_cast<std::size_t>(j)] += f(i + j);
    }
    for (Index j = 0; i < n; ++i, ++j) part[static_cast<std::size_t>(j)] += f(i);
    return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}

const double* entries(N_Vector v) { return NV_DATA_S(v); }

void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
    assign(z, [=, u = entries(x), v = entries(y)](Index i) { return a * u[i] + b * v[i]; });
}
void set_constant(double c, N_Vector z) {
    assign(z, [=](Index) { return c; });
}
void multiply(N_Vector x, N_Vector y, N_Vector z) {
    assign(z, [u = entries(x), v = entries(y)](Index i) { return u[i] * v[i]; });
}
void divide(N_Vector x, N_Vector y, N_Vector z) {
    assign(z, [u = entries(x), v = entries(y)](Index i) { return u[i] / v[i]; });
}
void scale(double c, N_Vector x, N_Vector z) {
    assign(z, [=, u = entries(x)](Index i) { return c * u[i]; });
}
void magnitude(N_Vector x, N_Vector z) {
    assign(z, [u = entries(x)](Index i) { return std::abs(u[i]); });
}
void invert(N_Vector x, N_Vector z) {
    assign(z, [u = entries(x)](Index i) { return 1.0 / u[i]; });
}
void add_constant(N_Vector x, double c, N_Vector z) {
    assign(z, [=, u = entries(x)](Index i) { return u[i] + c; });
}
double dot(N_Vector x, N_Vector y) {
    return sum(NV_LENGTH_S(x), [u = entries(x), v = entries(y)](Index i) { return u[i] * v[i]; });
}
double weighted_squares(N_Vector x, N_Vector w) {
    return sum(NV_LENGTH_S(x), [u = entries(x), v = entries(w)](Index i) {
        const double part = u[i] * v[i];
        return part * part;
    });
}
double weighted_norm(N_Vector x, N_Vector w) {
    return std::sqrt(weighted_squares(x, w) / static_cast<double>(NV_LENGTH_S(x)));
}

}  // namespace

void use_vector_instructions(N_Vector vector) {
    auto& operations = *vector->ops;
    operations.nvlinearsum = linear_sum;
    operations.nvconst = set_constant;
    operations.nvprod = multiply;
    operations.nvdiv = divide;
    operations.nvscale = scale;
    operations.nvabs = magnitude;
    operations.nvinv = invert;
    operations.nvaddconst = add_constant;
    operations.nvdotprod = dot;
    operations.nvwsqrsumlocal = weighted_squares;
    operations.nvwrmsnorm = weighted_norm;
}

}  // namespace eigenflow::numerics
