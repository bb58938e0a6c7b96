#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/analysis/emergence.hpp"
#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

struct RefitRequest {
    std::filesystem::path source;        ///< a run directory, or a CSV file with the columns of variance.csv
    std::vector<std::string> overrides;  ///< emergence.*=value, fit.*=value
    /// Every variance was estimated from n generated samples: its standard error is λ̃ √(2/(n−1)). n ≥ 2. Replaces the
    /// file's column standard_error.
    std::optional<int> samples = {};
};

/// Emergence and power laws of recorded trajectories.
struct Refit {
    std::filesystem::path file;  ///< the variance.csv that was read
    Scenario settings;           ///< of which [emergence] and [fit] count
    std::size_t times = 0;
    std::size_t modes = 0;
    std::vector<analysis::Emergence> emergence;  ///< `mode` is the file's mode number less one
    std::vector<analysis::PowerLaw> power_laws;
    std::vector<std::string> notes;
};

/// Reads variance.csv and analyses it anew, as sampled curves: no model is needed. [emergence] and [fit] start from the
/// directory's scenario.toml, or the defaults where there is none; limits λ̃(τ→∞) come from its emergence.csv.
///
/// Error{usage}: an override of another section, or not valid. Error{file}: what can't be read or parsed.
Result<Refit> refit(const RefitRequest& request, Threads threads);

/// What write_refit() writes, manifest.json last.
inline constexpr std::array<std::string_view, 3> refit_files = {"emergence.csv", "power_law.csv", "manifest.json"};
Result<void> write_refit(const std::filesystem::path& directory, const Refit& refit);

}  // namespace eigenflow::scenario
