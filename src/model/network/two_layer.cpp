#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "network/architectures.hpp"
#include "network/logistic.hpp"

namespace eigenflow::model {
namespace {

/// Factors of one mode's weight, w = p q, p² − q² = c. The sign of w is that of the factor with the smaller modulus.
struct Factors {
    double p, q;
};
Factors factors(double w, double c) {
    // Balanced to the last bit: where m and w differ in sign p = q = 0 is a saddle, and layers of unequal rounding
    // leave it for the w* that balanced ones never reach (after some 60 steps of ηκ = 1).
    if (c == 0.0) return {std::sqrt(std::abs(w)), std::copysign(std::sqrt(std::abs(w)), w)};
    const double larger = std::sqrt(0.5 * (std::hypot(2.0 * w, c) + std::abs(c)));
    const double smaller = larger > 0.0 ? w / larger : 0.0;
    return c >= 0.0 ? Factors{larger, smaller} : Factors{smaller, larger};
}

/// e^u for sinh u = r, the scale |c| e^u = 2w + √(4w² + c²) on which the unbalanced flow is rational.
double exp_asinh(double r) {
    const double root = std::hypot(r, 1.0);
    return r >= 0.0 ? root + r : 1.0 / (root - r);  // not root + r, which cancels for r < 0
}

/// The flow of an unbalanced mode, c ≠ 0. y = 2w + √(4w²+c²) obeys the Riccati equation dy/d(ητ) = −ωh (y−y₊)(y−y₋),
/// y± = 2w* ± √(4w*²+c²), so that (y−y₊)/(y−y₋) falls like E = exp(−k ητ), k = 2ω√(4m²+c²h²). With a = y(0)/|c|,
/// b = y₊/|c|, β = 1/b = −y₋/|c| and
///     N = y-numerator = a (1 + Eβ²) + (1−E) β,   D = y-denominator = a (1−E) + E b + β,   y = |c| N/(βD)
/// every difference can be taken by hand, and what is left are sums of positive numbers:
///     w − w* = (Q − w*) E a (1+β²)² b / (N D)
///     w      = Q (1+β²) a/(a+1) E (1/N + b/D) + w* (1−E) (a+β)/(1+β) (β/N + 1/D)
/// (the second sum has one negative term where w passes through 0). Written for w* ≥ 0, so that β ≤ 1; else w → −w.
struct Riccati {
    double a, b, beta, remaining, done;  // done = 1 − E
    double n, d;

    /// rate = ω h |c| ητ
    Riccati(double a0, double b0, double rate) : a(a0), b(b0), beta(1.0 / b0) {
        const double exponent = -rate * (b + beta);
        remaining = std::exp(exponent);
        done = -std::expm1(exponent);
        n = a * (1.0 + remaining * beta * beta) + done * beta;
        d = a * done + remaining * b + beta;
    }
    double deviation(double q, double optimum) const {
        const double span = 1.0 + beta * beta;
        return (q - optimum) * (a * span / n) * (remaining * b * span / d);
    }
    double weight(double q, double optimum) const {
        return q * (a / (a + 1.0)) * (1.0 + beta * beta) * remaining * (1.0 / n + b / d) +
               optimum * done * ((a + beta) / (1.0 + beta)) * (beta / n + 1.0 / d);
    }
};

/// W = P Q, untied: g = √(4w² + c²), c = p² − q² conserved   (T-5, arXiv 1312.6120). Balanced (c = 0): the logistic of
/// T-4 with rate 4ηω m, for |w| and sign(w) m, and w = 0 is a fixed point. c ≠ 0: a Riccati equation, closed too; w
/// passes through 0 if it must and always reaches w*.
/// Accuracy of w and of w − w*: (16 + 4 k ητ) ε, with |w| + |w − w*| for |w| where w passes through 0; k as in Riccati,
/// 4ω|m| for c = 0.  Cost: one exp, one expm1, one hypot.
class TwoLayer final : public Network {
public:
    /// imbalance: c of every mode
    TwoLayer(std::span<const double> lambda, std::vector<double> init, std::vector<double> imbalance)
        : Network(lambda, std::move(init)), imbalance_(std::move(imbalance)) {
        for (std::size_t k = 0; k < modes(); ++k) {
            const double r = 2.0 * initial_weights()[k] / std::abs(imbalance_[k]);
            start_.push_back({exp_asinh(r), exp_asinh(-r)});
        }
    }

    std::string_view architecture() const override { return "two-layer"; }

    void weights(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                 std::span<double> weight) const override {
        train(at, clock, modes, [&](std::size_t i, const Mode& k, const Logistic& flow) {
            weight[i] =
                k.c == 0.0 ? k.sign * flow.weight(k.q, k.h) : k.sign * unbalanced(k, at, clock).weight(k.q, k.optimum);
        });
    }

    void deviations(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes,
                    std::span<double> deviation) const override {
        train(at, clock, modes, [&](std::size_t i, const Mode& k, const Logistic& flow) {
            deviation[i] = k.c == 0.0 ? k.sign * flow.deviation(k.q, k.h, k.optimum)
                                      : k.sign * unbalanced(k, at, clock).deviation(k.q, k.optimum);
        });
    }

    void limit_deviations(const NoiseTerms& at, ModeRange modes, std::span<double> deviation) const override {
        for (std::size_t i = 0; i < modes.count; ++i) {
            const Mode k = mode(at, modes.first + i);
            const bool learns = k.c != 0.0 || (k.q > 0.0 && k.m > 0.0);
            deviation[i] = learns ? 0.0 : -k.sign * k.optimum;  // w(∞) = 0
        }
    }

    bool starts_alike(std::size_t a, std::size_t b) const override {
        return initial_weights()[a] == initial_weights()[b] && imbalance_[a] == imbalance_[b];
    }
    std::unique_ptr<const Network> at_variances(std::span<const double> variances, std::size_t like) const override {
        return std::make_unique<TwoLayer>(variances, std::vector<double>(variances.size(), initial_weights()[like]),
                                          std::vector<double>(variances.size(), imbalance_[like]));
    }

    double gain(std::size_t mode, double weight) const override { return std::hypot(2.0 * weight, imbalance_[mode]); }
    /// Of ω (h p²q² − 2 m p q), Hessian ω [[2hq², 4hw − 2m], [4hw − 2m, 2hp²]]. Balanced layers move along p = ±q only:
    /// 4ω|m| at w*, 2ω|m| at 0 where m and Q differ in sign.
    double sharpness(const NoiseTerms& at, std::size_t index, double weight) const override {
        const Mode k = mode(at, index);
        if (k.c == 0.0) return std::max(2.0 * at.omega * (3.0 * k.h * std::abs(weight) - k.m), 0.0);
        const double off_diagonal = 4.0 * k.h * k.sign * weight - 2.0 * k.m;
        return at.omega * (k.h * gain(index, weight) + std::hypot(k.h * k.c, off_diagonal));
    }

    std::size_t parameters() const override { return 2; }
    void initial_parameters(std::size_t mode, std::span<double> theta) const override {
        const Factors f = factors(initial_weights()[mode], imbalance_[mode]);
        theta[0] = f.p;
        theta[1] = f.q;
    }
    void descent(const NoiseTerms& at, std::size_t index, std::span<const double> theta,
                 std::span<double> slope) const override {
        const double lambda_k = lambda()[index];
        const double gradient =
            2.0 * at.omega * (at.curvature(lambda_k) * theta[0] * theta[1] - at.cross_moment(lambda_k));
        slope[0] = -gradient * theta[1];
        slope[1] = -gradient * theta[0];
    }
    double weight_of(std::size_t, std::span<const double> theta) const override { return theta[0] * theta[1]; }

private:
    /// One mode, mirrored (w → −w, m → −m) so that the closed form's sign convention holds: Q ≥ 0 where c = 0, w* ≥ 0
    /// elsewhere.
    struct Mode {
        double sign, c, q, h, m, optimum, a;
    };
    Mode mode(const NoiseTerms& at, std::size_t index) const {
        const double lambda_k = lambda()[index];
        const double q = initial_weights()[index];
        const double m = at.cross_moment(lambda_k);
        const double c = std::abs(imbalance_[index]);
        const bool mirrored = c == 0.0 ? q < 0.0 : m < 0.0;
        const double sign = mirrored ? -1.0 : 1.0;
        return {sign,
                c,
                sign * q,
                at.curvature(lambda_k),
                sign * m,
                sign * at.optimum(lambda_k),
                mirrored ? start_[index].mirrored : start_[index].as_given};
    }
    /// record(i, mode, its flow if it is balanced) for every mode of the range.
    template <class Record>
    void train(const NoiseTerms& at, const TrainingClock& clock, ModeRange modes, const Record& record) const {
        const double rate = 4.0 * clock.eta_tau() * at.omega;
        std::array<double, Logistics::lanes> m;
        for (std::size_t first = 0; first < modes.count; first += m.size()) {
            const std::size_t count = std::min(m.size(), modes.count - first);
            for (std::size_t i = 0; i < count; ++i) m[i] = mode(at, modes.first + first + i).m;
            const Logistics flows{std::span(m).first(count), rate};
            for (std::size_t i = 0; i < count; ++i) record(first + i, mode(at, modes.first + first + i), flows[i]);
        }
    }
    static Riccati unbalanced(const Mode& k, const NoiseTerms& at, const TrainingClock& clock) {
        return {k.a, exp_asinh(2.0 * k.optimum / k.c), clock.eta_tau() * at.omega * k.h * k.c};
    }

    struct Start {
        double as_given, mirrored;  // a of Riccati
    };
    std::vector<double> imbalance_;
    std::vector<Start> start_;
};

/// Below this an imbalance can't be told from none, but w²/c² overflows.
constexpr double smallest_imbalance = 1e-100;

}  // namespace

MadeNetwork make_two_layer(const NetworkSpec& spec, const data::Spectrum& spectrum, std::vector<double> init) {
    const double size = std::abs(spec.imbalance);
    if (!std::isfinite(spec.imbalance) || (size > 0.0 && size < smallest_imbalance)) {
        return Error{
            ErrorKind::usage,
            "network.imbalance: p² − q² must be a finite number, 0 or of size 1e-100 or more: use 0 for balanced "
            "layers"};
    }
    std::vector<double> imbalance(init.size(), spec.imbalance);
    if (spec.residual) {
        for (std::size_t k = 0; k < init.size(); ++k) {
            const Factors f = factors(init[k], spec.imbalance);
            // (p+1)² − (q+1)² = c + 2(p − q), with p − q = c/(p + q) where p + q does not cancel.
            const double difference = f.p * f.q > 0.0 ? spec.imbalance / (f.p + f.q) : f.p - f.q;
            imbalance[k] += 2.0 * difference;
            init[k] = (f.p + 1.0) * (f.q + 1.0);
        }
    }
    return std::unique_ptr<const Network>(
        std::make_unique<TwoLayer>(spectrum.variances(), std::move(init), std::move(imbalance)));
}

}  // namespace eigenflow::model
