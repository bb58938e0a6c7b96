#include "eigenflow/data/fourier_spectrum.hpp"

#include <string>
#include <utility>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/numerics/dft.hpp"
#include "grid.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

Result<Spectrum> fourier_spectrum(const VectorSource& source, std::vector<int> shape, Threads threads) {
    if (auto ok = check_source(source); !ok) return ok.error();
    const std::size_t d = source.dimension;
    if (auto ok = check_grid(shape, d); !ok) return ok.error();
    const auto mean = measure_mean(source, threads);
    if (!mean) return mean.error();

    std::vector<double> variance(d, 0.0);
    auto done = for_each_block(source, threads, [&](std::size_t, std::size_t rows, std::span<double> block) {
        centre(block, *mean, threads);
        const auto task = [&](std::size_t first, std::size_t last, std::span<double> partial) {
            numerics::DftPower transform(shape);
            std::vector<double> power(d);
            for (std::size_t i = first; i < last; ++i) {
                transform(block.subspan(i * d, d), power);
                for (std::size_t k = 0; k < d; ++k) partial[k] += power[k];
            }
        };
        add_stripes(rows, threads, task, variance);
    });
    if (!done) return done.error();
    for (double& v : variance) v /= static_cast<double>(source.count - 1);
    if (!all_finite(variance)) {
        return Error{ErrorKind::numerics, "the Fourier variances overflow; scale the data down"};
    }
    std::vector<Frequency> frequencies = grid_frequencies(shape);
    return Spectrum::fourier(std::move(variance), std::move(frequencies), std::move(shape));
}

}  // namespace eigenflow::data
