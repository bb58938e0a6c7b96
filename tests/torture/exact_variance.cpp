#include "exact_variance.hpp"

#include <boost/math/constants/constants.hpp>
#include <map>

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

ExactMode ExactVariance::trained(const Exact& start, double tau) const {
    ExactMode mode;
    mode.architecture = scenario_.network.architecture;
    mode.depth = scenario_.network.depth;
    mode.imbalance = scenario_.network.imbalance;
    mode.start = start;
    const double eta = scenario_.learning_rate;
    const bool descent = scenario_.rule == dynamics::TrainingRule::gradient_descent;
    mode.eta = descent ? eta : 0.0;
    mode.eta_tau = descent ? Exact(std::round(tau / eta)) * eta : Exact(tau * eta);
    const bool convolution = mode.architecture.ends_with("convolution");
    mode.gain = convolution ? static_cast<double>(modes_) : 1.0;
    return mode;
}

ExactVariance::Moments ExactVariance::moments(const ExactLevel& at, const Exact& lambda) const {
    if (average_) return {average_->h0 + average_->h1 * lambda, average_->m0 + average_->m1 * lambda, 1};
    return {at.curvature(lambda), at.cross_moment(lambda), at.omega};
}

Exact ExactVariance::weight(const ExactLevel& at, double tau) const {
    if (!window_.empty()) return patch_weight(at, tau);
    const Moments of = moments(at, lambda_);
    return exact_weight(trained(start_, tau), of.h, of.m, of.omega).value;
}

Exact ExactVariance::patch_weight(const ExactLevel& at, double tau) const {
    ExactMode mode = trained(start_, tau);
    mode.architecture = "one-layer";
    Exact sum = 0;
    for (const Direction& direction : window_) {
        const Moments of = moments(at, direction.variance);
        sum += direction.centre * direction.response * exact_weight(mode, of.h, of.m, of.omega).value;
    }
    return sum;
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

std::optional<Exact> ExactVariance::log_variance(double tau) const {
    const Exact noise = objective_.coordinate(scenario_.noise);
    const Exact data = objective_.coordinate(scenario_.data);
    const std::vector<Exact> turn = turns();
    Exact width = 1;
    if (!turn.empty()) {
        const ExactLevel at = objective_.at(turn.front());
        const Exact rate = 16 * scenario_.network.depth * at.omega * trained(start_, tau).eta_tau;
        const Exact slope = at.curvature(lambda_) + abs(at.c_in * at.s * at.v / at.c_out);
        width = Exact("1e-2") / (1 + rate * slope);
        if (width < Exact("1e-24")) width = Exact("1e-24");
    }
    const auto rate = [&](const Exact& x) {
        const ExactLevel at = objective_.at(x);
        return at.rate(weight(at, tau));
    };
    const bool falls = data < noise;
    const std::optional<Exact> flow = exact_integral(rate, falls ? data : noise, falls ? noise : data, turn, width);
    if (!flow) return {};
    const Exact start = scenario_.objective.path == "ve" ? Exact(2 * log(Exact(scenario_.noise))) : Exact(0);
    return start + 2 * (falls ? -*flow : *flow) - 2 * log(objective_.at(data).a);
}

struct ExactVariance::Step {
    Exact factor;
    Exact size;  // the sum of the sizes of its terms
};

ExactVariance::Step ExactVariance::step(const ExactLevel& from, const ExactLevel& to, const Exact& length,
                                        const Exact& w_from, const Exact& w_to) const {
    const Exact data = from.data(w_from);
    const Exact noise = from.noise(w_from);
    if (scenario_.sampling.solver == "ddim") {
        return {to.a * data + to.s * noise, abs(to.a * data) + abs(to.s * noise)};
    }
    const auto slope = [](const ExactLevel& at, const Exact& w) { return Exact(at.rate(w) / at.t_slope); };
    const Exact first = length * slope(from, w_from);
    if (scenario_.sampling.solver == "euler") return {1 + first, 1 + abs(first)};
    const Exact second = length * slope(to, w_to) * (1 + first);
    const Exact worst = abs(length * slope(to, w_to)) * (1 + abs(first));
    return {1 + (first + second) / 2, 1 + (abs(first) + worst) / 2};
}

ExactVariance::Sampled ExactVariance::sampled(double tau) const {
    const bool ve = scenario_.objective.path == "ve";
    const int last = ve ? scenario_.sampling.steps - 1 : scenario_.sampling.steps;
    const Exact noise = scenario_.noise;
    const Exact data = scenario_.data;
    const Exact rho = scenario_.sampling.rho;
    const auto level = [&](int i) {
        const Exact part = Exact(i) / last;
        if (!ve) return Exact(noise + part * (data - noise));
        return Exact(pow(pow(noise, 1 / rho) + part * (pow(data, 1 / rho) - pow(noise, 1 / rho)), rho));
    };
    Exact product = 1;
    Exact condition = 0;
    ExactLevel from = objective_.at(objective_.coordinate_of(noise));
    for (int i = 0; i < last; ++i) {
        const ExactLevel to = objective_.at(objective_.coordinate_of(i + 1 == last ? data : level(i + 1)));
        const Exact length = (i + 1 == last ? data : level(i + 1)) - (i == 0 ? noise : level(i));
        const Step taken = step(from, to, length, weight(from, tau), weight(to, tau));
        product *= taken.factor;
        condition += taken.size / abs(taken.factor);
        from = to;
    }
    if (scenario_.sampling.to_zero) {
        const Exact w = weight(from, tau);
        product *= from.data(w);
        condition += 1;
    } else {
        product /= from.a;
    }
    return {(ve ? Exact(noise * noise) : Exact(1)) * product * product, condition};
}

}  // namespace eigenflow::torture
