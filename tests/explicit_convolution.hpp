#pragma once

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <complex>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "dense_functions.hpp"
#include "eigenflow/data/patch_covariance.hpp"
#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/model/objective.hpp"

namespace eigenflow::tests {

/// Circular convolutions as explicit matrices on an explicit covariance of the pixels: nothing is diagonalised,
/// averaged or symmetrised, so that T-7 and T-8 are tested against the loss itself.
class ExplicitConvolution {
public:
    ExplicitConvolution(std::vector<int> shape, Eigen::MatrixXd covariance)
        : shape_(std::move(shape)), covariance_(std::move(covariance)) {}

    /// A random covariance that is not stationary: A Aᵀ/N, A normal.
    static ExplicitConvolution random(std::vector<int> shape, unsigned seed) {
        int n = 1;
        for (const int side : shape) n *= side;
        std::mt19937 bits(seed);
        std::normal_distribution<double> normal;
        const Eigen::MatrixXd a = Eigen::MatrixXd::NullaryExpr(n, n, [&] { return normal(bits); });
        return {std::move(shape), a * a.transpose() / n};
    }

    /// The same, averaged over the grid's translations: stationary.
    ExplicitConvolution averaged() const {
        Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(places(), places());
        for (int p = 0; p < places(); ++p) {
            const Eigen::MatrixXd s = shift({p / width(), p % width()});
            sum += s * covariance_ * s.transpose();
        }
        return {shape_, sum / places()};
    }

    int places() const { return static_cast<int>(covariance_.rows()); }
    const std::vector<int>& shape() const { return shape_; }
    const Eigen::MatrixXd& covariance() const { return covariance_; }

    /// (S x)[p] = x[p − o].
    Eigen::MatrixXd shift(data::Offset o) const {
        const auto wrap = [](int i, int n) { return ((i % n) + n) % n; };
        const int height = places() / width();
        Eigen::MatrixXd s = Eigen::MatrixXd::Zero(places(), places());
        for (int p = 0; p < places(); ++p) {
            s(p, wrap(p / width() - o.y, height) * width() + wrap(p % width() - o.x, width())) = 1.0;
        }
        return s;
    }

    Eigen::MatrixXd circulant(const std::vector<data::Offset>& window, const Eigen::VectorXd& taps) const {
        Eigen::MatrixXd w = Eigen::MatrixXd::Zero(places(), places());
        for (Eigen::Index j = 0; j < taps.size(); ++j) w += taps(j) * shift(window[static_cast<std::size_t>(j)]);
        return w;
    }

    /// [F C F*]_kk of the unitary DFT.
    double power(const Eigen::MatrixXd& c, data::Frequency k) const {
        const int height = places() / width();
        Eigen::VectorXcd wave(places());
        for (int p = 0; p < places(); ++p) {
            const double turns = double(k.y) * (p / width()) / height + double(k.x) * (p % width()) / width();
            wave(p) = std::polar(1.0 / std::sqrt(double(places())), -2.0 * std::numbers::pi * turns);
        }
        return (wave.transpose() * c.cast<std::complex<double>>() * wave.conjugate()).value().real();
    }

    data::Spectrum spectrum() const {
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

    /// Gradient of ω E|c_skip x + c_out c_in circ(w) x − y|², x = a x0 + s z, y = u x0 + v z, in w: Hessian · w − pull.
    struct Quadratic {
        Eigen::MatrixXd hessian;
        Eigen::VectorXd pull;
        Eigen::VectorXd optimum() const { return hessian.ldlt().solve(pull); }
        Eigen::VectorXd after(const Eigen::VectorXd& start, double eta_tau) const {
            return optimum() + exponential(-eta_tau * hessian) * (start - optimum());
        }
    };
    Quadratic loss(const model::Objective& objective, NoiseLevel t, const std::vector<data::Offset>& window) const {
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

private:
    int width() const { return shape_.back(); }
    std::vector<int> shape_;
    Eigen::MatrixXd covariance_;
};

}  // namespace eigenflow::tests
