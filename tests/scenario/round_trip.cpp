#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "eigenflow/model/registry.hpp"
#include "eigenflow/numerics/random.hpp"
#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/schema.hpp"
#include "eigenflow/scenario/validate.hpp"

using namespace eigenflow::scenario;
using eigenflow::numerics::RandomStream;

namespace {

// Fills one member with something its key allows; relations between keys are mended afterwards.
struct Fill {
    const Key& key;
    RandomStream& random;

    void operator()(bool& member) const { member = random.below(2) == 1; }
    void operator()(int& member) const {
        const auto& range = std::get<WholeRange>(key.allowed);
        member = static_cast<int>(range.low + random.below(static_cast<std::uint32_t>(range.high - range.low + 1)));
    }
    void operator()(std::uint64_t& member) const { member = (std::uint64_t{random.bits()} << 31) | random.bits() >> 1; }
    void operator()(double& member) const {
        const auto& range = std::get<RealRange>(key.allowed);
        const double size = std::exp(20.0 * random.normal());  // thirty decades: every way a double is written
        member = std::isfinite(range.high) ? random.uniform() : std::isinf(range.low) ? random.normal() * size : size;
    }
    void operator()(std::string& member) const {
        if (const auto* choices = std::get_if<Choices>(&key.allowed)) {
            const auto names = (*choices)();
            member = names[random.below(static_cast<std::uint32_t>(names.size()))];
            return;
        }
        const std::string letters[] = {"a", " ", "\"", "#", "'", "=", "[", "σ", "²", "é", "日", "7"};
        member.assign(1, 'n');
        for (int i = 0; i < 8; ++i) member += letters[random.below(12)];
    }
    template <class T>
    void operator()(std::vector<T>& member) const {
        member.assign(1 + random.below(4), T{});
        if constexpr (std::is_same_v<T, std::string>) {
            member.resize(1);  // no name twice
        }
        for (T& entry : member) (*this)(entry);
    }
    void operator()(std::array<double, 2>& member) const {
        member[0] = random.uniform();
        member[1] = member[0] + std::exp(random.normal());
    }
    void operator()(DataMean& member) const { (*this)(member.values); }
    void operator()(InitialWeights& member) const {
        (*this)(member.aligned);
        if (random.below(2) == 1) member = random_weights();
    }
    InitialWeights random_weights() const {
        InitialWeights weights;
        weights.random = {.scale = std::exp(random.normal()), .seed = random.below(1000)};
        return weights;
    }
    template <class T>
    void operator()(std::optional<T>& member) const {
        member.reset();
        if (random.below(2) == 1) (*this)(member.emplace());
    }
};

// Modes couple in one scenario of two, by any of the three ways.
void mend_coupling(Scenario& s, RandomStream& random, std::optional<std::size_t> modes) {
    const bool dense = s.network.architecture == "one-layer" || s.network.architecture.ends_with("two-layer");
    const bool may_have_mean = dense && modes && *modes < 100 && s.data.basis == "pca";
    if (may_have_mean && random.below(2) == 1) {
        s.data.mean.values.assign(*modes, random.normal());
    } else {
        s.data.mean = {.measured = dense && s.data.basis == "pca" && s.data.source == "csv"};
    }
    if (!dense || random.below(2) == 1) s.network.init.random.reset();
    if (s.network.init.random) s.network.init.aligned = InitialWeights().aligned;  // which is not written
    s.network.rank = s.network.architecture == "two-layer" && random.below(2) == 1 ? 1 : 0;
    if (couples_modes(s)) {
        s.network.imbalance = 0.0;
        s.training.solver = "auto";
        s.sampling.ensemble = random.below(2) == 1 ? 2 + s.sampling.ensemble % 100 : 0;
    } else {
        s.sampling.ensemble = 0;
    }
}

void mend_relations(Scenario& s, RandomStream& random) {
    s.network.kernel = s.network.kernel % 2 == 0 ? 1 : 3;
    s.network.depth = 1 + s.network.depth % 4;  // of every depth, the curve is solved anew
    s.training.last = s.training.first * 10.0;
    if (s.data.source == "list" || s.data.source == "log-normal") s.data.basis = "pca";
    s.data.shape = {4, 8};
    const auto modes = known_modes(s);
    if (modes && *modes < 100 && s.network.architecture != "patch-convolution") {
        s.network.init.aligned.assign(*modes, random.normal());
    } else {
        s.network.init.aligned.resize(1);
    }
    mend_coupling(s, random, modes);
    if (s.output.noise_levels && s.objective.path != "ve") s.output.noise_levels = {random.uniform()};
    const auto usual = eigenflow::model::path_defaults(s.objective.path);
    const double middle = usual.noise + (usual.data - usual.noise) * random.uniform();
    if (s.sampling.noise) s.sampling.noise = middle;
    if (s.sampling.data) s.sampling.data = usual.data;
}

// Architecture, objective, path and solvers that don't go together are drawn again until they do.
void draw_combination(Scenario& s, RandomStream& random) {
    for (auto problems = validate(s); !problems.empty(); problems = validate(s)) {
        std::vector<std::string> keys = problems.front().related;
        keys.push_back(problems.front().key);
        for (const std::string& name : keys) {
            const Key& key = *find_key(name);
            std::visit([&](const auto& field) { Fill{key, random}(field.write(s)); }, key.field);
        }
        mend_relations(s, random);
    }
}

}  // namespace

TEST_CASE("any valid scenario is read back identical, and written again to the same bytes") {
    RandomStream random(20260101);
    for (int i = 0; i < 300; ++i) {
        Scenario scenario;
        for (const Key& key : schema()) {
            std::visit([&](const auto& field) { Fill{key, random}(field.write(scenario)); }, key.field);
        }
        mend_relations(scenario, random);
        draw_combination(scenario, random);
        const std::string text = to_toml(scenario);
        const auto loaded = parse_scenario(text, "scenario.toml");
        REQUIRE_MESSAGE(loaded, loaded.error().message);
        CHECK(*loaded == resolved(scenario));
        CHECK(to_toml(*loaded) == text);
    }
}

TEST_CASE("doubles are written in their shortest form, and as TOML floats") {
    const Key& key = *find_key("data.exponent");
    const auto written = [&](double value) {
        Scenario scenario;
        scenario.data.exponent = value;
        return value_text(key, scenario);
    };
    CHECK(written(0.1) == "0.1");
    CHECK(written(1.0) == "1.0");
    CHECK(written(-0.0) == "-0.0");
    CHECK(written(1e5) == "100000.0");
    CHECK(written(1e22) == "1e+22");
    CHECK(written(5e-324) == "5e-324");
    CHECK(written(0.1 + 0.2) == "0.30000000000000004");
    CHECK(written(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
}

TEST_CASE("text is escaped where TOML asks for it") {
    Scenario scenario;
    scenario.data.source = "csv";
    scenario.data.file = "a\"b\\c\td\x7F σ.csv";
    CHECK(value_text(*find_key("data.file"), scenario) == "\"a\\\"b\\\\c\\u0009d\\u007F σ.csv\"");
    const auto loaded = parse_scenario(to_toml(scenario), "s.toml");
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    CHECK(loaded->data.file == scenario.data.file);
}

TEST_CASE("a single initial weight is written as a number, several as a list") {
    Scenario scenario;
    CHECK(value_text(*find_key("network.init"), scenario) == "0.1");
    scenario.network.init = {0.1, 0.2};
    CHECK(value_text(*find_key("network.init"), scenario) == "[0.1, 0.2]");
    const auto one = parse_scenario("data.source = \"power-law\"\nnetwork.init = 1\n", "s.toml");
    REQUIRE_MESSAGE(one, one.error().message);
    CHECK(one->network.init.aligned == std::vector<double>{1.0});
}

TEST_CASE("data.file starts from the scenario's folder, from the command line it starts here") {
    const std::string text = "[data]\nsource = \"csv\"\nfile = \"spectra/a.csv\"\n";
    const auto from_file = parse_scenario(text, "lessons/first.toml");
    REQUIRE(from_file);
    CHECK(from_file->data.file == "spectra/a.csv");
    CHECK(data_file(*from_file) == std::filesystem::path("lessons/spectra/a.csv"));
    const auto from_here = parse_scenario(text, "lessons/first.toml", {"data.file=b.csv"});
    REQUIRE(from_here);
    CHECK(data_file(*from_here) == std::filesystem::path("b.csv"));
    const auto absolute = parse_scenario(text, "lessons/first.toml", {"data.file=/spectra/c.csv"});
    REQUIRE(absolute);
    CHECK(data_file(*absolute) == std::filesystem::path("/spectra/c.csv"));
}

TEST_CASE("training.times starts from the scenario's folder, from the command line it starts here") {
    const std::string text = "[data]\nsource = \"csv\"\nfile = \"a.csv\"\n[training]\ntimes = \"m/t.csv\"\n";
    const auto here = std::filesystem::current_path();
    const auto from_file = parse_scenario(text, "lessons/first.toml");
    REQUIRE(from_file);
    CHECK(times_file(*from_file) == std::filesystem::path("lessons/m/t.csv"));
    CHECK(to_toml(*from_file, DataFile::absolute).find((here / "lessons/m/t.csv").string()) != std::string::npos);
    const auto times_here = parse_scenario(text, "lessons/first.toml", {"training.times=t.csv"});
    REQUIRE(times_here);
    CHECK(times_file(*times_here) == here / "t.csv");
    CHECK(data_file(*times_here) == std::filesystem::path("lessons/a.csv"));
    const auto file_here = parse_scenario(text, "lessons/first.toml", {"data.file=b.csv"});
    REQUIRE(file_here);
    CHECK(times_file(*file_here) == std::filesystem::path("lessons/m/t.csv"));
    CHECK(data_file(*file_here) == std::filesystem::path("b.csv"));
}

TEST_CASE("the absolute form means the same file from any folder, and writes the same bytes there") {
    const auto first = parse_scenario("[data]\nsource = \"csv\"\nfile = \"../a.csv\"\n", "lessons/first.toml");
    REQUIRE(first);
    const std::string text = to_toml(*first, DataFile::absolute);
    const auto again = parse_scenario(text, "runs/elsewhere/scenario.toml");
    REQUIRE(again);
    CHECK(data_file(*again) == std::filesystem::current_path() / "a.csv");
    CHECK(to_toml(*again, DataFile::absolute) == text);
    CHECK(to_toml(*first).find("file = \"../a.csv\"") != std::string::npos);
}
