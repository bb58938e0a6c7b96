#include "rules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eigenflow/model/registry.hpp"
#include "toml_text.hpp"

namespace eigenflow::scenario {

namespace {

using Verdict = std::optional<Breach>;

Verdict name_is_a_folder_name(const Scenario& s) {
    const bool bad = s.name.empty() || s.name.size() > 200 || s.name.front() == '.' ||
                     std::any_of(s.name.begin(), s.name.end(), [](char c) {
                         const auto byte = static_cast<unsigned char>(c);
                         return c == '/' || c == '\\' || byte < 0x20 || byte == 0x7F;
                     });
    if (!bad) return {};
    return Breach{"must be a folder name: 1 to 200 bytes, no slash, no control character, no dot in front",
                  "use letters, digits and hyphens"};
}

Verdict source_is_given(const Scenario& s) {
    if (!s.data.source.empty()) return {};
    return Breach{"must be " + allowed_text(*find_key("data.source")), "add source = \"power-law\" under [data]"};
}

Verdict file_is_given(const Scenario& s) {
    if ((s.data.source != "csv" && s.data.source != "images") || !s.data.file.empty()) return {};
    const std::string example = s.data.source == "csv" ? "spectrum.csv" : "images.npy";
    return Breach{"source = \"" + s.data.source + "\" reads a file", "add file = \"" + example + "\" under [data]"};
}

Verdict variances_are_given(const Scenario& s) {
    if (s.data.source != "list" || !s.data.variances.empty()) return {};
    return Breach{"source = \"list\" needs at least one variance", "add variances = [10.0, 1.0, 0.1] under [data]"};
}

Verdict basis_has_frequencies(const Scenario& s) {
    if (s.data.basis != "fourier" || (s.data.source != "list" && s.data.source != "log-normal")) return {};
    return Breach{"must be pca with source = \"" + s.data.source + "\", whose variances have no frequencies",
                  "for Fourier modes use source = \"power-law\", \"csv\" with frequency columns, or \"images\""};
}

Verdict shape_is_given(const Scenario& s) {
    if (s.data.basis != "fourier" || s.data.source != "power-law" || !s.data.shape.empty()) return {};
    return Breach{"source = \"power-law\" with basis = \"fourier\" needs a grid",
                  "add shape = [256] or shape = [32, 32] under [data]"};
}

Verdict shape_is_a_grid(const Scenario& s) {
    constexpr std::int64_t most = 10'000'000;
    std::int64_t product = 1;
    // Entries are at most 1e7 each, so two of them cannot overflow.
    if (s.data.shape.size() <= 2) {
        for (const int side : s.data.shape) product *= side;
    }
    if (s.data.shape.size() <= 2 && product <= most) return {};
    return Breach{"must be [N] or [height, width], with at most " + toml_text(most) + " modes in all",
                  "shape = [32, 32] has 1024"};
}

Verdict channels_have_a_source(const Scenario& s) {
    if (s.data.channels == 1 || s.data.source == "images" || s.data.source == "csv") return {};
    return Breach{"must be 1 with source = \"" + s.data.source + "\", which has no colours",
                  "for colour use source = \"images\", or \"csv\" with blocks from eigenflow spectrum --channels"};
}

Verdict channels_have_frequencies(const Scenario& s) {
    if (s.data.channels == 1 || s.data.basis == "fourier" || s.data.source == "csv") return {};
    return Breach{"must be 1 with basis = \"" + s.data.basis + "\", whose vectors hold every channel already",
                  "add basis = \"fourier\" under [data], or leave channels out"};
}

Verdict channels_have_a_convolution(const Scenario& s) {
    const std::string& architecture = s.network.architecture;
    if (s.data.channels == 1 || architecture == "full-convolution" || architecture == "patch-convolution") return {};
    return Breach{"must be 1 with architecture = \"" + architecture + "\"",
                  "use architecture = \"full-convolution\" or \"patch-convolution\", or leave channels out"};
}

Verdict kernel_has_a_centre(const Scenario& s) {
    if (s.network.kernel % 2 == 1) return {};
    // The full width of an even grid has no need of a centre; grids of files are known when they are read.
    const std::vector<int>& shape = s.data.shape;
    const bool grid_unknown = s.data.basis == "fourier" && shape.empty();
    const auto full = [&](int side) { return side == s.network.kernel; };
    if (grid_unknown || (!shape.empty() && std::all_of(shape.begin(), shape.end(), full))) return {};
    return Breach{"must be odd, so that the window has a centre, or the full width of the grid",
                  "use " + toml_text(s.network.kernel - 1) + " or " + toml_text(s.network.kernel + 1)};
}

Verdict init_has_one_per_mode(const Scenario& s) {
    if (s.network.init.random) return {};
    const std::size_t given = s.network.init.aligned.size();
    if (given == 1) return {};
    if (s.network.architecture == "patch-convolution") {
        return Breach{"must be one number for patch-convolution, the weight of the centre tap",
                      "write init = " + toml_text(s.network.init.aligned.front())};
    }
    const auto modes = known_modes(s);
    if (!modes || *modes == given) return {};
    return Breach{"must be one number, or one per mode: " + std::to_string(*modes) + " modes, " +
                      std::to_string(given) + " numbers",
                  "write one number, or a list of " + std::to_string(*modes)};
}

// Below them digits are lost, and neighbours of a log-spaced grid become equal.
Verdict training_starts_at_a_normal_number(const Scenario& s) {
    if (std::isnormal(s.training.first)) return {};
    return Breach{"must be a number of at least " + toml_text(std::numeric_limits<double>::min()) +
                      ", below which a double loses its digits",
                  "raise first"};
}

Verdict training_ends_after_it_starts(const Scenario& s) {
    if (s.training.first < s.training.last) return {};
    return Breach{"must be a number, last > first, and first is " + toml_text(s.training.first),
                  "raise last or lower first"};
}

Verdict sampling_runs_from_noise_to_data(const Scenario& s) {
    const double noise = *s.sampling.noise, data = *s.sampling.data;
    const std::string ends = "noise is " + toml_text(noise) + " and data is " + toml_text(data);
    const auto defaults = model::path_defaults(s.objective.path);
    const std::string remedy = "the defaults on " + s.objective.path + " are noise = " + toml_text(defaults.noise) +
                               ", data = " + toml_text(defaults.data);
    if (s.objective.path == "ve") {
        if (0.0 < data && data < noise) return {};
        return Breach{"must keep 0 < data < noise on ve, and " + ends, remedy};
    }
    const bool falling = defaults.data < defaults.noise;
    if ((falling ? data < noise : noise < data) && std::max(noise, data) <= 1.0) return {};
    const std::string order = falling ? "0 <= data < noise <= 1" : "0 <= noise < data <= 1";
    return Breach{"must keep " + order + " on " + s.objective.path + ", and " + ends, remedy};
}

Verdict noise_levels_lie_on_the_path(const Scenario& s) {
    const std::vector<double>& levels = *s.output.noise_levels;
    if (s.objective.path == "ve" || levels.empty() || *std::max_element(levels.begin(), levels.end()) <= 1.0) return {};
    return Breach{"must be a list of numbers, 0 < entry <= 1 on " + s.objective.path,
                  "write noise_levels = [0.1, 0.5, 0.9]"};
}

}  // namespace

std::span<const Rule> rules() {
    static const std::vector<Rule> table = {
        {{"name"}, name_is_a_folder_name},
        {{"data.source"}, source_is_given},
        {{"data.file", "data.source"}, file_is_given},
        {{"data.variances", "data.source"}, variances_are_given},
        {{"data.basis", "data.source"}, basis_has_frequencies},
        {{"data.shape", "data.basis", "data.source"}, shape_is_given},
        {{"data.shape"}, shape_is_a_grid},
        {{"data.channels", "data.source"}, channels_have_a_source},
        {{"data.channels", "data.basis", "data.source"}, channels_have_frequencies},
        {{"data.channels", "network.architecture"}, channels_have_a_convolution},
        {{"network.kernel", "data.basis", "data.shape"}, kernel_has_a_centre},
        {{"network.init", "network.architecture", "data.source", "data.modes", "data.variances", "data.basis",
          "data.shape"},
         init_has_one_per_mode},
        {{"training.first"}, training_starts_at_a_normal_number},
        {{"training.last", "training.first"}, training_ends_after_it_starts},
        {{"sampling.noise", "sampling.data", "objective.path"}, sampling_runs_from_noise_to_data},
        {{"output.noise_levels", "objective.path"}, noise_levels_lie_on_the_path},
    };
    return table;
}

}  // namespace eigenflow::scenario
