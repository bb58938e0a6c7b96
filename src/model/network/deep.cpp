#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "network/architectures.hpp"
#include "network/universal_curve.hpp"

namespace eigenflow::model {
namespace {

/// W = W_L … W_1 with equal layers, w = q^L: g = L |w|^(2−2/L)   (T-6, arXiv 1312.6120), depth L ≥ 3. For odd L weights
/// may be negative; a weight whose optimum lies on the other side of 0 decays to 0 and stays, and w = 0 is a fixed
/// point: w and m are mirrored so that w ≥ 0.  m = 0: w = Q (1 + (1+α) 2ωLh Q^(1+α) ητ)^(−1/(1+α)), α = 1 − 2/L.
/// Accuracy: UniversalCurve's (test "T-6 the universal curve").  Cost: a logarithm, an exponential and a table
/// a number, and twice that once a mode for all times of one call; the tables are made once per network, in a few ms.
class Deep final : public Network {
public:
    Deep(std::span<const double> lambda, std::vector<double> init, int depth,
         std::shared_ptr<const UniversalCurve> curve)
        : Network(lambda, std::move(init)), depth_(depth), alpha_(1.0 - 2.0 / depth), curve_(std::move(curve)) {}

    std::string_view architecture() const override { return "deep"; }

    void weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                 std::span<double> weight) const override {
        train(at, {&clock, 1}, modes, [&](std::size_t i, double w, double) { weight[i] = w; });
    }

    void deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                    std::span<double> deviation) const override {
        deviation_curves(at, {&clock, 1}, modes, deviation);
    }

    void deviation_curves(const NoiseTerms& at, std::span<const TrainingClock> clocks, ModeRange modes,
                          std::span<double> deviation) const override {
        train(at, clocks, modes, [&](std::size_t i, double, double d) { deviation[i] = d; });
    }

    void limit_deviations(const NoiseTerms& at, ModeRange modes, std::span<double> deviation) const override {
        for (std::size_t i = 0; i < modes.count; ++i) {
            const double lambda_k = lambda()[modes.first + i];
            const bool learns = initial_weights()[modes.first + i] * at.cross_moment(lambda_k) > 0.0;
            deviation[i] = learns ? 0.0 : -at.optimum(lambda_k);  // w(∞) = 0
        }
    }

    std::unique_ptr<const Network> at_variances(std::span<const double> variances, std::size_t like) const override {
        return std::make_unique<Deep>(variances, std::vector<double>(variances.size(), initial_weights()[like]), depth_,
                                      curve_);
    }

    double gain(std::size_t, double weight) const override { return depth_ * std::pow(std::abs(weight), 1.0 + alpha_); }
    /// Along q, the equal layers' direction (1, …, 1)/√L: 2ω q^(L−2) [(2L−1) h w − (L−1) m]; 0 at w = 0.
    double sharpness(const NoiseTerms& at, std::size_t mode, double weight) const override {
        const double lambda_k = lambda()[mode];
        const double size = std::abs(weight);
        const double pull = std::copysign(1.0, initial_weights()[mode]) * at.cross_moment(lambda_k);
        const double bend = (2.0 * depth_ - 1.0) * at.curvature(lambda_k) * size - (depth_ - 1.0) * pull;
        return std::max(2.0 * at.omega * std::pow(size, alpha_) * bend, 0.0);
    }

    std::size_t parameters() const override { return static_cast<std::size_t>(depth_); }
    void initial_parameters(std::size_t mode, std::span<double> theta) const override {
        const double q = initial_weights()[mode];
        std::fill(theta.begin(), theta.end(), std::copysign(std::pow(std::abs(q), 1.0 / depth_), q));
    }
    void descent(const NoiseTerms& at, std::size_t index, std::span<const double> theta,
                 std::span<double> slope) const override {
        const double lambda_k = lambda()[index];
        const double w = weight_of(index, theta);
        const double gradient = 2.0 * at.omega * (at.curvature(lambda_k) * w - at.cross_moment(lambda_k));
        // Equal layers stay equal to the last bit: products in another order would drift off the saddle at 0.
        if (std::all_of(theta.begin(), theta.end(), [&](double layer) { return layer == theta.front(); })) {
            double others = 1.0;
            for (std::size_t layer = 1; layer < theta.size(); ++layer) others *= theta.front();
            std::fill(slope.begin(), slope.end(), -gradient * others);
            return;
        }
        // The product of all layers but one: those before times those after, since a layer may be 0.
        double before = 1.0;
        for (std::size_t layer = 0; layer < theta.size(); ++layer) {
            slope[layer] = -gradient * before;
            before *= theta[layer];
        }
        double after = 1.0;
        for (std::size_t layer = theta.size(); layer-- > 0;) {
            slope[layer] *= after;
            after *= theta[layer];
        }
    }
    double weight_of(std::size_t, std::span<const double> theta) const override {
        double product = 1.0;
        for (const double layer : theta) product *= layer;
        return product;
    }

private:
    /// record(i, w, w − w*) for every time and mode of the range, i = time * modes.count + mode.
    template <class Record>
    void train(const NoiseTerms& at, std::span<const TrainingClock> clocks, ModeRange modes,
               const Record& record) const {
        constexpr std::size_t lanes = UniversalCurve::lanes;
        for (std::size_t first = 0; first < modes.count; first += lanes) {
            const std::size_t count = std::min(lanes, modes.count - first);
            const double* init = initial_weights().data() + modes.first + first;
            UniversalCurve::Lane q;
            UniversalCurve::Lane optimum;
            UniversalCurve::Lane target{};
            UniversalCurve::Lane curvature{};
            q.fill(1.0);
            optimum.fill(1.0);
            for (std::size_t i = 0; i < count; ++i) {
                const double lambda_k = lambda()[modes.first + first + i];
                target[i] = at.optimum(lambda_k);
                curvature[i] = at.curvature(lambda_k);
                if (!follows_curve(std::abs(init[i]), target[i])) continue;
                q[i] = std::abs(init[i]);
                optimum[i] = std::copysign(1.0, init[i]) * target[i];
            }
            const UniversalCurve::Start start = curve_->start(q, optimum);
            for (std::size_t t = 0; t < clocks.size(); ++t) {
                const double rate = 2.0 * at.omega * depth_ * clocks[t].eta_tau();
                UniversalCurve::Lane progress;
                for (std::size_t i = 0; i < lanes; ++i) progress[i] = rate * curvature[i];
                const UniversalCurve::Weights curve = curve_->weights(start, progress);
                for (std::size_t i = 0; i < count; ++i) {
                    const std::size_t out = t * modes.count + first + i;
                    if (follows_curve(std::abs(init[i]), target[i])) {
                        const double sign = std::copysign(1.0, init[i]);
                        record(out, std::copysign(curve.value[i], init[i]), sign * curve.deviation[i]);
                    } else {
                        const double w = decayed(init[i], progress[i]);
                        record(out, w, w - target[i]);
                    }
                }
            }
        }
    }

    /// Else Q = 0, or m = 0 up to what it adds to w, below 1e-140 Q.
    static bool follows_curve(double q, double optimum) { return q != 0.0 && std::abs(optimum) > 1e-140 * q; }
    /// The flow for m = 0.
    double decayed(double q, double rate) const {
        const double power = 1.0 + alpha_;
        return q * std::exp(-std::log1p(power * rate * std::pow(std::abs(q), power)) / power);
    }

    int depth_;
    double alpha_;
    std::shared_ptr<const UniversalCurve> curve_;
};

}  // namespace

MadeNetwork make_deep(const NetworkSpec& spec, const data::Spectrum& spectrum, std::vector<double> init) {
    if (spec.depth < 1) {
        return Error{ErrorKind::usage, "network.depth = " + std::to_string(spec.depth) +
                                           " is not a number of layers: it must be 1 or more"};
    }
    const auto negative = std::find_if(init.begin(), init.end(), [](double q) { return q < 0.0; });
    if (spec.depth % 2 == 0 && negative != init.end()) {
        return Error{ErrorKind::usage,
                     "network.init: mode " + std::to_string(negative - init.begin() + 1) +
                         " starts at a negative weight, which an even number of equal layers (network.depth = " +
                         std::to_string(spec.depth) + ") can't have: use init ≥ 0 or an odd depth"};
    }
    // One and two layers are other architectures' closed forms, by their names too.
    if (spec.depth == 1) return make_one_layer(spec, spectrum, std::move(init));
    if (spec.depth == 2) {
        NetworkSpec balanced = spec;
        balanced.imbalance = 0.0;
        return make_two_layer(balanced, spectrum, std::move(init));
    }
    if (spec.residual) {
        for (double& q : init) {
            const double layer = std::copysign(std::pow(std::abs(q), 1.0 / spec.depth), q) + 1.0;
            q = std::pow(layer, spec.depth);
        }
    }
    return std::unique_ptr<const Network>(
        std::make_unique<Deep>(spectrum.variances(), std::move(init), spec.depth, universal_curve(spec.depth)));
}

}  // namespace eigenflow::model
