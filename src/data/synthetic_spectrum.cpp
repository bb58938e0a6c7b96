#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>

#include "eigenflow/data/spectrum.hpp"
#include "eigenflow/numerics/random.hpp"
#include "grid.hpp"

namespace eigenflow::data {

namespace {

Error refused(const std::string& name, double value, const std::string& range) {
    std::ostringstream text;
    text << name << " is " << value << "; it must be " << range;
    return {ErrorKind::usage, text.str()};
}

Result<void> check_modes(int modes) {
    if (modes >= 1 && static_cast<std::size_t>(modes) <= most_modes) return {};
    return refused("the number of modes", modes, "1 to " + std::to_string(most_modes));
}

Result<void> check_positive(const std::string& name, double value) {
    if (std::isfinite(value) && value > 0.0) return {};
    return refused(name, value, "finite and greater than 0");
}

Result<void> check_not_negative(const std::string& name, double value) {
    if (std::isfinite(value) && value >= 0.0) return {};
    return refused(name, value, "finite and at least 0");
}

}  // namespace

Result<Spectrum> power_law_spectrum(int modes, double exponent, double largest) {
    if (auto ok = check_modes(modes); !ok) return ok.error();
    if (auto ok = check_not_negative("the exponent of the power law", exponent); !ok) return ok.error();
    if (auto ok = check_positive("the largest variance", largest); !ok) return ok.error();
    std::vector<double> variances;
    for (int k = 1; k <= modes; ++k) variances.push_back(largest * std::pow(k, -exponent));
    return Spectrum::principal(std::move(variances));
}

Result<Spectrum> log_normal_spectrum(int modes, double log_std, double mean_variance, std::uint64_t seed) {
    if (auto ok = check_modes(modes); !ok) return ok.error();
    if (auto ok = check_not_negative("the standard deviation of the logarithm", log_std); !ok) return ok.error();
    if (auto ok = check_positive("the mean variance", mean_variance); !ok) return ok.error();
    numerics::RandomStream random(seed);
    std::vector<double> variances(static_cast<std::size_t>(modes));
    for (double& v : variances) v = random.normal();
    // Relative to the largest, not exp(log_std z): that overflows at log_std = 300, and the scale cancels.
    const double top = *std::max_element(variances.begin(), variances.end());
    for (double& v : variances) v = std::exp(log_std * (v - top));
    std::sort(variances.begin(), variances.end());
    const double mean = std::accumulate(variances.begin(), variances.end(), 0.0) / modes;
    for (double& v : variances) v *= mean_variance / mean;
    return Spectrum::principal(std::move(variances));
}

Result<Spectrum> power_law_fourier_spectrum(std::vector<int> shape, double exponent, double largest) {
    if (auto size = grid_size(shape); !size) return size.error();
    if (auto ok = check_not_negative("the exponent of the power law", exponent); !ok) return ok.error();
    if (auto ok = check_positive("the largest variance", largest); !ok) return ok.error();
    std::vector<Frequency> frequencies = grid_frequencies(shape);
    std::vector<double> variances;
    for (const Frequency k : frequencies) {
        const double norm2 = 1.0 * k.y * k.y + 1.0 * k.x * k.x;
        variances.push_back(largest * std::pow(std::max(norm2, 1.0), -0.5 * exponent));
    }
    return Spectrum::fourier(std::move(variances), std::move(frequencies), std::move(shape));
}

}  // namespace eigenflow::data
