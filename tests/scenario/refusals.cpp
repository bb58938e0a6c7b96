#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/schema.hpp"

using namespace eigenflow::scenario;
using eigenflow::ErrorKind;

namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
    Lines lines;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

// The lines of the message that refuses the text.
Lines refusal(const std::string& text, const Lines& overrides = {}) {
    const auto loaded = parse_scenario(text, "s.toml", overrides);
    if (loaded) return {"accepted"};
    CHECK(loaded.error().kind == ErrorKind::usage);
    return lines_of(loaded.error().message);
}

// The refusal of one line in a scenario that is right without it; the line is number 2.
Lines refusal_of(const std::string& line) { return refusal("data.source = \"power-law\"\n" + line + "\n"); }

Lines refused_override(const std::string& text) { return refusal("data.source = \"power-law\"\n", {text}); }

std::string allowed(const char* key) { return "must be " + allowed_text(*find_key(key)); }

const std::string add_source = ": add source = \"power-law\" under [data]";

}  // namespace

TEST_CASE("a missing source is asked for where the data section starts") {
    const std::string ask = "data.source is missing: " + allowed("data.source") + add_source;
    CHECK(refusal("") == Lines{"s.toml:1: " + ask});
    CHECK(refusal("name = \"a\"\n\n[data]\nmodes = 4\n") == Lines{"s.toml:3: " + ask});
}

TEST_CASE("an unknown key is met with the nearest one") {
    CHECK(refusal_of("data.mods = 12") == Lines{"s.toml:2: data.mods = 12: unknown key: did you mean data.modes?"});
    CHECK(refusal_of("network.inti = 0.5") ==
          Lines{"s.toml:2: network.inti = 0.5: unknown key: did you mean network.init?"});
    CHECK(refusal_of("[network]\nweather = \"fair\"") ==
          Lines{"s.toml:3: network.weather = \"fair\": unknown key: `eigenflow reference` lists every key"});
}

TEST_CASE("a key in the wrong section is sent to its own") {
    CHECK(refusal_of("network.path = \"ve\"") ==
          Lines{"s.toml:2: network.path = \"ve\": unknown key: did you mean objective.path?"});
    CHECK(refusal_of("kernel = 5") == Lines{"s.toml:2: kernel = 5: unknown key: did you mean network.kernel?"});
    CHECK(refusal_of("training.seed = 2") ==
          Lines{"s.toml:2: training.seed = 2: unknown key: did you mean data.seed, sampling.seed or fit.seed?"});
}

TEST_CASE("an unknown section is named once, and its keys are not called missing") {
    CHECK(refusal("\n[dat]\nsource = \"power-law\"\nmodes = 12\n") ==
          Lines{"s.toml:2: [dat]: unknown section: did you mean data?"});
    CHECK(refusal_of("[weather]\nsun = 1") ==
          Lines{"s.toml:2: [weather]: unknown section: the sections are data, network, objective, training, sampling, "
                "emergence, fit, output"});
    CHECK(refusal_of("training = 3") ==
          Lines{"s.toml:2: training = 3: must be a section: write [training] with its keys below"});
}

TEST_CASE("a value of the wrong type is met with how it was most likely meant") {
    const std::string modes = allowed("data.modes");
    CHECK(modes == "must be a whole number, 1 <= modes <= 10000000");
    CHECK(refusal_of("data.modes = 12.0") == Lines{"s.toml:2: data.modes = 12.0: " + modes + ": write 12"});
    CHECK(refusal_of("data.modes = 12.5") == Lines{"s.toml:2: data.modes = 12.5: " + modes + ": the default is 256"});
    CHECK(refusal_of("data.modes = \"12\"") == Lines{"s.toml:2: data.modes = \"12\": " + modes + ": write 12"});
    CHECK(refusal_of("data.largest = \"1.5\"") ==
          Lines{"s.toml:2: data.largest = \"1.5\": must be a number, largest > 0: write 1.5"});
    CHECK(refusal_of("data.shape = 8") ==
          Lines{"s.toml:2: data.shape = 8: must be a list of whole numbers, 1 <= entry <= 10000000: write [8]"});
    CHECK(refusal_of("data.file = 7") == Lines{"s.toml:2: data.file = 7: must be text in quotes: put it in quotes"});
    CHECK(refusal_of("network.residual = 1") ==
          Lines{"s.toml:2: network.residual = 1: must be true or false: the default is false"});
    CHECK(
        refusal_of("fit.confidence = 1979-05-27") ==
        Lines{"s.toml:2: fit.confidence = a date or time: must be a number, 0 < confidence < 1: the default is 0.95"});
    CHECK(refusal_of("[data.modes]") == Lines{"s.toml:2: data.modes = {}: " + modes + ": the default is 256"});
}

TEST_CASE("a whole number is taken where a real one is wanted") {
    const auto loaded = parse_scenario("data.source = \"power-law\"\ndata.largest = 3\n", "s.toml");
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    CHECK(loaded->data.largest == 3.0);
}

TEST_CASE("a value out of range is met with the range") {
    CHECK(refusal_of("data.modes = 0") ==
          Lines{"s.toml:2: data.modes = 0: must be a whole number, 1 <= modes <= 10000000: the default is 256"});
    CHECK(refusal_of("data.largest = -2") ==
          Lines{"s.toml:2: data.largest = -2: must be a number, largest > 0: the default is 10.0"});
    CHECK(refusal_of("fit.seed = -1") ==
          Lines{"s.toml:2: fit.seed = -1: must be a whole number, 0 <= seed <= 9223372036854775807: the default is 1"});
    CHECK(refusal_of("data.variances = [1.0, -2.0]") ==
          Lines{"s.toml:2: data.variances = [1.0, -2.0]: must be a list of numbers, entry >= 0, and entry 2 is -2.0: "
                "correct the list"});
    CHECK(refusal_of("emergence.gray_zone = [2, 0.5]") ==
          Lines{"s.toml:2: emergence.gray_zone = [2, 0.5]: must be two numbers, 0 < low <= high: the default is [0.5, "
                "2.0]"});
    CHECK(refusal_of("output.modes = \"most\"") ==
          Lines{"s.toml:2: output.modes = \"most\": must be \"all\" or a whole number, 1 <= modes <= 10000000: the "
                "default is \"all\""});
    const std::string init =
        "must be a finite number, a list of one per mode, or { kind = \"random\", scale = 0.3, seed = 1 } with scale "
        ">= 0";
    CHECK(refusal_of("network.init = []") == Lines{"s.toml:2: network.init = []: " + init + ": the default is 0.1"});
    for (const std::string wrong :
         {"\"normal\"", "{ kind = \"uniform\" }", "{ scale = 0.3 }", "{ kind = \"random\", scale = -1.0 }",
          "{ kind = \"random\", seed = -1 }", "{ kind = \"random\", width = 3 }", "{}"}) {
        CHECK(refusal_of("network.init = " + wrong) ==
              Lines{"s.toml:2: network.init = " + wrong + ": " + init + ": the default is 0.1"});
    }
    CHECK(refusal_of("data.mean = \"mesured\"") ==
          Lines{"s.toml:2: data.mean = \"mesured\": must be \"measured\" or a list of one number per mode: correct the "
                "list"});
}

TEST_CASE("numbers that are not finite are refused") {
    CHECK(refusal_of("data.exponent = nan") ==
          Lines{"s.toml:2: data.exponent = nan: must be a finite number: the default is 1.0"});
    CHECK(refusal_of("training.last = inf") ==
          Lines{"s.toml:2: training.last = inf: must be a number, last > 0: the default is 100000.0"});
    CHECK(refusal_of("network.init = [0.1, -inf]") ==
          Lines{"s.toml:2: network.init = [0.1, -inf]: must be a finite number, a list of one per mode, or { kind = "
                "\"random\", scale = 0.3, seed = 1 } with scale >= 0, and entry 2 is -inf: the default is 0.1"});
}

TEST_CASE("a name that no registry holds is met with the nearest, or with all") {
    CHECK(refusal_of("objective.path = \"vee\"") ==
          Lines{"s.toml:2: objective.path = \"vee\": " + allowed("objective.path") + ": did you mean ve?"});
    CHECK(refusal_of("objective.path = \"elsewhere\"") ==
          Lines{"s.toml:2: objective.path = \"elsewhere\": " + allowed("objective.path") + ": the default is \"ve\""});
    CHECK(refusal_of("emergence.thresholds = [\"geometric\", \"harmonics\"]") ==
          Lines{"s.toml:2: emergence.thresholds = [\"geometric\", \"harmonics\"]: " + allowed("emergence.thresholds") +
                ", and entry 2 is \"harmonics\": did you mean harmonic?"});
    CHECK(refusal_of("fit.estimators = [\"ols\", \"ols\"]") ==
          Lines{"s.toml:2: fit.estimators = [\"ols\", \"ols\"]: " + allowed("fit.estimators") +
                ": remove the second ols"});
    CHECK(refusal_of("fit.estimators = []") ==
          Lines{"s.toml:2: fit.estimators = []: " + allowed("fit.estimators") + ": the default is [\"ols\"]"});
}

TEST_CASE("all problems are reported at once, by line, the command line last") {
    CHECK(refusal("[training]\nlast = -1\npoints = 1\n\n[data]\nmodes = 0\nfiel = \"a\"\n",
                  {"fit.bootstrap=-1", "data.log_std=-0.5"}) ==
          Lines{"s.toml:2: training.last = -1: must be a number, last > 0: the default is 100000.0",
                "s.toml:3: training.points = 1: must be a whole number, 2 <= points <= 100000: the default is 200",
                "s.toml:5: data.source is missing: " + allowed("data.source") + add_source,
                "s.toml:6: data.modes = 0: must be a whole number, 1 <= modes <= 10000000: the default is 256",
                "s.toml:7: data.fiel = \"a\": unknown key: did you mean data.file?",
                "command line: fit.bootstrap=-1: must be a whole number, 0 <= bootstrap <= 1000000: the default is "
                "1000",
                "command line: data.log_std=-0.5: must be a number, log_std >= 0: the default is 1.0"});
}

TEST_CASE("text that is not TOML is located by line and column") {
    const auto starts_with = [](const Lines& lines, const std::string& start) {
        return lines.size() == 1 && lines.front().starts_with(start) && lines.front().ends_with(": correct this line");
    };
    CHECK(starts_with(refusal("a = 1\nb = \n"), "s.toml:2:5: not valid TOML: "));
    CHECK(starts_with(refusal("[# data]\n"), "s.toml:1:2: "));  // toml++ 3.3 stopped the program here
    CHECK(starts_with(refusal("σ = 1\n"), "s.toml:1:1: "));     // and here
    CHECK(starts_with(refusal("data.modes = 1\ndata.modes = 2\n"), "s.toml:2:"));  // twice the same key
    CHECK(starts_with(refusal(std::string("\x7F"
                                          "ELF\x02\x01\0\0",
                                          8)),
                      "s.toml:1:1: not valid TOML: "));
    CHECK(starts_with(refusal("a = \"\xFF\xFE\"\n"), "s.toml:1:"));
    CHECK(starts_with(refusal("fit.seed = 9223372036854775808\n"), "s.toml:1:"));  // 2^63
    CHECK(starts_with(refusal("a = " + std::string(100'000, '[')), "s.toml:1:"));
}

TEST_CASE("a message stays on its line and short whatever the names and values hold") {
    CHECK(refusal_of("\"two\\nlines\" = 1") ==
          Lines{"s.toml:2: \"two\\u000Alines\" = 1: unknown key: `eigenflow reference` lists every key"});
    const std::string digits(1000, '7');
    CHECK(refusal_of("data.basis = \"" + digits + "\"") ==
          Lines{"s.toml:2: data.basis = \"" + digits.substr(0, 56) +
                "...: must be one of pca, fourier: the default is \"pca\""});
}

TEST_CASE("an override replaces what the file says, and the last one wins") {
    const std::string text = "[data]\nsource = \"power-law\"\nmodes = 0\n[network]\ninit = 0.25\n";
    const auto loaded = parse_scenario(text, "s.toml", {"data.modes=7", "network.init=0.5", "data.modes=9"});
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    CHECK(loaded->data.modes == 9);
    CHECK(loaded->network.init.aligned == std::vector<double>{0.5});
}

TEST_CASE("an override's value is TOML, else a bare string, and text stays text") {
    const auto loaded = parse_scenario("", "s.toml",
                                       {"data.source=list", "data.variances=[3, 1e-2]", "name=2026-01-01",
                                        "emergence.thresholds=[\"harmonic\"]", "fit.confidence=5e-1"});
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    CHECK(loaded->data.source == "list");
    CHECK(loaded->data.variances == std::vector<double>{3.0, 0.01});
    CHECK(loaded->name == "2026-01-01");
    CHECK(loaded->emergence.thresholds == Lines{"harmonic"});
    CHECK(loaded->fit.confidence == 0.5);
}

TEST_CASE("an override that can't be used is cited as typed") {
    CHECK(refused_override("netwrok.init=3") ==
          Lines{"command line: netwrok.init=3: unknown key: did you mean network.init?"});
    CHECK(refused_override("data.modes") ==
          Lines{"command line: data.modes: must be key=value: write for example network.init=0.5"});
    CHECK(refused_override("network.init=.5") ==
          Lines{"command line: network.init=.5: " + allowed("network.init") + ": write 0.5"});
    CHECK(refused_override("fit.estimators=\"ols\"") ==
          Lines{"command line: fit.estimators=\"ols\": " + allowed("fit.estimators") + ": write [\"ols\"]"});
    CHECK(refused_override("data.shape=8") ==
          Lines{"command line: data.shape=8: must be a list of whole numbers, 1 <= entry <= 10000000: write [8]"});
    // A line break must not smuggle a second key in.
    CHECK(refused_override("data.modes=4\nfit.seed=3") ==
          Lines{"command line: \"data.modes=4\\u000Afit.seed=3\": must be a whole number, 1 <= modes <= 10000000: the "
                "default is 256"});
    CHECK(refused_override("data.source=") ==
          Lines{"command line: data.source=: " + allowed("data.source") + add_source});
}

TEST_CASE("a file that can't be read is a file error") {
    const auto refusal_to_load = [](const std::filesystem::path& path) {
        const auto loaded = load_scenario(path.string());
        if (loaded) return std::string("accepted");
        CHECK(loaded.error().kind == ErrorKind::file);
        return loaded.error().message;
    };
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / "eigenflow_refusals";
    std::filesystem::create_directories(folder);
    const std::string place = folder.string();
    CHECK(refusal_to_load(folder) ==
          place + ": the scenario can't be read: it is a directory: name the .toml file in it");
    CHECK(refusal_to_load(folder / "none.toml") ==
          place + "/none.toml: the scenario can't be read: No such file or directory: check the path");
    std::ofstream(folder / "large.toml").close();
    std::filesystem::resize_file(folder / "large.toml", largest_scenario_file + 1);
    CHECK(refusal_to_load(folder / "large.toml") ==
          place +
              "/large.toml: the scenario can't be read: it is larger than 16 MiB: check that it is a scenario, and "
              "move long lists to a csv file");
    std::filesystem::remove_all(folder);
}

TEST_CASE("a scenario file loads, and cites itself") {
    const std::string path = EIGENFLOW_SCENARIO_DIR "/reference.toml";
    const auto loaded = load_scenario(path, {"data.modes=12"});
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    CHECK(loaded->data.modes == 12);
    CHECK(loaded->folder == std::filesystem::path(EIGENFLOW_SCENARIO_DIR));
    const auto refused = load_scenario(path, {"objective.path=flow", "sampling.noise=0.0", "sampling.data=1.0"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with(path + ":"));  // 10.0 of the reference's noise levels is not on flow
}
