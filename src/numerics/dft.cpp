#include "eigenflow/numerics/dft.hpp"

#include <cassert>
#include <cmath>
#include <complex>
#include <unsupported/Eigen/FFT>

namespace eigenflow::numerics {

struct DftPower::Plan {
    using Complex = std::complex<double>;

    std::size_t height = 1;
    std::size_t width = 1;
    Eigen::FFT<double> fft;
    std::vector<Complex> half;    // h × (w/2 + 1): frequencies k_x ≥ 0 of every row, later of the grid
    std::vector<Complex> column;  // one column before and
    std::vector<Complex> turned;  // after its transform

    std::size_t half_width() const { return width / 2 + 1; }
    void transform_rows(std::span<const double> values);
    void transform_columns();
    void mirrored_power(std::span<double> power) const;
};

// kissfft has no plan of length 1: it would read an empty scratch buffer.
void DftPower::Plan::transform_rows(std::span<const double> values) {
    for (std::size_t y = 0; y < height; ++y) {
        if (width == 1) {
            half[y] = values[y];
        } else {
            fft.fwd(&half[y * half_width()], &values[y * width], static_cast<Eigen::Index>(width));
        }
    }
}

void DftPower::Plan::transform_columns() {
    if (height == 1) return;
    for (std::size_t x = 0; x < half_width(); ++x) {
        for (std::size_t y = 0; y < height; ++y) column[y] = half[y * half_width() + x];
        fft.fwd(turned.data(), column.data(), static_cast<Eigen::Index>(height));
        for (std::size_t y = 0; y < height; ++y) half[y * half_width() + x] = turned[y];
    }
}

// Of a pair k, −k one member is computed and written to both, so that they have the same bytes. (The columns that are
// their own mirror, k_x = 0 and w/2, hold both members; there the later one stands.)
void DftPower::Plan::mirrored_power(std::span<double> power) const {
    const double scale = 1.0 / static_cast<double>(height * width);
    for (std::size_t y = 0; y < height; ++y) {
        const std::size_t mirror_y = (height - y) % height;
        for (std::size_t x = 0; x < half_width(); ++x) {
            const std::size_t mirror_x = (width - x) % width;
            const double p = std::norm(half[y * half_width() + x]) * scale;
            power[y * width + x] = p;
            power[mirror_y * width + mirror_x] = p;
        }
    }
}

DftPower::DftPower(std::vector<int> shape) : plan_(std::make_unique<Plan>()) {
    assert(shape.size() == 1 || shape.size() == 2);
    assert(shape.front() >= 1 && shape.back() >= 1);
    plan_->height = shape.size() == 2 ? static_cast<std::size_t>(shape.front()) : 1;
    plan_->width = static_cast<std::size_t>(shape.back());
    plan_->fft.SetFlag(Eigen::FFT<double>::HalfSpectrum);
    plan_->half.resize(plan_->height * plan_->half_width());
    plan_->column.resize(plan_->height);
    plan_->turned.resize(plan_->height);
}

DftPower::DftPower(DftPower&&) noexcept = default;
DftPower& DftPower::operator=(DftPower&&) noexcept = default;
DftPower::~DftPower() = default;

std::size_t DftPower::size() const { return plan_->height * plan_->width; }

std::size_t DftPower::half_size() const { return plan_->half.size(); }

void DftPower::coefficients(std::span<const double> values, std::span<std::complex<double>> half) {
    assert(values.size() == size() && half.size() == half_size());
    plan_->transform_rows(values);
    plan_->transform_columns();
    const double scale = 1.0 / std::sqrt(static_cast<double>(size()));
    for (std::size_t i = 0; i < half.size(); ++i) half[i] = scale * plan_->half[i];
}

void DftPower::operator()(std::span<const double> values, std::span<double> power) {
    assert(values.size() == size() && power.size() == size());
    plan_->transform_rows(values);
    plan_->transform_columns();
    plan_->mirrored_power(power);
}

}  // namespace eigenflow::numerics
