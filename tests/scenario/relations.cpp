#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/validate.hpp"

using namespace eigenflow::scenario;

namespace {

Scenario minimal() {
    Scenario scenario;
    scenario.data.source = "power-law";
    return scenario;
}

std::vector<std::string> sentences(const Scenario& scenario) {
    std::vector<std::string> all;
    for (const Problem& problem : validate(scenario)) all.push_back(problem.sentence());
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a source that reads a file needs one, and a list its variances") {
    Scenario s = minimal();
    s.data.source = "csv";
    CHECK(sentences(s) ==
          Lines{"data.file is missing: source = \"csv\" reads a file: add file = \"spectrum.csv\" under "
                "[data]"});
    s.data.source = "images";
    CHECK(sentences(s) ==
          Lines{"data.file is missing: source = \"images\" reads a file: add file = \"images.npy\" under "
                "[data]"});
    s.data.file = "images.npy";
    CHECK(sentences(s).empty());
    s.data.source = "list";
    CHECK(sentences(s) ==
          Lines{"data.variances is missing: source = \"list\" needs at least one variance: add variances "
                "= [10.0, 1.0, 0.1] under [data]"});
}

TEST_CASE("Fourier modes need frequencies") {
    Scenario s = minimal();
    s.data.basis = "fourier";
    CHECK(sentences(s) ==
          Lines{"data.shape is missing: source = \"power-law\" with basis = \"fourier\" needs a grid: add "
                "shape = [256] or shape = [32, 32] under [data]"});
    s.data.shape = {8, 8};
    CHECK(sentences(s).empty());
    s.data.shape = {8, 8, 3};
    CHECK(sentences(s) ==
          Lines{"data.shape = [8, 8, 3]: must be [N] or [height, width], with at most 10000000 modes in "
                "all: shape = [32, 32] has 1024"});
    s.data.shape = {10'000, 1'001};
    CHECK(sentences(s).size() == 1);
    s.data.source = "csv";  // frequencies come with the file
    s.data.file = "a.csv";
    s.data.shape = {};
    CHECK(sentences(s).empty());
    s.data.source = "log-normal";
    CHECK(sentences(s) ==
          Lines{"data.basis = \"fourier\": must be pca with source = \"log-normal\", whose variances have "
                "no frequencies: for Fourier modes use source = \"power-law\", \"csv\" with frequency "
                "columns, or \"images\""});
}

TEST_CASE("initial weights are one, or one per mode") {
    Scenario s = minimal();
    s.network.init = {0.1, 0.2};
    CHECK(sentences(s) == Lines{"network.init = [0.1, 0.2]: must be one number, or one per mode: 256 modes, 2 numbers: "
                                "write one number, or a list of 256"});
    s.data.modes = 2;
    CHECK(sentences(s).empty());
    s.data.basis = "fourier";
    s.data.shape = {2, 2};
    CHECK(sentences(s).size() == 1);  // four modes
    s.data.source = "csv";
    s.data.file = "a.csv";
    CHECK(sentences(s).empty());  // only the file knows
    s.network.architecture = "patch-convolution";
    CHECK(sentences(s) ==
          Lines{"network.init = [0.1, 0.2]: must be one number for patch-convolution, the weight of the "
                "centre tap: write init = 0.1"});
}

TEST_CASE("a window has a centre") {
    Scenario s = minimal();
    s.network.kernel = 4;
    CHECK(sentences(s) == Lines{"network.kernel = 4: must be odd, so that the window has a centre, or the full width "
                                "of the grid: use 3 or 5"});
}

TEST_CASE("training ends after it starts") {
    Scenario s = minimal();
    s.training.last = s.training.first;
    CHECK(sentences(s) ==
          Lines{"training.last = 0.001: must be a number, last > first, and first is 0.001: raise last or "
                "lower first"});
}

TEST_CASE("sampling runs from noise to data, whichever way t runs on the path") {
    Scenario s = minimal();
    s.sampling.data = 0.0;
    CHECK(sentences(s) ==
          Lines{"sampling.noise = 80.0: must keep 0 < data < noise on ve, and noise is 80.0 and data is "
                "0.0: the defaults on ve are noise = 80.0, data = 0.002"});
    s.sampling.data = 100.0;
    CHECK(sentences(s).size() == 1);
    s.objective.path = "flow";
    s.sampling.noise = 0.5;
    s.sampling.data = 0.25;
    CHECK(sentences(s) == Lines{"sampling.noise = 0.5: must keep 0 <= noise < data <= 1 on flow, and noise is 0.5 and "
                                "data is 0.25: the defaults on flow are noise = 0.0, data = 1.0"});
    s.sampling.data = 1.5;
    CHECK(sentences(s).size() == 1);
    s.sampling.data = 0.75;
    CHECK(sentences(s).empty());
    s.objective.path = "vp-cosine";
    CHECK(sentences(s).size() == 1);
    s.sampling.noise = 0.875;
    CHECK(sentences(s).empty());
}

TEST_CASE("noise levels lie on the path") {
    Scenario s = minimal();
    s.output.noise_levels = {{0.5, 10.0}};
    CHECK(sentences(s).empty());
    s.objective.path = "flow";
    s.objective.target = "velocity";
    CHECK(sentences(s) == Lines{"output.noise_levels = [0.5, 10.0]: must be a list of numbers, 0 < entry <= 1 on flow: "
                                "write noise_levels = [0.1, 0.5, 0.9]"});
    s.output.noise_levels.emplace();
    CHECK(sentences(s).empty());  // no weights.csv rows wanted
}

TEST_CASE("the name can be a folder") {
    for (const char* bad : {"", "..", ".hidden", "a/b", "a\\b", "a\nb"}) {
        Scenario s = minimal();
        s.name = bad;
        CHECK_MESSAGE(sentences(s).size() == 1, bad);
    }
    Scenario s = minimal();
    s.name.clear();
    CHECK(sentences(s) ==
          Lines{"name = \"\": must be a folder name: 1 to 200 bytes, no slash, no control character, no "
                "dot in front: use letters, digits and hyphens"});
}

TEST_CASE("what a C++ program can write and TOML can't is refused") {
    Scenario s = minimal();
    s.data.seed = std::uint64_t{1} << 63;
    s.fit.confidence = std::numeric_limits<double>::quiet_NaN();
    s.data.file.assign(1, '\xFF');
    const Lines all = sentences(s);
    REQUIRE(all.size() == 3);
    CHECK(all[0].starts_with("data.seed = 9223372036854775808: must be a whole number, 0 <= seed <= "));
    CHECK(all[1] == "data.file = \"\xFF\": must be UTF-8 text: write it in UTF-8");
    CHECK(all[2] == "fit.confidence = nan: must be a number, 0 < confidence < 1: the default is 0.95");
}

TEST_CASE("a relation is judged only where each of its keys is right") {
    Scenario s = minimal();
    s.training.first = -1.0;
    s.training.last = -2.0;
    s.objective.path = "elsewhere";
    s.sampling.data = 1000.0;
    const Lines all = sentences(s);
    REQUIRE(all.size() == 3);
    CHECK(all[0].starts_with("objective.path = "));
    CHECK(all[1].starts_with("training.first = "));
    CHECK(all[2].starts_with("training.last = "));
}

TEST_CASE("a broken relation is located at the key that was given") {
    const auto by_file = parse_scenario("[data]\nsource = \"csv\"\n", "s.toml");
    REQUIRE_FALSE(by_file);
    CHECK(by_file.error().message ==
          "s.toml:2: data.file is missing: source = \"csv\" reads a file: add file = "
          "\"spectrum.csv\" under [data]");
    const auto by_override = parse_scenario("data.source = \"power-law\"", "s.toml", {"training.first=1e6"});
    REQUIRE_FALSE(by_override);
    CHECK(by_override.error().message ==
          "command line: training.first=1e6: training.last = 100000.0: must be a number, "
          "last > first, and first is 1000000.0: raise last or lower first");
}
