#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "eigenflow/numerics/exponential.hpp"
#include "network/architectures.hpp"

namespace eigenflow::model {
namespace {

/// W itself is trained: g = 1 and  w = w* + (Q − w*) e,  e = exp(−2ηω h τ)   (T-3, arXiv 2503.03206)
/// With another constant g, of parameters θ = w/√g, the exponent is −2gηω h τ   (T-7).
/// Accuracy: 4 ulp of max(|w*|, |Q|) plus ε · 2ηωhτ e, which is below ε/2 everywhere.  Cost: one exponential.
class OneLayer final : public Network {
public:
    OneLayer(std::string_view architecture, double gain, std::span<const double> lambda, std::vector<double> init)
        : Network(lambda, std::move(init)), architecture_(architecture), gain_(gain) {}

    std::string_view architecture() const override { return architecture_; }

    void weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                 std::span<double> weight) const override {
        for (std::size_t i = 0; i < modes.count; ++i) {
            const double lambda_k = lambda()[modes.first + i];
            const double kappa = rate(at) * at.curvature(lambda_k);
            const double optimum = at.optimum(lambda_k);
            const double q = initial_weights()[modes.first + i];
            const double exponent = clock.log_relaxation(kappa);
            if (clock.unstable(kappa)) {
                weight[i] = std::numeric_limits<double>::quiet_NaN();
            } else if (clock.relaxation_sign(kappa) < 0.0) {
                weight[i] = optimum - (q - optimum) * std::exp(exponent);
            } else {  // not w* + (Q − w*) e: w ≪ w* early
                weight[i] = q * std::exp(exponent) - optimum * std::expm1(exponent);
            }
        }
    }

    void deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                    std::span<double> deviation) const override {
        const std::span<const double> lambda_k = lambda().subspan(modes.first, modes.count);
        const std::span<const double> q = initial_weights().subspan(modes.first, modes.count);
        const auto kappa = [&](std::size_t i) { return rate(at) * at.curvature(lambda_k[i]); };
        if (clock.eta() == 0.0) {
            const double progress = 2.0 * gain_ * clock.eta_tau() * at.omega;
            for (std::size_t i = 0; i < modes.count; ++i) deviation[i] = -progress * at.curvature(lambda_k[i]);
        } else {
            for (std::size_t i = 0; i < modes.count; ++i) deviation[i] = clock.log_relaxation(kappa(i));
        }
        numerics::exponentials(deviation.first(modes.count));
        for (std::size_t i = 0; i < modes.count; ++i) deviation[i] *= q[i] - at.optimum(lambda_k[i]);
        if (clock.eta() == 0.0) return;
        for (std::size_t i = 0; i < modes.count; ++i) {
            deviation[i] *= clock.relaxation_sign(kappa(i));
            if (clock.unstable(kappa(i))) deviation[i] = std::numeric_limits<double>::quiet_NaN();
        }
    }

    /// Cost: one exponential a number, and for gradient flow nothing else but a product.
    void deviation_curves(const NoiseTerms& at, std::span<const TrainingClock> clocks, ModeRange modes,
                          std::span<double> deviation) const override {
        if (clocks.empty() || clocks.front().eta() != 0.0) {
            return Network::deviation_curves(at, clocks, modes, deviation);
        }
        constexpr std::size_t lanes = 128;
        constexpr double all_learned = 709.0;  // e^−709 is 0 to numerics::exponentials
        std::array<double, lanes> curvature;
        std::array<double, lanes> gap;
        for (std::size_t first = 0; first < modes.count; first += lanes) {
            const std::size_t count = std::min(lanes, modes.count - first);
            const double* lambda_k = lambda().data() + modes.first + first;
            const double* q = initial_weights().data() + modes.first + first;
            for (std::size_t k = 0; k < count; ++k) curvature[k] = at.curvature(lambda_k[k]);
            for (std::size_t k = 0; k < count; ++k) gap[k] = q[k] - at.optimum(lambda_k[k]);
            const double slowest =
                *std::min_element(curvature.begin(), curvature.begin() + static_cast<std::ptrdiff_t>(count));
            for (std::size_t i = 0; i < clocks.size(); ++i) {
                const double progress = 2.0 * gain_ * clocks[i].eta_tau() * at.omega;
                double* out = deviation.data() + i * modes.count + first;
                if (modes.count > 1 && progress * slowest > all_learned) {
                    for (std::size_t k = 0; k < count; ++k) out[k] = 0.0 * gap[k];
                    continue;
                }
                for (std::size_t k = 0; k < count; ++k) out[k] = -progress * curvature[k];
                if (modes.count > 1) {
                    numerics::exponentials({out, count});
                    for (std::size_t k = 0; k < count; ++k) out[k] *= gap[k];
                }
            }
        }
        if (modes.count != 1) return;
        numerics::exponentials(deviation.first(clocks.size()));  // one mode: its times are the vector
        for (std::size_t i = 0; i < clocks.size(); ++i) deviation[i] *= gap[0];
    }

    bool is_linear() const override { return true; }

    std::unique_ptr<const Network> at_variances(std::span<const double> variances, std::size_t like) const override {
        return linear_modes(architecture_, gain_, variances,
                            std::vector<double>(variances.size(), initial_weights()[like]));
    }

    void limit_deviations(const NoiseTerms&, ModeRange, std::span<double> deviation) const override {
        std::fill(deviation.begin(), deviation.end(), 0.0);
    }

    double gain(std::size_t, double) const override { return gain_; }
    double sharpness(const NoiseTerms& at, std::size_t mode, double) const override {
        return rate(at) * at.curvature(lambda()[mode]);
    }

    std::size_t parameters() const override { return 1; }
    void initial_parameters(std::size_t mode, std::span<double> theta) const override {
        theta[0] = initial_weights()[mode] / std::sqrt(gain_);
    }
    void descent(const NoiseTerms& at, std::size_t mode, std::span<const double> theta,
                 std::span<double> slope) const override {
        const double lambda_k = lambda()[mode];
        const double error = at.curvature(lambda_k) * weight_of(mode, theta) - at.cross_moment(lambda_k);
        slope[0] = -2.0 * at.omega * error * std::sqrt(gain_);
    }
    double weight_of(std::size_t, std::span<const double> theta) const override { return theta[0] * std::sqrt(gain_); }

private:
    double rate(const NoiseTerms& at) const { return 2.0 * gain_ * at.omega; }

    std::string_view architecture_;
    double gain_;
};

}  // namespace

std::unique_ptr<const Network> linear_modes(std::string_view architecture, double gain, std::span<const double> lambda,
                                            std::vector<double> init) {
    return std::make_unique<OneLayer>(architecture, gain, lambda, std::move(init));
}

MadeNetwork make_one_layer(const NetworkSpec& spec, const data::Spectrum& spectrum, std::vector<double> init) {
    if (spec.residual) {
        for (double& q : init) q += 1.0;
    }
    return linear_modes("one-layer", 1.0, spectrum.variances(), std::move(init));
}

}  // namespace eigenflow::model
