#include "eigenflow/data/measure_basis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

#include "eigenflow/data/fourier_pairs.hpp"
#include "eigenflow/data/fourier_spectrum.hpp"
#include "eigenflow/data/leading_components.hpp"
#include "eigenflow/data/moments.hpp"
#include "eigenflow/data/principal_components.hpp"
#include "grid.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

namespace {

constexpr std::size_t largest_matrix = largest_whole_covariance;  // and of the directions of Fourier modes

/// Variances that are rounding, at most `part` of the largest, become 0: their directions mean nothing.
void clear_rounding(std::vector<double>& variances, double part) {
    const double largest = *std::max_element(variances.begin(), variances.end());
    for (double& v : variances) {
        if (v <= part * largest) v = 0.0;
    }
}

Result<void> refuse_constant(const Spectrum& spectrum) {
    if (spectrum.largest() > 0.0) return {};
    return Error{ErrorKind::file,
                 "the vectors are all the same, or their variances too small for a double: they have no modes; give "
                 "other vectors"};
}

Result<MeasureBasis> basis_of(std::size_t count, std::vector<double> mean, std::vector<double> variances,
                              std::vector<double> directions) {
    // A covariance's eigenvalues are known to d eps λ_1.
    clear_rounding(variances, static_cast<double>(mean.size()) * std::numeric_limits<double>::epsilon());
    auto spectrum = Spectrum::principal(std::move(variances));
    if (!spectrum) return spectrum.error();
    if (auto ok = refuse_constant(*spectrum); !ok) return ok.error();
    std::vector<std::size_t> partner = opposite_modes(*spectrum);
    return MeasureBasis{count, std::move(*spectrum), std::move(mean), std::move(directions), std::move(partner)};
}

std::vector<double> waves(const Spectrum& spectrum, const std::vector<std::size_t>& partner, int height, int width) {
    const std::size_t n = spectrum.modes();
    const long long period = 1LL * height * width;
    std::vector<double> cosine(n);
    std::vector<double> sine(n);
    for (std::size_t p = 0; p < n; ++p) {
        const double angle = 2.0 * std::numbers::pi * static_cast<double>(p) / static_cast<double>(n);
        cosine[p] = std::cos(angle);
        sine[p] = std::sin(angle);
    }
    std::vector<double> directions(n * n);
    for (std::size_t k = 0; k < n; ++k) {
        const Frequency f = spectrum.frequencies()[k];
        const std::vector<double>& wave = k <= partner[k] ? cosine : sine;
        const double norm = std::sqrt((k == partner[k] ? 1.0 : 2.0) / static_cast<double>(n));
        double* row = &directions[k * n];
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                // k·j/n in units of 1/period, whole and therefore exact. The pair's later wave may have either sign.
                const long long phase = (1LL * f.y * y * width + 1LL * f.x * x * height) % period;
                *row++ = norm * wave[static_cast<std::size_t>((phase + period) % period)];
            }
        }
    }
    return directions;
}

}  // namespace

Result<MeasureBasis> principal_basis(const VectorSource& source, std::optional<int> top, Threads threads) {
    const std::size_t d = source.dimension;
    if (top && (*top < 1 || static_cast<std::size_t>(*top) > d)) {
        return Error{ErrorKind::usage, "the number of leading modes is " + std::to_string(*top) + "; it must be 1 to " +
                                           std::to_string(d) + ", the dimension"};
    }
    const std::size_t modes = top ? static_cast<std::size_t>(*top) : d;
    if (modes < d && d > largest_matrix) {
        auto mean = measure_mean(source, threads);
        if (!mean) return mean.error();
        auto leading = leading_components(source, *top, threads);
        if (!leading) return leading.error();
        return basis_of(source.count, std::move(*mean), std::move(leading->variances), std::move(leading->components));
    }
    auto moments = measure_moments(source, threads);
    if (!moments) return moments.error();
    auto all = principal_components(*moments);
    if (!all) return all.error();
    all->variances.resize(modes);
    all->components.resize(modes * d);
    all->components.shrink_to_fit();
    return basis_of(source.count, std::move(moments->mean), std::move(all->variances), std::move(all->components));
}

Result<MeasureBasis> fourier_basis(const VectorSource& source, std::vector<int> shape, Threads threads) {
    if (auto ok = check_grid(shape, source.dimension); !ok) return ok.error();
    if (source.dimension > largest_matrix) {
        return Error{ErrorKind::usage, "Fourier modes of " + std::to_string(source.dimension) +
                                           " pixels are too many to measure samples along (at most " +
                                           std::to_string(largest_matrix) +
                                           "); scale the images down, or measure principal components with --top K"};
    }
    auto mean = measure_mean(source, threads);
    if (!mean) return mean.error();
    const int height = shape.size() == 2 ? shape.front() : 1;
    const int width = shape.back();
    auto found = fourier_spectrum(source, shape, threads);
    if (!found) return found.error();
    // A coefficient is known to d eps of the largest, its power to the square of that.
    std::vector<double> variances(found->variances().begin(), found->variances().end());
    clear_rounding(variances, std::pow(static_cast<double>(mean->size()) * std::numeric_limits<double>::epsilon(), 2));
    auto spectrum = Spectrum::fourier(std::move(variances), {found->frequencies().begin(), found->frequencies().end()},
                                      std::move(shape));
    if (!spectrum) return spectrum.error();
    if (auto ok = refuse_constant(*spectrum); !ok) return ok.error();
    std::vector<std::size_t> partner = opposite_modes(*spectrum);
    std::vector<double> directions = waves(*spectrum, partner, height, width);
    return MeasureBasis{source.count, std::move(*spectrum), std::move(*mean), std::move(directions),
                        std::move(partner)};
}

}  // namespace eigenflow::data
