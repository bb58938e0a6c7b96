#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/schema.hpp"
#include "eigenflow/scenario/validate.hpp"

using namespace eigenflow::scenario;

namespace {

// The defaults that the design fixes. Written out, so that a change of a default is a change here, too.
const std::map<std::string, std::string> design = {
    {"name", "\"first-light\""},
    {"data.source", ""},
    {"data.modes", "256"},
    {"data.exponent", "1.0"},
    {"data.largest", "10.0"},
    {"data.log_std", "1.0"},
    {"data.mean_variance", "1.0"},
    {"data.seed", "1"},
    {"data.variances", "[]"},
    {"data.file", "\"\""},
    {"data.basis", "\"pca\""},
    {"data.shape", "[]"},
    {"data.mean", "[]"},
    {"data.channels", "1"},
    {"network.architecture", "\"one-layer\""},
    {"network.depth", "3"},
    {"network.imbalance", "0.0"},
    {"network.kernel", "3"},
    {"network.init", "0.1"},
    {"network.rank", "0"},
    {"network.residual", "false"},
    {"objective.path", "\"ve\""},
    {"objective.target", "\"denoise\""},
    {"objective.preconditioning", "\"none\""},
    {"objective.weighting", "\"uniform\""},
    {"objective.sigma_data", "0.5"},
    {"objective.P_mean", "-1.2"},
    {"objective.P_std", "1.2"},
    {"objective.coupling", "\"independent\""},
    {"training.rule", "\"gradient-flow\""},
    {"training.learning_rate", "1.0"},
    {"training.first", "0.001"},
    {"training.last", "100000.0"},
    {"training.points", "200"},
    {"training.times", "\"\""},
    {"training.solver", "\"auto\""},
    {"sampling.solver", "\"exact\""},
    {"sampling.steps", "18"},
    {"sampling.rho", "7.0"},
    {"sampling.to_zero", "false"},
    {"sampling.max_panels", "1024"},
    {"sampling.ensemble", "0"},
    {"sampling.seed", "1"},
    {"sampling.noise", "80.0"},
    {"sampling.data", "0.002"},
    {"emergence.thresholds", "[\"geometric\", \"harmonic\"]"},
    {"emergence.target", "\"data\""},
    {"emergence.gray_zone", "[0.5, 2.0]"},
    {"emergence.settling_band", "0.1"},
    {"emergence.rule", "\"crossing\""},
    {"emergence.smoothing", "0.0"},
    {"fit.estimators", "[\"ols\"]"},
    {"fit.bootstrap", "1000"},
    {"fit.confidence", "0.95"},
    {"fit.seed", "1"},
    {"output.noise_levels", "[0.1, 1.0, 10.0]"},
    {"output.modes", "\"all\""},
};

Scenario minimal() {
    Scenario scenario;
    scenario.data.source = "power-law";
    return scenario;
}

}  // namespace

TEST_CASE("the schema holds exactly the keys of the design, each at the design's default") {
    std::map<std::string, std::string> ours;
    for (const Key& key : schema()) {
        CHECK_MESSAGE(ours.emplace(key.name, default_text(key)).second, "twice in the schema: ", key.name);
        CHECK_MESSAGE(!key.meaning.empty(), key.name);
        CHECK_MESSAGE(!allowed_text(key).empty(), key.name);
        CHECK(find_key(key.name) == &key);
    }
    CHECK(ours == design);
}

TEST_CASE("every key reads and writes a member of its own") {
    const Scenario usual = resolved(minimal());
    for (const Key& key : schema()) {
        Scenario changed = usual;
        std::visit(
            [&](const auto& field) {
                auto& member = field.write(changed);
                using T = std::decay_t<decltype(member)>;
                if constexpr (std::is_same_v<T, bool>) {
                    member = !member;
                } else if constexpr (std::is_arithmetic_v<T>) {
                    member += T{7};
                } else if constexpr (std::is_same_v<T, std::string>) {
                    member += "x";
                } else if constexpr (std::is_same_v<T, std::array<double, 2>>) {
                    member[1] += 7.0;
                } else if constexpr (std::is_same_v<T, std::optional<std::vector<double>>>) {
                    member->push_back(7.0);
                } else if constexpr (std::is_same_v<T, std::optional<double>> ||
                                     std::is_same_v<T, std::optional<int>>) {
                    member = 7;
                } else if constexpr (std::is_same_v<T, DataMean>) {
                    member.values.push_back(7.0);
                } else if constexpr (std::is_same_v<T, InitialWeights>) {
                    member.random.emplace();
                } else {
                    member.emplace_back();
                }
                CHECK(&field.read(changed) == &member);
            },
            key.field);
        for (const Key& other : schema()) {
            const bool differs = value_text(other, changed) != value_text(other, usual);
            CHECK_MESSAGE(differs == (&other == &key), key.name, " changed ", other.name);
        }
    }
}

TEST_CASE("scenarios/reference.toml is the text that `eigenflow reference` prints") {
    std::ifstream file(EIGENFLOW_SCENARIO_DIR "/reference.toml", std::ios::binary);
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CHECK(text == reference_toml());
}

TEST_CASE("the reference loads to the defaults") {
    const auto loaded = parse_scenario(reference_toml(), "reference.toml");
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    CHECK(*loaded == resolved(minimal()));
}

TEST_CASE("an empty file and a source are a whole scenario") {
    const auto loaded = parse_scenario("", "empty.toml", {"data.source=power-law"});
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    CHECK(*loaded == resolved(minimal()));
}

TEST_CASE("a scenario written in C++ is valid with a source alone") {
    Scenario scenario = minimal();
    scenario.network.init = {0.5};
    CHECK(validate(scenario).empty());
}

TEST_CASE("noise, data and noise levels follow the path unless they are given") {
    Scenario scenario = minimal();
    scenario.objective.path = "flow";
    scenario.objective.target = "velocity";
    const Scenario flow = resolved(scenario);
    CHECK(flow.sampling.noise == 0.0);
    CHECK(flow.sampling.data == 1.0);
    CHECK(flow.output.noise_levels == std::vector<double>{0.1, 0.5, 0.9});
    CHECK(validate(scenario).empty());
    scenario.sampling.noise = 0.25;
    CHECK(resolved(scenario).sampling.noise == 0.25);
    scenario.objective.path = "elsewhere";
    CHECK_FALSE(resolved(scenario).sampling.data.has_value());
}
