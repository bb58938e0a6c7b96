#include "exact_variance.hpp"

#include <algorithm>
#include <boost/math/constants/constants.hpp>

#include "exact_integral.hpp"

namespace eigenflow::torture {

ExactVariance::ExactVariance(const DrawnScenario& scenario, const model::Network& network, std::size_t mode)
    : scenario_(scenario),
      // The library cuts paths at ±40. With the flow's smooth weights nothing is beyond; but a step of descent that is
      // stable up to the cut is not beyond it where the weighting grows without end.
      objective_(scenario.objective, scenario.rule == dynamics::TrainingRule::gradient_descent ? 40 : 110),
      modes_(network.modes()),
      spectrum_(network.lambda().begin(), network.lambda().end()),
      frequency_(scenario.frequencies),
      given_start_(scenario.network.init.size() == 1 ? scenario.network.init[0] : scenario.network.init[mode]),
      mode_(mode),
      lambda_(network.lambda()[mode]),
      start_(network.initial_weights()[mode]) {
    if (scenario.coupling == dynamics::Coupling::shared) average();
    if (scenario.network.architecture == "patch-convolution") find_window();
}

// ∫ ω_eff h dν and ∫ ω_eff m dν, which are affine in λ.
void ExactVariance::average() {
    const bool ve = scenario_.objective.path == "ve";
    Exact low;
    Exact high;
    if (ve) {  // the density times σ^±2 has 1e-40 of itself outside
        const Exact spread = scenario_.objective.P_std;
        const Exact reach = spread * (14 + 2 * spread);
        low = Exact(scenario_.objective.P_mean) - reach;
        high = Exact(scenario_.objective.P_mean) + reach;
    } else {
        const model::PathDefaults ends = model::path_defaults(scenario_.objective.path);
        low = objective_.coordinate(std::min(ends.noise, ends.data));
        high = objective_.coordinate(std::max(ends.noise, ends.data));
        if (low > high) std::swap(low, high);
    }
    const auto integral = [&](auto&& moment) {
        return exact_integral(
                   [&](const Exact& x) {
                       const ExactLevel at = objective_.at(x);
                       return Exact(at.omega * at.density * moment(at));
                   },
                   low, high)
            .value();
    };
    Average all;
    all.h0 = integral([](const ExactLevel& at) { return at.curvature(0); });
    all.m0 = integral([](const ExactLevel& at) { return at.cross_moment(0); });
    all.h1 = integral([](const ExactLevel& at) { return Exact(at.curvature(1) - at.curvature(0)); });
    all.m1 = integral([](const ExactLevel& at) { return Exact(at.cross_moment(1) - at.cross_moment(0)); });
    average_ = all;
}

// Three taps in one dimension: what starts from the centre tap stays even, w = (w_0, √2 w_1), and sees
// [[r_0, √2 r_1], [√2 r_1, r_0 + r_2]], r_j = (1/N) Σ_k λ_k cos(2π k j/N)   (T-8).
void ExactVariance::find_window() {
    const Exact unit = 2 * boost::math::constants::pi<Exact>() / static_cast<double>(modes_);
    const auto autocovariance = [&](int j) {
        Exact sum = 0;
        for (std::size_t k = 0; k < modes_; ++k) sum += Exact(spectrum_[k]) * cos(unit * frequency_[k] * j);
        return Exact(sum / static_cast<double>(modes_));
    };
    const Exact root = sqrt(Exact(2));
    const Exact first = autocovariance(0);
    const Exact across = root * autocovariance(1);
    const Exact last = first + autocovariance(2);
    const Exact middle = (first + last) / 2;
    const Exact radius = sqrt((first - last) * (first - last) / 4 + across * across);
    const Exact wave = root * cos(unit * frequency_[mode_]);
    if (across == 0) {
        window_ = {{first, 1, 1}};
        return;
    }
    for (const Exact& mu : {Exact(middle - radius), Exact(middle + radius)}) {
        const Exact side = (mu - first) / across;  // eigenvector (1, side)
        const Exact centre = 1 / (1 + side * side);
        window_.push_back({mu, centre, 1 + side * wave});
    }
}

ExactMode ExactVariance::trained(const Exact& start, Time tau) const {
    ExactMode mode;
    mode.architecture = scenario_.network.architecture;
    mode.depth = scenario_.network.depth;
    mode.imbalance = scenario_.network.imbalance;
    if (mode.architecture == "two-layer" && scenario_.network.residual) {
        mode.imbalance = exact_residual_imbalance(given_start_, mode.imbalance);
    }
    mode.start = start;
    const double eta = scenario_.learning_rate;
    const bool descent = scenario_.rule == dynamics::TrainingRule::gradient_descent;
    mode.eta = descent ? eta : 0.0;
    if (tau) mode.eta_tau = descent ? Exact(std::round(*tau / eta)) * eta : Exact(*tau * eta);
    const bool convolution = mode.architecture.ends_with("convolution");
    mode.gain = convolution ? static_cast<double>(modes_) : 1.0;
    return mode;
}

ExactMoments ExactVariance::moments(const ExactLevel& at, const Exact& lambda) const {
    if (average_) {
        const auto& [h0, h1, m0, m1] = *average_;
        return {h0 + h1 * lambda, m0 + m1 * lambda, 1, abs(m0) + abs(m1) * lambda};
    }
    const Exact m0 = at.cross_moment(0);
    const Exact m = at.cross_moment(lambda);
    return {at.curvature(lambda), m, at.omega, abs(m0) + abs(m - m0)};
}

Exact ExactVariance::weight_of(const ExactMode& mode, const ExactMoments& of, Time tau) const {
    return tau ? exact_weight(mode, of).value : exact_limit(mode, of);
}

Exact ExactVariance::size_of(const ExactMode& mode, const ExactMoments& of, Time tau) const {
    const Exact w = weight_of(mode, of, tau);
    return abs(w) + (tau ? exact_slope(mode, of, w) : Exact(of.terms / of.h));
}

ExactVariance::Given ExactVariance::given(const ExactLevel& at) const {
    return [this, at](const Exact& lambda) { return moments(at, lambda); };
}

Exact ExactVariance::weight(const Given& at, Time tau) const {
    ExactMode mode = trained(start_, tau);
    if (window_.empty()) return weight_of(mode, at(lambda_), tau);
    mode.architecture = "one-layer";
    Exact sum = 0;
    for (const Direction& direction : window_) {
        sum += direction.centre * direction.response * weight_of(mode, at(direction.variance), tau);
    }
    return sum;
}

Exact ExactVariance::weight_size(const Given& at, Time tau) const {
    ExactMode mode = trained(start_, tau);
    if (window_.empty()) return size_of(mode, at(lambda_), tau);
    mode.architecture = "one-layer";
    // w = Σ v_i0 f(μ_i) (wave · v_i) is an entry of f of the window's covariance C. Eigenvectors are known to ε: that
    // many times |wave| = √3 of the largest f(μ_i). C itself is known to ε of its largest eigenvalue, and f(C) moves
    // with it by the largest slope of f.
    Exact largest = 0;
    for (const Direction& direction : window_) largest = std::max(largest, direction.variance);
    Exact size = 0;
    Exact by_variance = 0;
    for (const Direction& direction : window_) {
        const ExactMoments of = at(direction.variance);
        const ExactMoments moved = at(direction.variance + largest * Exact("1e-20"));
        const Exact slope = abs(weight_of(mode, moved, tau) - weight_of(mode, of, tau)) * Exact("1e20");
        size = std::max(size, size_of(mode, of, tau));
        by_variance = std::max(by_variance, slope);
    }
    return sqrt(Exact(3)) * (size + by_variance);
}

std::vector<Exact> ExactVariance::turns() const {
    const std::string& architecture = scenario_.network.architecture;
    const bool linear = architecture == "one-layer" || architecture.ends_with("convolution");
    if (linear || average_) return {};
    Exact low = objective_.coordinate(scenario_.noise);
    Exact high = objective_.coordinate(scenario_.data);
    const auto moment = [&](const Exact& x) { return objective_.at(x).cross_moment(lambda_); };
    const bool rises = moment(low) < 0;
    if (rises == (moment(high) < 0)) return {};
    for (int i = 0; i < 150; ++i) {
        const Exact middle = (low + high) / 2;
        ((moment(middle) < 0) == rises ? low : high) = middle;
    }
    return {(low + high) / 2};
}

// ∫ f dx from the noisier to the cleaner end. Trained without end, weights have a bend at a turn and nothing narrow.
std::optional<Exact> ExactVariance::integral(const std::function<Exact(const ExactLevel&)>& f, Time tau) const {
    const Exact noise = objective_.coordinate(scenario_.noise);
    const Exact data = objective_.coordinate(scenario_.data);
    const std::vector<Exact> turn = turns();
    Exact width = 1;
    if (!turn.empty() && tau) {
        const ExactLevel at = objective_.at(turn.front());
        const Exact rate = 16 * scenario_.network.depth * at.omega * trained(start_, tau).eta_tau;
        const Exact slope = at.curvature(lambda_) + abs(at.c_in * at.s * at.v / at.c_out);
        width = Exact("1e-2") / (1 + rate * slope);
        if (width < Exact("1e-24")) width = Exact("1e-24");
    }
    const auto at_coordinate = [&](const Exact& x) { return f(objective_.at(x)); };
    const bool falls = data < noise;
    const auto sum = exact_integral(at_coordinate, falls ? data : noise, falls ? noise : data, turn, width);
    if (!sum) return {};
    return falls ? Exact(-*sum) : *sum;
}

std::optional<Exact> ExactVariance::log_variance(Time tau) const {
    const auto flow = integral([&](const ExactLevel& at) { return at.rate(weight(given(at), tau)); }, tau);
    if (!flow) return {};
    const Exact start = scenario_.objective.path == "ve" ? Exact(2 * log(Exact(scenario_.noise))) : Exact(0);
    return start + 2 * *flow - 2 * log(objective_.at(objective_.coordinate(scenario_.data)).a);
}

std::optional<Exact> ExactVariance::loss(Time tau) const {
    const auto sum = integral([&](const ExactLevel& at) { return at.loss(lambda_, weight(given(at), tau)); }, tau);
    if (!sum) return {};
    return Exact(abs(*sum));
}

}  // namespace eigenflow::torture
