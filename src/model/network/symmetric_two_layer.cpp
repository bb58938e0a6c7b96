#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "network/architectures.hpp"
#include "network/logistic.hpp"

namespace eigenflow::model {
namespace {

/// W = P Pᵀ: g = 4w, logistic growth with rate 8ηω m   (T-4, arXiv 2503.03206). Q ≥ 0, since P Pᵀ is; Q = 0 is a fixed
/// point and stays one. m of either sign; for m = 0, w = Q/(1 + 8ηω h Q τ).
/// Accuracy: 8 ulp, and as much times d ln w/d ln τ, which is ln(w*/Q) where tiny weights grow.  Cost: one exp and one
/// expm1.
class SymmetricTwoLayer final : public Network {
public:
    SymmetricTwoLayer(std::span<const double> lambda, std::vector<double> init) : Network(lambda, std::move(init)) {}

    std::string_view architecture() const override { return "symmetric-two-layer"; }

    void weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                 std::span<double> weight) const override {
        train(at, clock, modes,
              [&](std::size_t i, const Mode& k, const Logistic& flow) { weight[i] = flow.weight(k.q, k.h); });
    }

    void deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                    std::span<double> deviation) const override {
        train(at, clock, modes, [&](std::size_t i, const Mode& k, const Logistic& flow) {
            deviation[i] = flow.deviation(k.q, k.h, k.m / k.h);
        });
    }

    void limit_deviations(const NoiseTerms& at, ModeRange modes, std::span<double> deviation) const override {
        for (std::size_t i = 0; i < modes.count; ++i) {
            const Mode k = mode(at, modes.first + i);
            const bool learns = k.q > 0.0 && k.m > 0.0;
            deviation[i] = learns ? 0.0 : -k.m / k.h;  // w(∞) = 0
        }
    }

    std::unique_ptr<const Network> at_variances(std::span<const double> variances, std::size_t like) const override {
        return std::make_unique<SymmetricTwoLayer>(variances,
                                                   std::vector<double>(variances.size(), initial_weights()[like]));
    }

    double gain(std::size_t, double weight) const override { return 4.0 * weight; }
    /// ∂²/∂P² of ω (h P⁴ − 2 m P²): 8ωm at w*, 4ω|m| at 0 where m < 0.
    double sharpness(const NoiseTerms& at, std::size_t index, double weight) const override {
        const Mode k = mode(at, index);
        return std::max(4.0 * at.omega * (3.0 * k.h * weight - k.m), 0.0);
    }

    std::size_t parameters() const override { return 1; }
    void initial_parameters(std::size_t mode, std::span<double> theta) const override {
        theta[0] = std::sqrt(initial_weights()[mode]);
    }
    void descent(const NoiseTerms& at, std::size_t index, std::span<const double> theta,
                 std::span<double> slope) const override {
        const Mode k = mode(at, index);
        const double p = theta[0];
        slope[0] = -4.0 * at.omega * (k.h * p * p - k.m) * p;
    }
    double weight_of(std::size_t, std::span<const double> theta) const override { return theta[0] * theta[0]; }

private:
    struct Mode {
        double q, h, m;
    };
    /// record(i, mode, its flow) for every mode of the range.
    template <class Record>
    void train(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes, const Record& record) const {
        const double rate = 8.0 * clock.eta_tau() * at.omega;
        std::array<double, Logistics::lanes> m;
        for (std::size_t first = 0; first < modes.count; first += m.size()) {
            const std::size_t count = std::min(m.size(), modes.count - first);
            for (std::size_t i = 0; i < count; ++i) m[i] = at.cross_moment(lambda()[modes.first + first + i]);
            const Logistics flows{std::span(m).first(count), rate};
            for (std::size_t i = 0; i < count; ++i) record(first + i, mode(at, modes.first + first + i), flows[i]);
        }
    }
    Mode mode(const NoiseTerms& at, std::size_t index) const {
        const double lambda_k = lambda()[index];
        return {initial_weights()[index], at.curvature(lambda_k), at.cross_moment(lambda_k)};
    }
};

}  // namespace

MadeNetwork make_symmetric_two_layer(const NetworkSpec& spec, const data::Spectrum& spectrum,
                                     std::vector<double> init) {
    const auto negative = std::find_if(init.begin(), init.end(), [](double q) { return q < 0.0; });
    if (negative != init.end()) {
        return Error{ErrorKind::usage, "network.init: mode " + std::to_string(negative - init.begin() + 1) +
                                           " starts at a negative weight, which P Pᵀ can't have: use init ≥ 0 with "
                                           "architecture \"symmetric-two-layer\""};
    }
    if (spec.residual) {  // P = √Q + 1
        for (double& q : init) q = (std::sqrt(q) + 1.0) * (std::sqrt(q) + 1.0);
    }
    return std::unique_ptr<const Network>(std::make_unique<SymmetricTwoLayer>(spectrum.variances(), std::move(init)));
}

}  // namespace eigenflow::model
