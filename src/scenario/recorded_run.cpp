#include "eigenflow/scenario/recorded_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include "eigenflow/io/csv_reader.hpp"

namespace eigenflow::scenario {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Error at(const io::CsvTable& table, std::size_t row, const char* column, const std::string& what) {
    const std::size_t place = *table.column(column);
    return {ErrorKind::file, table.place(row, place) + ": " + std::string(table.text(row, place)) + " " + what};
}

Result<std::vector<std::size_t>> read_modes(const io::CsvTable& table) {
    const auto numbers = table.numbers("mode");
    if (!numbers) return numbers.error();
    std::vector<std::size_t> modes;
    for (std::size_t row = 0; row < numbers->size(); ++row) {
        const double value = (*numbers)[row];
        if (!(value >= 1.0) || value > 1e15 || value != std::floor(value)) {
            return at(table, row, "mode", "is not a mode number: modes are whole numbers from 1");
        }
        modes.push_back(static_cast<std::size_t>(value));
    }
    return modes;
}

Result<std::vector<double>> read_non_negative(const io::CsvTable& table, const char* column, io::Gaps gaps) {
    auto numbers = table.numbers(column, gaps);
    if (!numbers) return numbers.error();
    for (std::size_t row = 0; row < numbers->size(); ++row) {
        if ((*numbers)[row] < 0.0) return at(table, row, column, "is negative: correct the row or leave it out");
    }
    return numbers;
}

template <class T>
std::vector<T> sorted_unique(std::vector<T> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

template <class T>
std::size_t index_in(const std::vector<T>& sorted, T value) {
    return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
}

/// A column of numbers that need not be there.
Result<std::vector<double>> optional_numbers(const io::CsvTable& table, const char* column) {
    if (table.has_column(column)) return table.numbers(column, io::Gaps::as_nan);
    return std::vector<double>(table.rows(), nan);
}

/// Places the rows of the file in the table of times and modes.
class TrajectoryTable {
public:
    TrajectoryTable(const io::CsvTable& csv, const std::vector<double>& tau, const std::vector<std::size_t>& modes)
        : csv_(csv), tau_(tau), modes_(modes) {
        recorded_.trajectories.tau = sorted_unique(tau);
        recorded_.mode_numbers = sorted_unique(modes);
    }

    /// Columns that the file does not have are empty.
    struct Columns {
        std::vector<double> target, variance, standard_error, previous_correlation, first_correlation;
    };

    Result<RecordedTrajectories> filled(const Columns& c) && {
        Trajectories& t = recorded_.trajectories;
        if (t.times() < 2) {
            return Error{ErrorKind::file, csv_.place(0, *csv_.column("tau")) +
                                              ": the file holds one tau only: emergence needs two or more"};
        }
        const std::size_t modes = recorded_.mode_numbers.size();
        if (t.times() * modes > 16 * csv_.rows() + 4096) {  // a million rows, each of its own: 9 TB
            return at(csv_, 0, "mode", "and others have too few values of tau in common: give all modes the same");
        }
        t.target.assign(modes, nan);
        t.variance.assign(t.times() * modes, nan);
        line_of_.assign(t.variance.size(), 0);
        if (!c.standard_error.empty()) t.standard_error.assign(t.variance.size(), nan);
        if (!c.previous_correlation.empty()) t.previous_correlation.assign(t.variance.size(), nan);
        if (!c.first_correlation.empty()) t.first_correlation.assign(t.variance.size(), nan);
        for (std::size_t row = 0; row < csv_.rows(); ++row) {
            const std::size_t k = index_in(recorded_.mode_numbers, modes_[row]);
            const std::size_t place = index_in(t.tau, tau_[row]) * t.modes() + k;
            if (line_of_[place]++ > 0) return at(csv_, row, "mode", "comes twice at this tau: leave one row out");
            if (!std::isnan(t.target[k]) && t.target[k] != c.target[row]) {
                return at(csv_, row, "target_variance", "differs from the mode's target in an earlier row");
            }
            t.target[k] = c.target[row];
            t.variance[place] = c.variance[row];
            if (!c.standard_error.empty()) t.standard_error[place] = c.standard_error[row];
            if (!c.previous_correlation.empty()) t.previous_correlation[place] = c.previous_correlation[row];
            if (!c.first_correlation.empty()) t.first_correlation[place] = c.first_correlation[row];
        }
        return std::move(recorded_);
    }

private:
    const io::CsvTable& csv_;
    const std::vector<double>& tau_;
    const std::vector<std::size_t>& modes_;
    RecordedTrajectories recorded_;
    std::vector<unsigned char> line_of_;  // whether a place is taken
};

std::optional<std::size_t> partner_in(double cell) {
    return cell >= 1.0 && cell <= 1e15 ? std::optional(static_cast<std::size_t>(cell) - 1) : std::nullopt;
}

template <class Value>
Result<std::vector<Value>> read_names(const io::CsvTable& table, const char* column, std::span<const Value> values) {
    const auto texts = table.texts(column);
    if (!texts) return texts.error();
    std::vector<Value> read;
    for (std::size_t row = 0; row < texts->size(); ++row) {
        const auto found = std::ranges::find(values, (*texts)[row], [](Value v) { return analysis::name_of(v); });
        if (found == values.end()) {
            std::string choices;
            for (const Value v : values) {
                const std::string_view name = analysis::name_of(v);
                if (!name.empty()) choices.append(choices.empty() ? "" : ", ").append(name);
            }
            return at(table, row, column, "is not one of " + choices);
        }
        read.push_back(*found);
    }
    return read;
}

constexpr std::array criteria = {analysis::Criterion::geometric, analysis::Criterion::harmonic,
                                 analysis::Criterion::arithmetic, analysis::Criterion::settling};
using analysis::Direction, analysis::EmergenceStatus;
constexpr std::array directions = {Direction::rising, Direction::falling, Direction::unknown};  // of a failed mode
constexpr std::array statuses = {EmergenceStatus::emerged, EmergenceStatus::censored, EmergenceStatus::gray_zone,
                                 EmergenceStatus::no_crossing, EmergenceStatus::failed};

}  // namespace

Result<RecordedTrajectories> read_trajectories(const std::filesystem::path& variance_csv) {
    const std::vector<std::string> required = {"tau", "mode", "target_variance", "variance"};
    const auto table = io::read_csv(variance_csv, required);
    if (!table) return table.error();
    const auto tau = read_non_negative(*table, "tau", io::Gaps::refused);
    if (!tau) return tau.error();
    const auto modes = read_modes(*table);
    if (!modes) return modes.error();
    TrajectoryTable::Columns columns;
    const auto read = [&](const char* name, std::vector<double>& into, io::Gaps gaps) -> Result<void> {
        auto column = read_non_negative(*table, name, gaps);
        if (!column) return column.error();
        into = std::move(*column);
        return {};
    };
    if (auto done = read("target_variance", columns.target, io::Gaps::refused); !done) return done.error();
    if (auto done = read("variance", columns.variance, io::Gaps::as_nan); !done) return done.error();
    for (const auto& [name, into] : {std::pair("standard_error", &columns.standard_error),
                                     std::pair("previous_correlation", &columns.previous_correlation),
                                     std::pair("first_correlation", &columns.first_correlation)}) {
        if (!table->has_column(name)) continue;
        if (auto done = read(name, *into, io::Gaps::as_nan); !done) return done.error();
    }
    return TrajectoryTable(*table, *tau, *modes).filled(columns);
}

Result<std::vector<double>> read_times(const std::filesystem::path& csv) {
    const std::vector<std::string> required = {"tau"};
    const auto table = io::read_csv(csv, required);
    if (!table) return table.error();
    auto tau = read_non_negative(*table, "tau", io::Gaps::refused);
    if (!tau) return tau;
    for (std::size_t row = 0; row < tau->size(); ++row) {
        if ((*tau)[row] == 0.0 || std::isnormal((*tau)[row])) continue;
        return at(*table, row, "tau",
                  "is too small for a double to keep its digits: give 0, or numbers of at least 2.3e-308");
    }
    tau->push_back(0.0);
    std::vector<double> times = sorted_unique(std::move(*tau));
    if (times.size() < 2) {
        return Error{ErrorKind::file, csv.string() + ": training.times needs at least one tau > 0 in its column tau"};
    }
    return times;
}

Result<void> read_limits_and_partners(const std::filesystem::path& emergence_csv, RecordedTrajectories& recorded) {
    const auto rows = read_emergence(emergence_csv);
    if (!rows) return rows.error();
    std::unordered_map<std::size_t, const analysis::Emergence*> row_of;
    for (const analysis::Emergence& row : *rows) row_of[row.mode + 1] = &row;
    const std::vector<std::size_t>& numbers = recorded.mode_numbers;
    std::vector<double> limits(numbers.size(), nan);
    std::vector<std::size_t> partners(numbers.size());
    bool any_limit = false, any_partner = false;
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        partners[k] = k;
        const auto found = row_of.find(numbers[k]);
        if (found == row_of.end()) continue;
        limits[k] = found->second->limit_variance;
        any_limit = any_limit || !std::isnan(limits[k]);
        if (!found->second->partner) continue;
        const std::size_t place = index_in(numbers, *found->second->partner + 1);
        if (place == numbers.size() || numbers[place] != *found->second->partner + 1) continue;  // not in this file
        partners[k] = place;
        any_partner = true;
    }
    if (any_limit) recorded.trajectories.limit = std::move(limits);
    if (any_partner) recorded.trajectories.partner = std::move(partners);
    return {};
}

Result<std::vector<analysis::Emergence>> read_emergence(const std::filesystem::path& emergence_csv) {
    const std::vector<std::string> required = {"criterion", "mode",   "target_variance",
                                               "direction", "status", "tau_star"};
    const auto table = io::read_csv(emergence_csv, required);
    if (!table) return table.error();
    const auto criterion = read_names<analysis::Criterion>(*table, "criterion", criteria);
    if (!criterion) return criterion.error();
    const auto direction = read_names<Direction>(*table, "direction", directions);
    if (!direction) return direction.error();
    const auto status = read_names<EmergenceStatus>(*table, "status", statuses);
    if (!status) return status.error();
    const auto mode = read_modes(*table);
    if (!mode) return mode.error();
    const auto target = read_non_negative(*table, "target_variance", io::Gaps::refused);
    if (!target) return target.error();
    const auto tau_star = read_non_negative(*table, "tau_star", io::Gaps::as_nan);
    if (!tau_star) return tau_star.error();
    std::array<std::vector<double>, 7> more;
    constexpr std::array names = {"initial_variance", "final_variance", "limit_variance", "threshold",
                                  "tau_star_se",      "observed_until", "partner"};
    for (std::size_t i = 0; i < more.size(); ++i) {
        auto column = optional_numbers(*table, names[i]);
        if (!column) return column.error();
        more[i] = std::move(*column);
    }
    std::vector<analysis::Emergence> rows;
    for (std::size_t i = 0; i < table->rows(); ++i) {
        rows.push_back({.criterion = (*criterion)[i],
                        .mode = (*mode)[i] - 1,
                        .target_variance = (*target)[i],
                        .initial_variance = more[0][i],
                        .final_variance = more[1][i],
                        .limit_variance = more[2][i],
                        .threshold = more[3][i],
                        .direction = (*direction)[i],
                        .gray_zone = (*status)[i] == EmergenceStatus::gray_zone,
                        .status = (*status)[i],
                        .tau_star = (*tau_star)[i],
                        .tau_star_se = more[4][i],
                        .observed_until = more[5][i],
                        .partner = partner_in(more[6][i])});
    }
    return rows;
}

Result<std::vector<analysis::PowerLaw>> read_power_laws(const std::filesystem::path& power_law_csv) {
    const std::vector<std::string> required = {"criterion", "direction", "estimator", "exponent", "exponent_se"};
    const auto table = io::read_csv(power_law_csv, required);
    if (!table) return table.error();
    const auto criterion = read_names<analysis::Criterion>(*table, "criterion", criteria);
    if (!criterion) return criterion.error();
    const auto direction = read_names<Direction>(*table, "direction", std::span(directions).first(2));
    if (!direction) return direction.error();
    const auto estimator = table->texts("estimator");
    std::array<std::vector<double>, 6> numbers;
    constexpr std::array names = {"exponent", "exponent_se", "ci_low", "ci_high", "prefactor", "modes"};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        auto column = optional_numbers(*table, names[i]);
        if (!column) return column.error();
        numbers[i] = std::move(*column);
    }
    std::vector<analysis::PowerLaw> laws;
    for (std::size_t i = 0; i < table->rows(); ++i) {
        analysis::PowerLaw& law = laws.emplace_back();
        law.criterion = (*criterion)[i];
        law.direction = (*direction)[i];
        law.estimator = (*estimator)[i];
        law.exponent = numbers[0][i];
        law.exponent_se = numbers[1][i];
        law.ci_low = numbers[2][i];
        law.ci_high = numbers[3][i];
        law.prefactor = numbers[4][i];
        const double modes = numbers[5][i];
        if (modes >= 0.0 && modes < 1e15) law.modes = static_cast<std::size_t>(modes);
    }
    return laws;
}

}  // namespace eigenflow::scenario
