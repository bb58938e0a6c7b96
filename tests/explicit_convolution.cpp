#include "explicit_convolution.hpp"

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include "dense_functions.hpp"

namespace eigenflow::tests {

ExplicitConvolution ExplicitConvolution::random(std::vector<int> shape, unsigned seed) {
    int n = 1;
    for (const int side : shape) n *= side;
    std::mt19937 bits(seed);
    std::normal_distribution<double> normal;
    const Eigen::MatrixXd a = Eigen::MatrixXd::NullaryExpr(n, n, [&] { return normal(bits); });
    return {std::move(shape), a * a.transpose() / n};
}

ExplicitConvolution ExplicitConvolution::averaged() const {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(places(), places());
    for (int p = 0; p < places(); ++p) {
        const Eigen::MatrixXd s = shift({p / width(), p % width()});
        sum += s * covariance_ * s.transpose();
    }
    return {shape_, sum / places()};
}

Eigen::MatrixXd ExplicitConvolution::shift(data::Offset o) const {
    const auto wrap = [](int i, int n) { return ((i % n) + n) % n; };
    const int height = places() / width();
    Eigen::MatrixXd s = Eigen::MatrixXd::Zero(places(), places());
    for (int p = 0; p < places(); ++p) {
        s(p, wrap(p / width() - o.y, height) * width() + wrap(p % width() - o.x, width())) = 1.0;
    }
    return s;
}

Eigen::MatrixXd ExplicitConvolution::circulant(const std::vector<data::Offset>& window,
                                               const Eigen::VectorXd& taps) const {
    Eigen::MatrixXd w = Eigen::MatrixXd::Zero(places(), places());
    for (Eigen::Index j = 0; j < taps.size(); ++j) w += taps(j) * shift(window[static_cast<std::size_t>(j)]);
    return w;
}

double ExplicitConvolution::power(const Eigen::MatrixXd& c, data::Frequency k) const {
    const int height = places() / width();
    Eigen::VectorXcd wave(places());
    for (int p = 0; p < places(); ++p) {
        const double turns = double(k.y) * (p / width()) / height + double(k.x) * (p % width()) / width();
        wave(p) = std::polar(1.0 / std::sqrt(double(places())), -2.0 * std::numbers::pi * turns);
    }
    return (wave.transpose() * c.cast<std::complex<double>>() * wave.conjugate()).value().real();
}

data::Spectrum ExplicitConvolution::spectrum() const {
    std::vector<data::Frequency> frequencies;
    std::vector<double> variances;
    for (int p = 0; p < places(); ++p) {
        const auto centred = [](int i, int n) { return 2 * i <= n ? i : i - n; };
        frequencies.push_back({centred(p / width(), places() / width()), centred(p % width(), width())});
        variances.push_back(power(covariance_, frequencies.back()));
    }
    auto spectrum = data::Spectrum::fourier(variances, frequencies, shape_);
    REQUIRE_MESSAGE(spectrum, spectrum.error().message);
    return *spectrum;
}

Eigen::VectorXd ExplicitConvolution::Quadratic::optimum() const { return hessian.ldlt().solve(pull); }

Eigen::VectorXd ExplicitConvolution::Quadratic::after(const Eigen::VectorXd& start, double eta_tau) const {
    return optimum() + exponential(-eta_tau * hessian) * (start - optimum());
}

ExplicitConvolution::Quadratic ExplicitConvolution::loss(const model::Objective& objective, NoiseLevel t,
                                                         const std::vector<data::Offset>& window) const {
    const model::PathPoint p = objective.path().at(t);
    const std::string& target = objective.spec().target;
    const double u = target == "noise" ? 0.0 : target == "v" ? -p.s : 1.0;
    const double v = target == "denoise" ? 0.0 : target == "noise" ? 1.0 : target == "v" ? p.a : -1.0;
    const bool edm = objective.spec().preconditioning == "edm";
    const double d = objective.spec().sigma_data;
    const double norm = p.s * p.s + d * d;
    const double skip = edm ? d * d / norm : 0.0;
    const double gain = edm ? p.s * d / norm : 1.0;  // c_out c_in
    const double omega = objective.spec().weighting == "edm" ? norm / (p.s * p.s * d * d) : 1.0;
    const auto identity = Eigen::MatrixXd::Identity(places(), places());
    const Eigen::MatrixXd seen = p.a * p.a * covariance_ + p.s * p.s * identity;              // E x xᵀ
    const Eigen::MatrixXd wanted = p.a * u * covariance_ + p.s * v * identity - skip * seen;  // E (y − skip x) xᵀ
    const auto taps = static_cast<Eigen::Index>(window.size());
    Quadratic q{Eigen::MatrixXd(taps, taps), Eigen::VectorXd(taps)};
    for (Eigen::Index i = 0; i < taps; ++i) {
        const Eigen::MatrixXd si = shift(window[static_cast<std::size_t>(i)]);
        q.pull(i) = 2.0 * omega * gain * (si * wanted).trace();
        for (Eigen::Index j = 0; j < taps; ++j) {
            const Eigen::MatrixXd sj = shift(window[static_cast<std::size_t>(j)]);
            q.hessian(i, j) = 2.0 * omega * gain * gain * (si * seen * sj.transpose()).trace();
        }
    }
    return q;
}

}  // namespace eigenflow::tests
