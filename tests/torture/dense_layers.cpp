#include "dense_layers.hpp"

#include <algorithm>
#include <cmath>

namespace eigenflow::torture {
namespace {

constexpr std::size_t order = 20;
constexpr int most_steps = 50000;

// At most as large as a drawn problem: no memory is asked for in the series.
using Small = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, 7, 7>;

struct Series {
    std::vector<Small> first, second, joined, gradient;  // P, Q, [W b], G with the gradient of b as its last column
};

void append(const DenseRegression& regression, bool tied, Series& s, std::vector<Small>& bias) {
    const std::size_t n = s.joined.size();
    const Eigen::Index d = s.first[0].rows();
    Small joined(d, d + 1);
    joined.leftCols(d).setZero();
    for (std::size_t i = 0; i <= n; ++i) {
        if (tied) joined.leftCols(d) += s.first[i] * s.first[n - i].transpose();
        if (!tied) joined.leftCols(d) += s.first[i] * s.second[n - i];
    }
    joined.col(d) = bias[n];
    Small gradient = joined * regression.second;
    if (n == 0) gradient -= regression.cross;
    gradient *= 2;
    s.joined.push_back(joined);
    s.gradient.push_back(gradient);
    const Real next = -1 / static_cast<Real>(n + 1);
    bias.emplace_back(next * gradient.col(d));
    Small first = Small::Zero(d, s.first[0].cols());
    Small second = Small::Zero(s.first[0].cols(), d);
    for (std::size_t i = 0; i <= n; ++i) {
        const auto g = s.gradient[i].leftCols(d);
        if (tied) {
            first += (g + g.transpose()) * s.first[n - i];
        } else {
            first += g * s.second[n - i].transpose();
            second += s.first[n - i].transpose() * g;
        }
    }
    s.first.emplace_back(next * first);
    s.second.emplace_back(next * second);
}

Real largest(const Small& m) { return m.size() == 0 ? Real(0) : Real(m.cwiseAbs().maxCoeff()); }

Matrix sum(const std::vector<Small>& coefficients, Real step) {
    Small total = coefficients.back();
    for (std::size_t n = coefficients.size() - 1; n-- > 0;) total = (total * step + coefficients[n]).eval();
    return total;
}

// One step of at most `left`, which is returned less the step.
Real advance(DenseLayers& layers, const DenseRegression& regression, Real left, Real tolerance) {
    Series s;
    s.first = {layers.first};
    s.second = {layers.tied() ? Small(Small::Zero(layers.first.cols(), layers.first.rows())) : Small(layers.second)};
    std::vector<Small> bias = {layers.bias};
    for (std::size_t n = 0; n < order; ++n) append(regression, layers.tied(), s, bias);
    const Real size = std::max({largest(s.first[0]), largest(s.second[0]), largest(bias[0])});
    Real step = left;
    for (const std::size_t n : {order - 1, order}) {
        const Real last = std::max({largest(s.first[n]), largest(s.second[n]), largest(bias[n])});
        if (last > 0) step = std::min(step, std::pow(tolerance * size / last, 1 / static_cast<Real>(n)));
    }
    layers.first = sum(s.first, step);
    if (!layers.tied()) layers.second = sum(s.second, step);
    layers.bias = sum(bias, step);
    return left - step;
}

void descend(DenseLayers& layers, const DenseRegression& regression, Real eta) {
    const Eigen::Index d = layers.first.rows();
    const Matrix gradient = 2 * eta * (layers.joined() * regression.second - regression.cross);
    const Matrix g = gradient.leftCols(d);
    layers.bias -= gradient.col(d);
    if (layers.tied()) {
        layers.first = (layers.first - (g + g.transpose()) * layers.first).eval();
        return;
    }
    const Matrix first = layers.first;
    layers.first -= g * layers.second.transpose();
    layers.second -= first.transpose() * g;
}

}  // namespace

Matrix DenseLayers::joined() const {
    const Eigen::Index d = first.rows();
    Matrix out(d, d + 1);
    out << (tied() ? Matrix(first * first.transpose()) : Matrix(first * second)), bias;
    return out;
}

std::vector<Matrix> trained_layers(DenseLayers layers, const DenseRegression& regression,
                                   const std::vector<Progress>& times, Real tolerance) {
    std::vector<Matrix> weights;
    Progress now;
    int steps = 0;
    for (const Progress& time : times) {
        for (; time.step != 0 && now.steps < time.steps; ++now.steps) descend(layers, regression, time.step);
        if (time.step == 0) {
            for (Real left = time.eta_tau - now.eta_tau; left > 0; ++steps) {
                if (steps == most_steps) return {};
                left = advance(layers, regression, left, tolerance);
            }
            now.eta_tau = time.eta_tau;
        }
        weights.push_back(layers.joined());
    }
    return weights;
}

}  // namespace eigenflow::torture
