#include "eigenflow/dynamics/variance_table.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>

#include "eigenflow/numerics/chebyshev.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "lambda_panels.hpp"

namespace eigenflow::dynamics {
namespace {

// Blocks of modes are the unit of parallel work. Their size depends on the problem only, so that adaptive decisions,
// which are taken per block, do not depend on the number of threads.
std::size_t block_size(std::size_t modes) { return std::clamp<std::size_t>(modes / 32, 1, 128); }

// Copies entries of some modes for every time into a table of other modes, which begins at `first`.
void place(const std::vector<double>& part, std::size_t count, std::size_t first, std::size_t modes,
           std::vector<double>& table) {
    for (std::size_t i = 0; i * count < part.size(); ++i) {
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(i * count), count,
                    table.begin() + static_cast<std::ptrdiff_t>(i * modes + first));
    }
}

/// The blocks of a table: modes that panels know by their series, the others by the route.
class Blocks {
public:
    Blocks(const model::Network& network, const VarianceRoute& route, std::span<const double> tau, Threads threads)
        : network_(network), route_(route), tau_(tau) {
        smooth_ = dynamic_cast<const SmoothRoute*>(&route);
        if (smooth_) panels_.emplace(network, *smooth_, tau, threads);
    }

    VarianceBlock operator()(model::ModeRange range) const {
        if (!panels_ || panels_->panels().empty()) return route_.variances(tau_, range);
        VarianceBlock block;
        block.variance.resize(tau_.size() * range.count);
        block.error.resize(block.variance.size());
        const std::size_t end = range.first + range.count;
        for (std::size_t mode = range.first; mode < end;) {
            std::size_t after = mode;
            while (after < end && panel_of(after) == LambdaPanels::none) ++after;
            if (after > mode) take(route_.variances(tau_, {mode, after - mode}), {mode, after - mode}, range, block);
            mode = std::max(after, mode + 1);
        }
        interpolate(range, block);
        return block;
    }

    std::size_t evaluations() const { return panels_ ? panels_->evaluations() : 0; }
    std::size_t interpolated() const {
        std::size_t modes = 0;
        if (panels_) {
            for (const LambdaPanel& panel : panels_->panels()) modes += panel.modes.size();
        }
        return modes;
    }

private:
    std::size_t panel_of(std::size_t mode) const { return panels_->panel_of(mode); }

    void take(VarianceBlock part, model::ModeRange of, model::ModeRange range, VarianceBlock& block) const {
        place(part.variance, of.count, of.first - range.first, range.count, block.variance);
        place(part.error, of.count, of.first - range.first, range.count, block.error);
        block.counts.evaluations += part.counts.evaluations;
        block.counts.worst_error = std::max(block.counts.worst_error, part.counts.worst_error);
        std::move(part.failures.begin(), part.failures.end(), std::back_inserter(block.failures));
    }

    // Panel by panel, as many modes at a time as a lane has.
    void interpolate(model::ModeRange range, VarianceBlock& block) const {
        std::vector<std::size_t> modes;
        for (std::size_t mode = range.first; mode < range.first + range.count; ++mode) {
            if (panel_of(mode) != LambdaPanels::none) modes.push_back(mode);
        }
        std::stable_sort(modes.begin(), modes.end(),
                         [&](std::size_t a, std::size_t b) { return panel_of(a) < panel_of(b); });
        std::vector<numerics::ChebyshevLane::Sums> sums(tau_.size());
        for (std::size_t first = 0; first < modes.size();) {
            std::size_t count = 1;
            while (count < numerics::ChebyshevLane::lanes && first + count < modes.size() &&
                   panel_of(modes[first + count]) == panel_of(modes[first])) {
                ++count;
            }
            lane(std::span(modes).subspan(first, count), range, sums, block);
            first += count;
        }
    }

    // Cost a number: a multiply-add for every coefficient, and an exponential.
    void lane(std::span<const std::size_t> modes, model::ModeRange range, std::span<numerics::ChebyshevLane::Sums> sums,
              VarianceBlock& block) const {
        const LambdaPanel& panel = panels_->panels()[panel_of(modes.front())];
        numerics::ChebyshevLane::Sums x{};
        numerics::ChebyshevLane::Sums reference{};
        for (std::size_t l = 0; l < modes.size(); ++l) {
            const double lambda = network_.lambda()[modes[l]];
            x[l] = place_of(lambda).x;
            reference[l] = smooth_->log_reference(lambda);
        }
        numerics::ChebyshevLane(panel.degree, std::span(x).first(modes.size())).sum(panel.series, sums);
        for (std::size_t i = 0; i < tau_.size(); ++i) {
            numerics::ChebyshevLane::Sums logarithm;
            for (std::size_t l = 0; l < x.size(); ++l) logarithm[l] = reference[l] + sums[i][l];
            numerics::ChebyshevLane::Sums variance = logarithm;
            numerics::exponentials(variance);
            for (std::size_t l = 0; l < modes.size(); ++l) {
                if (logarithm[l] < -700.0) variance[l] = std::exp(logarithm[l]);  // may be denormal
                const std::size_t at = i * range.count + modes[l] - range.first;
                block.variance[at] = variance[l];
                block.error[at] = panel.error[i];
                if (std::isfinite(variance[l])) {
                    block.counts.worst_error = std::max(block.counts.worst_error, panel.error[i]);
                }
            }
        }
    }

    const model::Network& network_;
    const VarianceRoute& route_;
    std::span<const double> tau_;
    const SmoothRoute* smooth_ = nullptr;
    std::optional<LambdaPanels> panels_;
};

}  // namespace

VarianceTable variance_table(const model::Network& network, const VarianceRoute& route, std::span<const double> tau,
                             Threads threads, const std::function<void(std::size_t modes)>& progress) {
    const std::size_t modes = network.modes();
    const std::size_t size = block_size(modes);
    const std::size_t blocks = (modes + size - 1) / size;
    const Blocks block_of(network, route, tau, threads);
    VarianceTable table;
    table.variance.resize(tau.size() * modes);
    table.interpolated = block_of.interpolated();
    table.counts.evaluations = block_of.evaluations();
    std::vector<VarianceBlock> parts(blocks);
    std::once_flag estimated;  // a closed form has no estimates, and takes half the memory
    numerics::parallel_for(blocks, threads, [&](std::size_t b) {
        const model::ModeRange range{b * size, std::min(size, modes - b * size)};
        parts[b] = block_of(range);
        place(parts[b].variance, range.count, range.first, modes, table.variance);
        if (!parts[b].error.empty()) {
            std::call_once(estimated, [&] { table.error.resize(table.variance.size()); });
            place(parts[b].error, range.count, range.first, modes, table.error);
        }
        parts[b].variance = {};
        parts[b].error = {};
        if (progress) progress(range.count);
    });
    for (VarianceBlock& part : parts) {
        table.counts.evaluations += part.counts.evaluations;
        table.counts.steps += part.counts.steps;
        table.counts.worst_error = std::max(table.counts.worst_error, part.counts.worst_error);
        std::move(part.failures.begin(), part.failures.end(), std::back_inserter(table.failures));
    }
    return table;
}

}  // namespace eigenflow::dynamics
