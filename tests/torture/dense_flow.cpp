#include "dense_flow.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>

namespace eigenflow::torture {
namespace {

constexpr int stages = 16;

// Nodes on (−1, 1), values of Legendre polynomials there, and ∫ from −1 to a node of what a polynomial is at the nodes.
struct Collocation {
    std::array<Real, stages> nodes, weights;
    Matrix to_legendre = Matrix(stages, stages);
    Matrix integral = Matrix(stages, stages);

    Collocation() {
        for (int i = 0; i < stages; ++i) place(i);
        for (int i = 0; i < stages; ++i) {
            const auto p = legendre(nodes[static_cast<std::size_t>(i)]);
            for (int n = 0; n < stages; ++n) {
                to_legendre(n, i) = (n + 0.5L) * weights[static_cast<std::size_t>(i)] * p[static_cast<std::size_t>(n)];
            }
        }
        Matrix antiderivative(stages, stages);
        for (int i = 0; i < stages; ++i) {
            const auto p = legendre(nodes[static_cast<std::size_t>(i)]);
            antiderivative(i, 0) = nodes[static_cast<std::size_t>(i)] + 1;
            for (std::size_t n = 1; n < stages; ++n) {
                antiderivative(i, static_cast<int>(n)) = (p[n + 1] - p[n - 1]) / static_cast<Real>(2 * n + 1);
            }
        }
        integral = antiderivative * to_legendre;
    }

private:
    static std::array<Real, stages + 1> legendre(Real x) {
        std::array<Real, stages + 1> p = {1, x};
        for (std::size_t n = 2; n <= stages; ++n) {
            p[n] = (static_cast<Real>(2 * n - 1) * x * p[n - 1] - static_cast<Real>(n - 1) * p[n - 2]) /
                   static_cast<Real>(n);
        }
        return p;
    }

    void place(int i) {
        Real x = std::cos(std::acos(Real(-1)) * (i + 0.75L) / (stages + 0.5L));
        Real slope = 0;
        for (int pass = 0; pass < 8; ++pass) {
            const auto p = legendre(x);
            slope = stages * (x * p[stages] - p[stages - 1]) / (x * x - 1);
            x -= p[stages] / slope;
        }
        nodes[static_cast<std::size_t>(stages - 1 - i)] = x;
        weights[static_cast<std::size_t>(stages - 1 - i)] = 2 / ((1 - x * x) * slope * slope);
    }
};

const Collocation& rule() {
    static const Collocation made;
    return made;
}

class Panels {
public:
    Panels(const DenseDrift& drift, const DenseFlowOptions& options) : drift_(drift), options_(options) {}

    // The states at the end of the panel, or false where there were too many.
    bool cross(Real from, Real to, std::vector<Matrix>& states) {
        if (++panels_ > options_.most_panels) return false;
        std::vector<std::vector<Matrix>> at;  // of a node, then of a time
        for (const Real node : rule().nodes) {
            at.push_back(drift_((from + to) / 2 + (to - from) / 2 * node));
            if (at.back().empty()) return false;
        }
        if (states.empty()) states.assign(at[0].size(), Matrix::Identity(at[0][0].rows(), at[0][0].cols()));
        if (!resolved(at, std::abs(to - from))) {
            const Real middle = (from + to) / 2;
            return cross(from, middle, states) && cross(middle, to, states);
        }
        for (std::size_t i = 0; i < states.size(); ++i) collocate(at, i, (to - from) / 2, states[i]);
        return true;
    }

private:
    bool resolved(const std::vector<std::vector<Matrix>>& at, Real length) const {
        for (std::size_t i = 0; i < at[0].size(); ++i) {
            const Eigen::Index d = at[0][i].rows();
            for (const auto& node : at) {
                if (node[i].leftCols(d).cwiseAbs().rowwise().sum().maxCoeff() * length > options_.turn) return false;
            }
            for (const int n : {stages - 2, stages - 1}) {
                Matrix last = Matrix::Zero(d, d + 1);
                for (int j = 0; j < stages; ++j) last += rule().to_legendre(n, j) * at[static_cast<std::size_t>(j)][i];
                if (last.cwiseAbs().maxCoeff() * length > options_.tail) return false;
            }
        }
        return true;
    }

    // Y_j = Y + half Σ_l A_jl (K_l Y_l + k_l), all nodes at once.
    static void collocate(const std::vector<std::vector<Matrix>>& at, std::size_t time, Real half, Matrix& state) {
        const Eigen::Index d = state.rows();
        Matrix system = Matrix::Identity(stages * d, stages * d);
        Matrix right(stages * d, d + 1);
        for (int j = 0; j < stages; ++j) {
            right.middleRows(j * d, d) = state;
            for (int l = 0; l < stages; ++l) {
                const Real a = half * rule().integral(j, l);
                const Matrix& drift = at[static_cast<std::size_t>(l)][time];
                system.block(j * d, l * d, d, d) -= a * drift.leftCols(d);
                right.block(j * d, d, d, 1) += a * drift.col(d);
            }
        }
        const Matrix nodes = system.partialPivLu().solve(right);
        for (int l = 0; l < stages; ++l) {
            const Matrix& drift = at[static_cast<std::size_t>(l)][time];
            const Real a = half * rule().weights[static_cast<std::size_t>(l)];
            state += a * drift.leftCols(d) * nodes.middleRows(l * d, d);
            state.col(d) += a * drift.col(d);
        }
    }

    const DenseDrift& drift_;
    DenseFlowOptions options_;
    int panels_ = 0;
};

}  // namespace

std::vector<Matrix> dense_flow(const DenseDrift& drift, Real from, Real to, const DenseFlowOptions& options) {
    Panels panels(drift, options);
    std::vector<Matrix> states;
    const int first = std::max(1, static_cast<int>(std::ceil(std::abs(to - from) / options.longest)));
    for (int i = 0; i < first; ++i) {
        const Real begin = from + (to - from) * i / first;
        const Real end = i + 1 == first ? to : from + (to - from) * (i + 1) / first;
        if (!panels.cross(begin, end, states)) return {};
    }
    return states;
}

}  // namespace eigenflow::torture
