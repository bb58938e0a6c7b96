#include "eigenflow/data/measure_samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "eigenflow/core/finite.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "projected_products.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

namespace {

Result<void> check_request(const VectorSource& samples, const MeasureBasis& basis, const MeasureOptions& options) {
    if (auto ok = check_source(samples); !ok) return ok;
    if (samples.dimension != basis.dimension()) {
        return Error{ErrorKind::file, "the samples have dimension " + std::to_string(samples.dimension) +
                                          " and the training data " + std::to_string(basis.dimension()) +
                                          ": give samples of the same shape"};
    }
    const bool whole_clusters = options.cluster >= 1 && samples.count % options.cluster == 0;
    if (options.leading < 1 || options.leading > basis.modes() || !whole_clusters ||
        samples.count < 2 * options.cluster) {
        return Error{ErrorKind::usage, "a leading block of " + std::to_string(options.leading) + " modes (1 to " +
                                           std::to_string(basis.modes()) + "), or " + std::to_string(samples.count) +
                                           " vectors in clusters of " + std::to_string(options.cluster) +
                                           " (2 or more whole ones)"};
    }
    return {};
}

template <class Real>
Result<ProjectedSums> project(const VectorSource& samples, const std::vector<double>& mean, const MeasureBasis& basis,
                              std::size_t cluster, Threads threads) {
    ProjectedProducts<Real> products(basis.directions, basis.dimension(), cluster, threads);
    const auto visit = [&](std::size_t, std::size_t, std::span<double> block) { products.add(block, mean); };
    if (auto done = for_each_block(samples, threads, visit, cluster); !done) return done.error();
    ProjectedSums sums = std::move(products).take();
    if (!all_finite(sums.squares)) {
        return Error{ErrorKind::numerics, "the covariance of the samples overflows; scale the data down"};
    }
    return sums;
}

double product_of(const ProjectedSums& sums, std::size_t j, std::size_t k) {
    return j == k ? sums.squares[j] : sums.products[std::max(j, k) * sums.squares.size() + std::min(j, k)];
}

void fill_variances(const ProjectedSums& sums, const MeasureBasis& basis, double vectors, double clusters,
                    SampleMoments& out) {
    const double scale = 1.0 / (vectors - 1.0);
    for (std::size_t k = 0; k < basis.modes(); ++k) {
        const std::size_t p = basis.partner[k];
        const double own = sums.squares[k] * scale;
        const double other = sums.squares[p] * scale;
        out.variance.push_back(k == p ? own : 0.5 * (own + other));
        if (sums.cluster_squares.empty()) out.mean_variance.push_back(out.variance.back() / vectors);
        if (!sums.cluster_squares.empty()) {
            const double mean = sums.squares[k] / vectors;
            const double scatter = std::max(sums.cluster_squares[k] - clusters * mean * mean, 0.0);
            out.mean_variance.push_back(sums.cluster_means[k] / (clusters * (clusters - 1.0)));
            out.standard_error.push_back(std::sqrt(scatter / (clusters * (clusters - 1.0))));
        } else if (k == p) {
            out.standard_error.push_back(own * std::sqrt(2.0 * scale));
        } else {
            const double shared = product_of(sums, k, p) * scale;
            out.standard_error.push_back(std::sqrt(0.5 * scale * (own * own + other * other + 2.0 * shared * shared)));
        }
    }
}

void fill_deviations(const std::vector<double>& mean, const MeasureBasis& basis, Threads threads, SampleMoments& out) {
    const std::size_t d = basis.dimension();
    std::vector<double> along(basis.modes());
    numerics::parallel_for(basis.modes(), threads, [&](std::size_t k) {
        for (std::size_t j = 0; j < d; ++j) along[k] += basis.directions[k * d + j] * (mean[j] - basis.mean[j]);
    });
    for (std::size_t k = 0; k < basis.modes(); ++k) {
        const double other = along[basis.partner[k]];
        out.mean_deviation.push_back(0.5 * (along[k] * along[k] + other * other));
    }
}

double alignment(const ProjectedSums& sums, const SampleMoments& out, std::size_t modes, double vectors) {
    double diagonal = 0.0;
    double all = 0.0;
    for (std::size_t j = 0; j < modes; ++j) {
        diagonal += out.variance[j] * out.variance[j];
        for (std::size_t k = 0; k < j; ++k) all += 2.0 * product_of(sums, j, k) * product_of(sums, j, k);
        all += sums.squares[j] * sums.squares[j];
    }
    return diagonal / (all / ((vectors - 1.0) * (vectors - 1.0)));
}

double aligned(const MeasureBasis& basis, const SampleMoments& out, std::size_t modes) {
    const double freedom = static_cast<double>(out.count) - 1.0;
    double diagonal = 0.0;
    double squares = 0.0;
    double total = 0.0;
    for (std::size_t k = 0; k < modes; ++k) {
        const double v = out.variance[k];
        diagonal += v * v * (1.0 + (basis.partner[k] == k ? 2.0 : 1.0) / freedom);
        squares += v * v;
        total += v;
    }
    return diagonal / (squares * (1.0 + 1.0 / freedom) + total * total / freedom);
}

}  // namespace

Result<SampleMoments> measure_samples(const VectorSource& samples, const MeasureBasis& basis,
                                      const MeasureOptions& options, Threads threads) {
    if (auto ok = check_request(samples, basis, options); !ok) return ok.error();
    const auto mean = measure_mean(samples, threads);
    if (!mean) return mean.error();
    const auto sums = options.single_precision ? project<float>(samples, *mean, basis, options.cluster, threads)
                                               : project<double>(samples, *mean, basis, options.cluster, threads);
    if (!sums) return sums.error();
    const auto vectors = static_cast<double>(samples.count);
    SampleMoments out;
    out.count = samples.count / options.cluster;
    fill_variances(*sums, basis, vectors, static_cast<double>(out.count), out);
    fill_deviations(*mean, basis, threads, out);
    out.chi = alignment(*sums, out, basis.modes(), vectors);
    out.leading_chi = alignment(*sums, out, options.leading, vectors);
    const bool independent = options.cluster == 1;
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    out.aligned_chi = independent ? aligned(basis, out, basis.modes()) : none;
    out.aligned_leading_chi = independent ? aligned(basis, out, options.leading) : none;
    return out;
}

std::size_t leading_modes(const MeasureBasis& basis, double share) {
    const double wanted = share * basis.spectrum.total();
    double held = 0.0;
    std::size_t count = 0;
    std::size_t pairs_end = 0;  // one past the last partner of the modes counted
    while (count < basis.modes() && (held < wanted || count < pairs_end)) {
        held += basis.spectrum.variances()[count];
        pairs_end = std::max(pairs_end, basis.partner[count] + 1);
        ++count;
    }
    return std::max<std::size_t>(count, 1);
}

}  // namespace eigenflow::data
