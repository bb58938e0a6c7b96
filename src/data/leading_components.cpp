#include "eigenflow/data/leading_components.hpp"

#include <Spectra/SymEigsSolver.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "eigenflow/data/moments.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "vector_blocks.hpp"

namespace eigenflow::data {

namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstRows = Eigen::Map<const RowMajor>;
using Vector = Eigen::VectorXd;

// Bounds the error of a variance: a symmetric matrix has an eigenvalue within the residual of every Ritz value.
constexpr double relative_residual = 1e-12;

/// Carries a source's error through Spectra, which knows nothing of Result.
struct ReadFailure {
    Error error;
};

/// The centred vectors, block by block: from memory where they fit, else from the source.
class CentredVectors {
public:
    CentredVectors(const VectorSource& source, std::vector<double> mean, Threads threads, std::size_t cache_bytes)
        : source_(source), mean_(std::move(mean)), threads_(threads) {
        const std::size_t entries = source.count * source.dimension;
        if (entries > cache_bytes / sizeof(double)) return;
        std::vector<double> cache;
        cache.reserve(entries);
        for_each([&](std::size_t, std::span<const double> x) { cache.insert(cache.end(), x.begin(), x.end()); });
        cache_ = std::move(cache);
    }

    void for_each(const std::function<void(std::size_t rows, std::span<const double>)>& visit) const {
        const std::size_t d = source_.dimension;
        if (cache_.empty()) {
            const auto done =
                for_each_block(source_, threads_, [&](std::size_t, std::size_t rows, std::span<double> block) {
                    centre(block, mean_, threads_);
                    visit(rows, block);
                });
            if (!done) throw ReadFailure{done.error()};
            return;
        }
        for (std::size_t first = 0; first < source_.count; first += block_rows(d)) {
            const std::size_t rows = std::min(block_rows(d), source_.count - first);
            visit(rows, std::span(cache_).subspan(first * d, rows * d));
        }
    }

    std::size_t count() const { return source_.count; }
    std::size_t dimension() const { return source_.dimension; }
    Threads threads() const { return threads_; }

private:
    const VectorSource& source_;
    std::vector<double> mean_;
    Threads threads_;
    std::vector<double> cache_;
};

// Column by column, not squaredNorm(): Eigen's order of summation there depends on how the block lies in memory.
double total_variance(const CentredVectors& vectors) {
    const std::size_t d = vectors.dimension();
    std::vector<double> squares(d, 0.0);
    vectors.for_each([&](std::size_t rows, std::span<const double> block) {
        const auto task = [&](std::size_t first, std::size_t last, std::span<double> partial) {
            for (std::size_t i = first; i < last; ++i) {
                for (std::size_t j = 0; j < d; ++j) partial[j] += block[i * d + j] * block[i * d + j];
            }
        };
        add_stripes(rows, vectors.threads(), task, squares);
    });
    return std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(vectors.count() - 1);
}

/// v ↦ Σv / tr Σ. The scale makes Spectra's absolute floor on Ritz values, 4e-11, relative to the data.
class ScaledCovariance {
public:
    using Scalar = double;

    ScaledCovariance(const CentredVectors& vectors, double total) : vectors_(vectors), total_(total) {}
    Index rows() const { return static_cast<Index>(vectors_.dimension()); }
    Index cols() const { return rows(); }

    void perform_op(const double* in, double* out) const {
        constexpr Index group =
            32;  // rows still in the L2 cache when they are used again: one pass over memory, not two
        const Eigen::Map<const Vector> v(in, cols());
        const std::span<double> y(out, vectors_.dimension());
        std::fill(y.begin(), y.end(), 0.0);
        vectors_.for_each([&](std::size_t rows_in_block, std::span<const double> block) {
            const ConstRows x(block.data(), static_cast<Index>(rows_in_block), cols());
            const auto task = [&](std::size_t first, std::size_t last, std::span<double> partial) {
                Eigen::Map<Vector> sum(partial.data(), cols());
                for (Index i = static_cast<Index>(first); i < static_cast<Index>(last); i += group) {
                    const auto some = x.middleRows(i, std::min(group, static_cast<Index>(last) - i));
                    const Vector along = some * v;
                    sum.noalias() += some.transpose() * along;
                }
            };
            add_stripes(rows_in_block, vectors_.threads(), task, y);
        });
        const double scale = static_cast<double>(vectors_.count() - 1) * total_;
        for (double& entry : y) entry /= scale;
    }

private:
    const CentredVectors& vectors_;
    double total_;
};

Result<void> check_options(const VectorSource& source, int k, const LeadingOptions& options) {
    if (k < 1 || static_cast<std::size_t>(k) >= source.dimension) {
        return Error{ErrorKind::usage, "the number of leading modes is " + std::to_string(k) + "; it must be 1 to " +
                                           std::to_string(source.dimension - 1) +
                                           ", one less than the dimension (leave it out for all modes)"};
    }
    if (options.max_restarts < 1) {
        return Error{ErrorKind::usage,
                     "max_restarts is " + std::to_string(options.max_restarts) + "; it must be at least 1"};
    }
    return {};
}

enum class Wanted { variances, components };

// A component's sign is free: its entry of largest magnitude, the first of equals, is made positive.
void append_component(Vector u, std::vector<double>& components) {
    Index largest = 0;
    u.cwiseAbs().maxCoeff(&largest);
    if (u[largest] < 0.0) u = -u;
    components.insert(components.end(), u.begin(), u.end());
}

/// The same with Σ in memory, of which the lower half is read: a product waits for memory. Rows are dealt out to 16
/// partial sums whatever the number of threads, and these are added in order.
class CovarianceInMemory {
public:
    using Scalar = double;

    CovarianceInMemory(const Moments& moments, double total, Threads threads)
        : matrix_(moments.covariance.data(), static_cast<Index>(moments.dimension()),
                  static_cast<Index>(moments.dimension())),
          total_(total),
          threads_(threads) {}
    Index rows() const { return matrix_.rows(); }
    Index cols() const { return rows(); }

    void perform_op(const double* in, double* out) const {
        constexpr Index partials = 16;
        const Vector v = Eigen::Map<const Vector>(in, rows()) / total_;
        Eigen::MatrixXd sums(rows(), partials);
        numerics::parallel_for(partials, threads_, [&](std::size_t p) {
            const auto column = static_cast<Index>(p);
            sums.col(column).setZero();
            for (Index first = column * side; first < rows(); first += partials * side)
                add_rows(first, v, sums, column);
        });
        Eigen::Map<Vector> y(out, rows());
        y = sums.col(0);
        for (Index p = 1; p < partials; ++p) y += sums.col(p);
    }

private:
    static constexpr Index side = 32;  // rows still in the level 2 cache when they are used again, as columns

    void add_rows(Index first, const Vector& v, Eigen::MatrixXd& sums, Index column) const {
        const Index count = std::min(side, rows() - first);
        const auto some = matrix_.middleRows(first, count);
        const Vector along = some.leftCols(first + count) * v.head(first + count);
        const Vector back = some.leftCols(first).transpose() * v.segment(first, count);
        sums.col(column).segment(first, count) += along;
        sums.col(column).head(first) += back;
    }

    ConstRows matrix_;
    double total_;
    Threads threads_;
};

template <class Covariance>
Result<LeadingVariances> iterate(Covariance covariance, double total, std::size_t count, int k,
                                 const LeadingOptions& options, Wanted also) {
    LeadingVariances leading{std::vector<double>(static_cast<std::size_t>(k), 0.0), total, 0, {}};
    const Index d = covariance.rows();
    // n vectors have at most n − 1 modes with variance; the others are exactly 0.
    const Index wanted = std::min<Index>(k, static_cast<Index>(count) - 1);
    Spectra::SymEigsSolver<Covariance> solver(covariance, wanted, std::min(d, std::max<Index>(20, 2 * wanted + 1)));
    solver.init();
    const Index converged = solver.compute(Spectra::SortRule::LargestAlge, options.max_restarts, relative_residual);
    leading.products = static_cast<int>(solver.num_operations());
    if (converged < wanted) {
        return Error{ErrorKind::numerics,
                     std::to_string(converged) + " of " + std::to_string(wanted) + " leading variances converged in " +
                         std::to_string(options.max_restarts) + " restarts (" + std::to_string(leading.products) +
                         " products); ask for fewer, or for all modes"};
    }
    const Vector values = solver.eigenvalues();
    for (Index i = 0; i < wanted; ++i) {
        leading.variances[static_cast<std::size_t>(i)] = std::max(values[i], 0.0) * leading.total;
    }
    if (also == Wanted::variances) return leading;
    const Eigen::MatrixXd components = solver.eigenvectors();
    for (Index i = 0; i < wanted; ++i) append_component(components.col(i), leading.components);
    return leading;
}

/// What the total says before anything is iterated: an overflow, or no variance at all.
std::optional<Result<LeadingVariances>> judged(double total, int k) {
    if (!std::isfinite(total)) {
        return Error{ErrorKind::numerics, "the total variance of the vectors overflows; scale the data down"};
    }
    if (total == 0.0) return LeadingVariances{std::vector<double>(static_cast<std::size_t>(k), 0.0), 0.0, 0, {}};
    return {};
}

Result<LeadingVariances> from_covariance(const VectorSource& source, int k, Threads threads,
                                         const LeadingOptions& options, Wanted also) {
    const auto moments = measure_moments(source, threads);
    if (!moments) return moments.error();
    double total = 0.0;
    for (std::size_t j = 0; j < source.dimension; ++j) total += moments->covariance[j * (source.dimension + 1)];
    if (auto verdict = judged(total, k)) return std::move(*verdict);
    return iterate(CovarianceInMemory(*moments, total, threads), total, source.count, k, options, also);
}

Result<LeadingVariances> from_vectors(const VectorSource& source, int k, Threads threads, const LeadingOptions& options,
                                      Wanted also) {
    auto mean = measure_mean(source, threads);
    if (!mean) return mean.error();
    const CentredVectors vectors(source, std::move(*mean), threads, options.cache_bytes);
    const double total = total_variance(vectors);
    if (auto verdict = judged(total, k)) return std::move(*verdict);
    return iterate(ScaledCovariance(vectors, total), total, source.count, k, options, also);
}

Result<LeadingVariances> find_leading(const VectorSource& source, int k, Threads threads, const LeadingOptions& options,
                                      Wanted also) {
    if (auto ok = check_source(source); !ok) return ok.error();
    if (auto ok = check_options(source, k, options); !ok) return ok.error();
    // One product of matrices at the machine's rate costs as much as d/100 passes over the vectors at memory's, and
    // Lanczos' iteration takes 2k or more, at least 20.
    const bool covariance = source.dimension <= options.largest_covariance && source.count >= source.dimension;
    try {
        return covariance ? from_covariance(source, k, threads, options, also)
                          : from_vectors(source, k, threads, options, also);
    } catch (const ReadFailure& failure) {
        return failure.error;
    } catch (const std::exception& reason) {
        return Error{ErrorKind::numerics,
                     std::string("the leading variances were not found (Spectra): ") + reason.what()};
    }
}

}  // namespace

Result<LeadingVariances> leading_variances(const VectorSource& source, int k, Threads threads,
                                           const LeadingOptions& options) {
    return find_leading(source, k, threads, options, Wanted::variances);
}

Result<LeadingVariances> leading_components(const VectorSource& source, int k, Threads threads,
                                            const LeadingOptions& options) {
    if (k >= 1 && static_cast<std::size_t>(k) >= source.count) {
        return Error{ErrorKind::usage, std::to_string(source.count) + " vectors have at most " +
                                           std::to_string(source.count - 1) + " modes with variance, and " +
                                           std::to_string(k) + " are asked for; ask for fewer"};
    }
    auto leading = find_leading(source, k, threads, options, Wanted::components);
    if (leading && leading->components.empty()) {
        return Error{ErrorKind::file, "the vectors are all the same: they have no components; give other vectors"};
    }
    return leading;
}

}  // namespace eigenflow::data
