#include "exact_integral.hpp"

#include <algorithm>
#include <array>
#include <boost/math/constants/constants.hpp>

namespace eigenflow::torture {
namespace {

constexpr int order = 20;
struct Rule {
    std::array<Exact, order> nodes;
    std::array<Exact, order> weights;
};

// Newton on the Legendre polynomial, from cos(π (i + 3/4)/(n + 1/2)).
Rule legendre() {
    Rule rule;
    const Exact pi = boost::math::constants::pi<Exact>();
    for (int i = 0; i < order; ++i) {
        Exact x = cos(pi * (i + Exact(3) / 4) / (order + Exact(1) / 2));
        Exact slope = 0;
        for (int pass = 0; pass < 8; ++pass) {
            Exact before = 1;
            Exact now = x;
            for (int n = 2; n <= order; ++n) {
                const Exact next = ((2 * n - 1) * x * now - (n - 1) * before) / n;
                before = now;
                now = next;
            }
            slope = order * (x * now - before) / (x * x - 1);
            x -= now / slope;
        }
        rule.nodes[static_cast<std::size_t>(i)] = x;
        rule.weights[static_cast<std::size_t>(i)] = 2 / ((1 - x * x) * slope * slope);
    }
    return rule;
}

using Function = std::function<Exact(const Exact&)>;

class Halving {
public:
    explicit Halving(const Function& f) : f_(f) {}

    Exact panel(const Exact& low, const Exact& high) {
        static const Rule rule = legendre();
        values_ += order;
        Exact sum = 0;
        for (std::size_t i = 0; i < order; ++i) {
            sum += rule.weights[i] * f_((low + high) / 2 + (high - low) / 2 * rule.nodes[i]);
        }
        return sum * (high - low) / 2;
    }

    Exact refined(const Exact& low, const Exact& high, const Exact& whole) {
        static const Exact allowed("1e-15");
        const Exact middle = (low + high) / 2;
        const Exact left = panel(low, middle);
        const Exact right = panel(middle, high);
        // 20 points are exact to degree 39: halving takes the error down by up to 2^40, so that the halves' own is far
        // below their difference from the whole.
        if (exhausted() || abs(left + right - whole) <= allowed * (1 + abs(whole))) return left + right;
        return refined(low, middle, left) + refined(middle, high, right);
    }

    bool exhausted() const { return values_ > 100'000; }

private:
    const Function& f_;
    int values_ = 0;
};

}  // namespace

std::optional<Exact> exact_integral(const Function& f, const Exact& low, const Exact& high,
                                    const std::vector<Exact>& turns, const Exact& turn_width) {
    const int count = std::max(1, static_cast<int>(ceil((high - low) / 2)));
    std::vector<Exact> edges;
    for (int i = 0; i <= count; ++i) edges.push_back(i == count ? high : Exact(low + (high - low) * i / count));
    for (const Exact& turn : turns) {
        if (turn <= low || turn >= high) continue;
        edges.push_back(turn);
        for (Exact distance = 1; distance > turn_width; distance /= 4) {
            for (const Exact& edge : {Exact(turn - distance), Exact(turn + distance)}) {
                if (edge > low && edge < high) edges.push_back(edge);
            }
        }
    }
    std::sort(edges.begin(), edges.end());
    Halving halving(f);
    Exact sum = 0;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        if (edges[i] == edges[i + 1]) continue;
        sum += halving.refined(edges[i], edges[i + 1], halving.panel(edges[i], edges[i + 1]));
        if (halving.exhausted()) return {};
    }
    return sum;
}

}  // namespace eigenflow::torture
