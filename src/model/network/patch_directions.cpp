#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "eigenflow/model/patch_convolution.hpp"
#include "eigenflow/numerics/symmetric_eigen.hpp"

namespace eigenflow::model {
namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// The tap at −o, on the circular grid.
std::size_t mirror_of(std::size_t tap, std::span<const data::Offset> window, std::span<const int> shape) {
    const int height = shape.size() == 2 ? shape.front() : 1;
    const data::Offset o = window[tap];
    const auto found = std::find_if(window.begin(), window.end(), [&](data::Offset p) {
        return (p.y + o.y) % height == 0 && (p.x + o.x) % shape.back() == 0;
    });
    return static_cast<std::size_t>(found - window.begin());
}

// Orthonormal columns that are even (sign = 1) or odd (−1) under o → −o: (e_o ± e_−o)/√2, and e_o where o ≡ −o.
RowMajor parity_basis(std::span<const data::Offset> window, std::span<const int> shape, double sign) {
    const auto taps = static_cast<Index>(window.size());
    RowMajor basis = RowMajor::Zero(taps, taps);
    Index columns = 0;
    for (Index j = 0; j < taps; ++j) {
        const auto mirror = static_cast<Index>(mirror_of(static_cast<std::size_t>(j), window, shape));
        if (mirror < j || (mirror == j && sign < 0.0)) continue;
        basis(j, columns) = mirror == j ? 1.0 : std::sqrt(0.5);
        if (mirror != j) basis(mirror, columns) = sign * std::sqrt(0.5);
        ++columns;
    }
    return basis.leftCols(columns);
}

}  // namespace

PatchConvolution::Directions PatchConvolution::diagonalise(const data::Spectrum& spectrum,
                                                           std::span<const data::Offset> window,
                                                           std::span<const double> covariance,
                                                           std::span<const double> filter) {
    const auto taps = static_cast<Index>(window.size());
    const auto modes = static_cast<Index>(spectrum.modes());
    const Eigen::Map<const RowMajor> sigma(covariance.data(), taps, taps);
    const std::size_t centre = data::centre_tap(window);
    Directions d;
    RowMajor eigenvectors(taps, taps);  // in rows
    Index found = 0;
    for (const double sign : {1.0, -1.0}) {
        const RowMajor basis = parity_basis(window, spectrum.shape(), sign);
        if (basis.cols() == 0) continue;
        const Eigen::MatrixXd restricted = basis.transpose() * sigma * basis;
        const auto eigen = numerics::symmetric_eigen(restricted);
        const Eigen::Map<const Eigen::MatrixXd> vectors(eigen.vectors.data(), basis.cols(), basis.cols());
        eigenvectors.middleRows(found, basis.cols()) = (basis * vectors).transpose();
        found += basis.cols();
        for (const double mu : eigen.values) d.variance.push_back(std::max(mu, 0.0));  // −ε μ_max is rounding
        if (sign > 0.0) d.even = d.variance.size();
    }
    for (Index i = 0; i < taps; ++i) {
        double start = 0.0;
        for (Index j = 0; j < taps; ++j) start += eigenvectors(i, j) * filter[static_cast<std::size_t>(j)];
        d.start.push_back(start);
        d.centre.push_back(eigenvectors(i, static_cast<Index>(centre)));
    }
    const data::GridCosine cosine(spectrum.shape());
    RowMajor wave(taps, modes);
    for (Index j = 0; j < taps; ++j) {
        for (Index k = 0; k < modes; ++k) {
            wave(j, k) =
                cosine(spectrum.frequencies()[static_cast<std::size_t>(k)], window[static_cast<std::size_t>(j)]);
        }
    }
    const RowMajor response = eigenvectors.topRows(static_cast<Index>(d.even)) * wave;
    d.response.assign(response.data(), response.data() + response.size());
    d.tap.assign(eigenvectors.data(), eigenvectors.data() + eigenvectors.size());
    return d;
}

}  // namespace eigenflow::model
