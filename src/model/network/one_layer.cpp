#include <Eigen/Core>
#include <utility>

#include "network/architectures.hpp"

namespace eigenflow::model {
namespace {

using Block = Eigen::Map<const Eigen::ArrayXd>;
using BlockOut = Eigen::Map<Eigen::ArrayXd>;

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
        const auto n = static_cast<Eigen::Index>(modes.count);
        const Block lambda_k(lambda().data() + modes.first, n);
        const Block q(initial_weights().data() + modes.first, n);
        BlockOut out(deviation.data(), n);
        const double rate = 2.0 * eta_tau.value * at.omega;
        out = (q - (at.m0 + at.m1 * lambda_k) / (at.h0 + at.h1 * lambda_k)) *
              (-rate * at.h0 - rate * at.h1 * lambda_k).exp();
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
