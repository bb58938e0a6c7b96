#include <algorithm>
#include <cmath>
#include <utility>

#include "eigenflow/numerics/exponential.hpp"
#include "network/architectures.hpp"

namespace eigenflow::model {
namespace {

/// W itself is trained: g = 1 and  w = w* + (Q − w*) e,  e = exp(−2ηω h τ)   (T-3, arXiv 2503.03206)
/// Accuracy: 4 ulp of max(|w*|, |Q|) plus ε · 2ηωhτ e, which is below ε/2 everywhere.  Cost: one exponential.
class OneLayer final : public Network {
public:
    OneLayer(std::span<const double> lambda, std::vector<double> init) : Network(lambda, std::move(init)) {}

    std::string_view architecture() const override { return "one-layer"; }

    void weights(const NoiseTerms& at, EtaTau eta_tau, ModeRange modes, std::span<double> weight) const override {
        for (std::size_t i = 0; i < modes.count; ++i) {
            const double lambda_k = lambda()[modes.first + i];
            const double h = at.h0 + at.h1 * lambda_k;
            const double exponent = -2.0 * eta_tau.value * at.omega * h;
            const double optimum = (at.m0 + at.m1 * lambda_k) / h;
            const double q = initial_weights()[modes.first + i];
            weight[i] = q * std::exp(exponent) - optimum * std::expm1(exponent);  // not w* + (Q − w*) e: w ≪ w* early
        }
    }

    void deviations(const NoiseTerms& at, EtaTau eta_tau, ModeRange modes, std::span<double> deviation) const override {
        const std::span<const double> lambda_k = lambda().subspan(modes.first, modes.count);
        const std::span<const double> q = initial_weights().subspan(modes.first, modes.count);
        const double rate = 2.0 * eta_tau.value * at.omega;
        for (std::size_t i = 0; i < modes.count; ++i) deviation[i] = -rate * (at.h0 + at.h1 * lambda_k[i]);
        numerics::exponentials(deviation.first(modes.count));
        for (std::size_t i = 0; i < modes.count; ++i) {
            deviation[i] *= q[i] - (at.m0 + at.m1 * lambda_k[i]) / (at.h0 + at.h1 * lambda_k[i]);
        }
    }

    void limit_deviations(const NoiseTerms&, ModeRange, std::span<double> deviation) const override {
        std::fill(deviation.begin(), deviation.end(), 0.0);
    }

    double gain(double) const override { return 1.0; }
};

}  // namespace

MadeNetwork make_one_layer(const NetworkSpec&, const data::Spectrum& spectrum, std::vector<double> init) {
    return std::unique_ptr<const Network>(std::make_unique<OneLayer>(spectrum.variances(), std::move(init)));
}

}  // namespace eigenflow::model
