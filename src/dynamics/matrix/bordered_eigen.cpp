#include "bordered_eigen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace eigenflow::dynamics {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr double negligible = 1e-60;  // of |z|: what it adds to a pole, 1e-120 |z|², is no rounding of any

struct Rotation {
    Index kept, zeroed;
    double cosine, sine;
};

struct Deflated {
    std::vector<Index> active;   // indices into the sorted poles
    std::vector<Index> settled;  // pole and unit vector are eigenvalue and eigenvector
    std::vector<Rotation> rotations;
};

// poles rising.
Deflated deflate(const ArrayXd& poles, ArrayXd& z) {
    Deflated out;
    out.active.reserve(static_cast<std::size_t>(z.size()));
    // By the poles' own rounding, not by that of |z|²: under a mean of 1e8 that made one pole of all.
    const double length_of_z = std::sqrt(z.square().sum());
    for (Index i = 0; i < z.size(); ++i) {
        if (std::abs(z[i]) <= negligible * length_of_z) {
            out.settled.push_back(i);
            continue;
        }
        if (!out.active.empty() && poles[i] - poles[out.active.back()] <= eps * std::abs(poles[i])) {
            // Two equal poles: a rotation moves all of z into the later one.
            const Index before = out.active.back();
            const double length = std::hypot(z[before], z[i]);
            out.rotations.push_back({i, before, z[i] / length, z[before] / length});
            z[i] = length;
            z[before] = 0.0;
            out.settled.push_back(before);
            out.active.back() = i;
            continue;
        }
        out.active.push_back(i);
    }
    return out;
}

/// A root as its distance from the nearer pole, which keeps the digits of its distance from every pole.
struct SecularRoot {
    Index origin;
    double offset;
};

// One number a pole each, so that no root asks for memory.
struct SecularWork {
    explicit SecularWork(Index poles) : distance(poles), inverse(poles), part(poles) {}
    ArrayXd distance, inverse, part;
};

// The root between pole i and the next (beyond the last: up to |z|²).
SecularRoot secular_root(const ArrayXd& poles, const ArrayXd& squares, Index i, SecularWork& work) {
    const Index last = poles.size() - 1;
    const double gap = i < last ? poles[i + 1] - poles[i] : squares.sum();
    const auto value = [&](Index origin, double t) { return 1.0 + (squares / ((poles - poles[origin]) - t)).sum(); };
    const Index origin = i == last || value(i, 0.5 * gap) > 0.0 ? i : i + 1;
    work.distance = poles - poles[origin];
    // Rising on (low, high); low and high are never poles themselves.
    double low = origin == i ? 0.0 : -0.5 * gap;
    double high = origin == i ? (i == last ? gap : 0.5 * gap) : 0.0;
    double t = 0.5 * (low + high);
    for (int iteration = 0; iteration < 100; ++iteration) {
        work.inverse = (work.distance - t).inverse();
        work.part = squares * work.inverse;
        const double f = 1.0 + work.part.sum();
        if (f > 0.0) {
            high = t;
        } else {
            low = t;
        }
        if (f == 0.0) break;
        // Newton on t f(t), which has no pole at the origin: f + t f'.
        const double slope = (work.part * work.inverse).sum();
        double next = t - t * f / (f + t * slope);
        if (!(next > low && next < high))
            next = low == 0.0 ? high / 16.0 : high == 0.0 ? low / 16.0 : 0.5 * (low + high);
        const double step = std::abs(next - t);
        t = next;
        if (step <= 2.0 * eps * std::abs(t)) break;
    }
    return {origin, t};
}

// poles[j] − root i.
double from_root(const ArrayXd& poles, const SecularRoot& root, Index j) {
    return (poles[j] - poles[root.origin]) - root.offset;
}

// |ẑ_j| that makes the roots exact: ẑ_j² = Π_i (s_i − pole_j) / Π_{i≠j} (pole_i − pole_j).
ArrayXd consistent_z(const ArrayXd& poles, const std::vector<SecularRoot>& roots) {
    ArrayXd z(poles.size());
    for (Index j = 0; j < poles.size(); ++j) {
        double product = -from_root(poles, roots[static_cast<std::size_t>(j)], j);
        for (Index i = 0; i < poles.size(); ++i) {
            if (i != j) product *= -from_root(poles, roots[static_cast<std::size_t>(i)], j) / (poles[i] - poles[j]);
        }
        z[j] = std::sqrt(std::abs(product));
    }
    return z;
}

}  // namespace

SymmetricEigen diagonal_plus_rank_one(const ArrayXd& given_poles, const ArrayXd& given_z) {
    const Index n = given_poles.size();
    std::vector<Index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return given_poles[a] < given_poles[b]; });
    ArrayXd poles(n);
    ArrayXd z(n);
    for (Index i = 0; i < n; ++i) {
        poles[i] = given_poles[order[static_cast<std::size_t>(i)]];
        z[i] = given_z[order[static_cast<std::size_t>(i)]];
    }
    const Deflated parts = deflate(poles, z);
    const auto k = static_cast<Index>(parts.active.size());
    ArrayXd active_poles(k);
    ArrayXd active_z(k);
    for (Index i = 0; i < k; ++i) {
        active_poles[i] = poles[parts.active[static_cast<std::size_t>(i)]];
        active_z[i] = z[parts.active[static_cast<std::size_t>(i)]];
    }
    const ArrayXd squares = active_z.square();
    SecularWork work(k);
    std::vector<SecularRoot> roots;
    roots.reserve(static_cast<std::size_t>(k));
    for (Index i = 0; i < k; ++i) roots.push_back(secular_root(active_poles, squares, i, work));
    const ArrayXd consistent = k > 0 ? consistent_z(active_poles, roots) : ArrayXd();

    SymmetricEigen out{ArrayXd(n), Eigen::MatrixXd::Zero(n, n)};
    const auto row = [&](Index sorted) { return order[static_cast<std::size_t>(sorted)]; };
    ArrayXd vector(k);
    for (Index i = 0; i < k; ++i) {
        const SecularRoot& root = roots[static_cast<std::size_t>(i)];
        out.s[i] = active_poles[root.origin] + root.offset;
        for (Index j = 0; j < k; ++j) {
            vector[j] = std::copysign(consistent[j], active_z[j]) / from_root(active_poles, root, j);
        }
        vector /= std::sqrt(vector.square().sum());
        for (Index j = 0; j < k; ++j) out.q(row(parts.active[static_cast<std::size_t>(j)]), i) = vector[j];
    }
    for (std::size_t i = 0; i < parts.settled.size(); ++i) {
        const Index column = k + static_cast<Index>(i);
        out.s[column] = poles[parts.settled[i]];
        out.q(row(parts.settled[i]), column) = 1.0;
    }
    // The rotated vectors' components, back in the frame of the poles given.
    for (auto r = parts.rotations.rbegin(); r != parts.rotations.rend(); ++r) {
        const Eigen::RowVectorXd kept = out.q.row(row(r->kept));
        const Eigen::RowVectorXd zeroed = out.q.row(row(r->zeroed));
        out.q.row(row(r->kept)) = r->cosine * kept - r->sine * zeroed;
        out.q.row(row(r->zeroed)) = r->sine * kept + r->cosine * zeroed;
    }
    return out;
}

}  // namespace eigenflow::dynamics
