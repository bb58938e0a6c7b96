#include "eigenflow/dynamics/variance_table.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

#include "eigenflow/core/large_zeros.hpp"
#include "eigenflow/numerics/chebyshev.hpp"
#include "eigenflow/numerics/exponential.hpp"
#include "eigenflow/numerics/parallel.hpp"
#include "lambda_panels.hpp"
#include "row_route.hpp"

namespace eigenflow::dynamics {
namespace {

// Blocks of modes are the unit of parallel work. Their size depends on the problem only, so that adaptive decisions,
// which are taken per block, do not depend on the number of threads.
std::size_t block_size(std::size_t modes) { return std::clamp<std::size_t>(modes / 32, 1, 128); }

/// What one thread makes at a time: some modes at some of the times, by their panels' series or by the route itself.
struct Part {
    model::ModeRange modes;
    std::size_t first_time, times;
    std::size_t on_panels;  // of the modes; 0: all the others, by the route
    RouteCounts counts = {};
    std::vector<RouteFailure> failures = {};
};

/// Who makes which entries of a table: panels those of modes that they know by their series, the route the others.
class Parts {
public:
    Parts(const model::Network& network, const VarianceRoute& route, std::span<const double> tau, Threads threads)
        : network_(network), route_(route), tau_(tau) {
        smooth_ = dynamic_cast<const SmoothRoute*>(&route);
        rows_ = dynamic_cast<const RowRoute*>(&route);
        if (smooth_) panels_.emplace(network, *smooth_, tau, threads);
    }

    std::size_t evaluations() const { return panels_ ? panels_->evaluations() : 0; }
    std::size_t interpolated() const {
        std::size_t modes = 0;
        if (panels_) {
            for (const LambdaPanel& panel : panels_->panels()) modes += panel.modes.size();
        }
        return modes;
    }

    /// Of errors: known before anything is made, so that there is a table for them.
    bool estimates() const { return smooth_ || (rows_ && rows_->estimates()); }

    std::vector<Part> list() const {
        const std::size_t modes = network_.modes();
        const std::size_t size = block_size(modes);
        std::vector<model::ModeRange> direct;
        std::vector<Part> by_series;
        for (std::size_t first = 0; first < modes; first += size) {
            const model::ModeRange block{first, std::min(size, modes - first)};
            add_direct(block, direct);
            if (const std::size_t held = on_panels(block)) by_series.push_back({block, 0, tau_.size(), held});
        }
        // A few blocks, of the largest modes, are most of the work then: one thread would have it while others wait.
        const bool shares = smooth_ && !smooth_->sweeps() && direct.size() < few;
        const std::size_t at_once = shares ? times_at_once : std::max<std::size_t>(1, tau_.size());
        std::vector<Part> parts;
        for (const model::ModeRange& range : direct) {
            parts.push_back({range, 0, std::min(at_once, tau_.size()), 0});
            for (std::size_t i = at_once; i < tau_.size(); i += at_once) {
                parts.push_back({range, i, std::min(at_once, tau_.size() - i), 0});
            }
        }
        std::move(by_series.begin(), by_series.end(), std::back_inserter(parts));
        return parts;
    }

    /// The numbers of a part that the route makes, into the table where it can, which leaves the block empty.
    VarianceBlock direct(const Part& part, VarianceTable& table) const {
        const std::span<const double> tau = tau_.subspan(part.first_time, part.times);
        if (!rows_) return route_.variances(tau, part.modes);
        const std::size_t at = part.first_time * network_.modes() + part.modes.first;
        VarianceBlock block;
        block.counts = rows_->write(
            tau, part.modes,
            {table.variance.data() + at, table.error.empty() ? nullptr : table.error.data() + at, network_.modes()});
        return block;
    }

    /// Those of modes on panels, straight into the table: panel by panel, as many modes at a time as a lane has.
    void interpolate(Part& part, VarianceTable& table) const {
        std::vector<std::size_t> modes;
        for (std::size_t mode = part.modes.first; mode < part.modes.first + part.modes.count; ++mode) {
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
            lane(std::span(modes).subspan(first, count), sums, table, part.counts);
            first += count;
        }
    }

private:
    static constexpr std::size_t few = 32;  // blocks

    std::size_t panel_of(std::size_t mode) const { return panels_ ? panels_->panel_of(mode) : LambdaPanels::none; }

    std::size_t on_panels(model::ModeRange block) const {
        std::size_t modes = 0;
        for (std::size_t mode = block.first; mode < block.first + block.count; ++mode) {
            modes += panel_of(mode) != LambdaPanels::none ? 1 : 0;
        }
        return modes;
    }

    // The neighbours of a block that no panel holds.
    void add_direct(model::ModeRange block, std::vector<model::ModeRange>& direct) const {
        const std::size_t end = block.first + block.count;
        for (std::size_t mode = block.first; mode < end;) {
            std::size_t after = mode;
            while (after < end && panel_of(after) == LambdaPanels::none) ++after;
            if (after > mode) direct.push_back({mode, after - mode});
            mode = std::max(after, mode + 1);
        }
    }

    // Cost a number: a multiply-add for every coefficient, and an exponential.
    void lane(std::span<const std::size_t> modes, std::span<numerics::ChebyshevLane::Sums> sums, VarianceTable& table,
              RouteCounts& counts) const {
        const LambdaPanel& panel = panels_->panels()[panel_of(modes.front())];
        numerics::ChebyshevLane::Sums x{};
        numerics::ChebyshevLane::Sums reference{};
        for (std::size_t l = 0; l < modes.size(); ++l) {
            const double lambda = network_.lambda()[modes[l]];
            x[l] = place_of(lambda).x;
            reference[l] = smooth_->log_reference(lambda);
        }
        const bool neighbours = modes.back() - modes.front() + 1 == modes.size();
        numerics::ChebyshevLane(panel.degree, std::span(x).first(modes.size())).sum(panel.series, sums);
        for (std::size_t i = 0; i < tau_.size(); ++i) {
            numerics::ChebyshevLane::Sums variance;  // its logarithm at first
            for (std::size_t l = 0; l < x.size(); ++l) variance[l] = reference[l] + sums[i][l];
            numerics::exponentials_to_denormal(variance);
            const auto end = variance.begin() + static_cast<std::ptrdiff_t>(modes.size());
            const bool finite = std::any_of(variance.begin(), end, [](double v) { return std::isfinite(v); });
            if (finite) counts.worst_error = std::max(counts.worst_error, panel.error[i]);
            double* row = &table.variance[i * network_.modes()];
            double* error = &table.error[i * network_.modes()];
            if (neighbours) {
                std::copy_n(variance.begin(), modes.size(), row + modes.front());
                std::fill_n(error + modes.front(), modes.size(), panel.error[i]);
                continue;
            }
            for (std::size_t l = 0; l < modes.size(); ++l) {
                row[modes[l]] = variance[l];
                error[modes[l]] = panel.error[i];
            }
        }
    }

    const model::Network& network_;
    const VarianceRoute& route_;
    std::span<const double> tau_;
    const SmoothRoute* smooth_ = nullptr;
    const RowRoute* rows_ = nullptr;
    std::optional<LambdaPanels> panels_;
};

// Copies a part's numbers to their places: none where the route has no estimates, or wrote them itself.
void place(std::span<const double> numbers, const Part& part, std::size_t modes, std::vector<double>& table) {
    for (std::size_t i = 0; i * part.modes.count < numbers.size(); ++i) {
        const auto row = static_cast<std::ptrdiff_t>((part.first_time + i) * modes + part.modes.first);
        std::copy_n(numbers.begin() + static_cast<std::ptrdiff_t>(i * part.modes.count), part.modes.count,
                    table.begin() + row);
    }
}

// Zeros of both tables at once: they are as large as megabytes. A closed form has no estimates, and takes half.
void make_room(VarianceTable& table, std::size_t size, bool estimates, Threads threads) {
    numerics::parallel_for(estimates ? 2 : 1, threads,
                           [&](std::size_t which) { (which == 0 ? table.variance : table.error) = large_zeros(size); });
}

}  // namespace

VarianceTable variance_table(const model::Network& network, const VarianceRoute& route, std::span<const double> tau,
                             Threads threads, const std::function<void(std::size_t modes)>& progress) {
    const std::size_t modes = network.modes();
    const Parts work(network, route, tau, threads);
    VarianceTable table;
    make_room(table, tau.size() * modes, work.estimates(), threads);
    table.interpolated = work.interpolated();
    table.counts.evaluations = work.evaluations();
    std::vector<Part> parts = work.list();
    numerics::parallel_for(parts.size(), threads, [&](std::size_t p) {
        Part& part = parts[p];
        if (part.on_panels > 0) {
            work.interpolate(part, table);
        } else {
            VarianceBlock block = work.direct(part, table);
            place(block.variance, part, modes, table.variance);
            if (!table.error.empty()) place(block.error, part, modes, table.error);
            part.counts = block.counts;
            part.failures = std::move(block.failures);
        }
        const bool last = part.first_time + part.times == tau.size();
        if (progress && last) progress(part.on_panels > 0 ? part.on_panels : part.modes.count);
    });
    for (Part& part : parts) {
        table.counts.evaluations += part.counts.evaluations;
        table.counts.steps += part.counts.steps;
        table.counts.worst_error = std::max(table.counts.worst_error, part.counts.worst_error);
        std::move(part.failures.begin(), part.failures.end(), std::back_inserter(table.failures));
    }
    return table;
}

}  // namespace eigenflow::dynamics
