#include "one_exponent.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include "eigenflow/numerics/parallel.hpp"
#include "resample_stream.hpp"

namespace eigenflow::analysis {

namespace {

constexpr std::size_t least_side = 5;  // modes on either side of a break
constexpr std::size_t most_places = 64;

/// A column of which a line leaves less than this part is a line.
constexpr double least_complement = 1e-10;

std::vector<double> break_places(std::vector<double> x) {
    std::sort(x.begin(), x.end());
    std::vector<double> places;
    for (std::size_t below = least_side; below + least_side <= x.size(); ++below) {
        const bool apart = x[below - 1] < x[below];
        if (apart && x.front() < x[below - 1] && x[below] < x.back()) places.push_back(0.5 * (x[below - 1] + x[below]));
    }
    if (places.size() <= most_places) return places;
    std::vector<double> spread;
    for (std::size_t i = 0; i < most_places; ++i) spread.push_back(places[i * (places.size() - 1) / (most_places - 1)]);
    return spread;
}

Eigen::ArrayXd hinge(const Eigen::ArrayXd& x, double place) { return (x - place).max(0.0); }

/// Largest squared projection on a column of `hinges` over what it leaves, and the column.
std::pair<double, Eigen::Index> sup_f(const Eigen::MatrixXd& hinges, const Eigen::VectorXd& residuals) {
    Eigen::Index best = 0;
    const double explained = (hinges.transpose() * residuals).cwiseAbs2().maxCoeff(&best);
    return {explained / std::max(residuals.squaredNorm() - explained, 0.0), best};
}

/// Of normal errors the statistic sees their coordinates in the span of the hinges, and the square of what is left of
/// them there and beside the lines: independent normals, and a χ². With hinges = QR their projections are Rᵀ z. So a
/// simulation draws one number for each place and one more, not one for each mode.
double simulated_p_value(const Eigen::MatrixXd& hinges, double statistic, const BreakOptions& options,
                         Threads threads) {
    if (options.simulations == 0) return std::nan("");
    const Eigen::Index places = hinges.cols();
    const Eigen::HouseholderQR<Eigen::MatrixXd> factors(hinges);
    const Eigen::MatrixXd r = factors.matrixQR().topRows(places).triangularView<Eigen::Upper>();
    // ≥ 1: there are more different λ than places and two for the line (break_places)
    const auto rest = static_cast<std::size_t>(hinges.rows() - places - 2);
    constexpr std::size_t chunk = 16;
    const auto simulations = static_cast<std::size_t>(options.simulations);
    std::vector<char> larger(simulations);
    numerics::parallel_for((simulations + chunk - 1) / chunk, threads, [&](std::size_t task) {
        Eigen::VectorXd z(places);
        for (std::size_t s = task * chunk; s < std::min(simulations, (task + 1) * chunk); ++s) {
            numerics::RandomStream random = resample_stream(options.seed, options.fit, s);
            for (double& coordinate : z) coordinate = random.normal();
            const double explained = (r.transpose() * z).cwiseAbs2().maxCoeff();
            const double unexplained = z.squaredNorm() + random.chi_square(rest) - explained;
            larger[s] = explained / std::max(unexplained, 0.0) >= statistic;
        }
    });
    const auto count = std::count(larger.begin(), larger.end(), char{1});
    return (1.0 + static_cast<double>(count)) / (1.0 + static_cast<double>(simulations));
}

}  // namespace

double curvature_p_value(const LineComplement& complement) {
    const Eigen::ArrayXd square = complement.log_variance().square();
    const Eigen::VectorXd& residuals = complement.residuals();
    const double degrees = static_cast<double>(residuals.size()) - 3.0;
    if (degrees < 1.0) return std::nan("");
    const Eigen::VectorXd column = complement.of(square);
    if (column.norm() <= least_complement * square.matrix().norm()) return std::nan("");
    if (complement.exact()) return 1.0;
    const double explained = std::pow(column.normalized().dot(residuals), 2);
    const double variance = std::max(residuals.squaredNorm() - explained, 0.0) / degrees;
    if (variance == 0.0) return 0.0;
    const boost::math::students_t student(degrees);
    return 2.0 * boost::math::cdf(boost::math::complement(student, std::sqrt(explained / variance)));
}

Break find_break(const Points& points, const LineComplement& complement, const BreakOptions& options, Threads threads) {
    const Eigen::ArrayXd& x = complement.log_variance();
    const std::vector<double> places = break_places({x.begin(), x.end()});
    if (places.empty()) return {};
    Eigen::MatrixXd hinges(x.size(), static_cast<Eigen::Index>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i) {
        hinges.col(static_cast<Eigen::Index>(i)) = complement.of(hinge(x, places[i])).normalized();
    }
    const auto [statistic, best] = sup_f(hinges, complement.residuals());

    const double place = places[static_cast<std::size_t>(best)];
    const Eigen::ArrayXd bend = hinge(x, place);
    const double change = hinges.col(best).dot(complement.residuals()) / complement.of(bend).norm();  // β
    Points straightened = points;
    for (std::size_t i = 0; i < points.count(); ++i) {
        straightened.log_tau[i] -= change * bend[static_cast<Eigen::Index>(i)];
    }
    const Moments m = moments_of(straightened, complement.line().weights);
    Break found;
    found.log_variance = place + complement.line().moments.mean_x;
    found.exponent_below = -m.sxy / m.sxx;
    found.exponent_above = found.exponent_below - change;
    found.p = complement.exact() ? 1.0 : simulated_p_value(hinges, statistic, options, threads);
    return found;
}

}  // namespace eigenflow::analysis
