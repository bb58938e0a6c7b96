#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "eigenflow/scenario/emit.hpp"
#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/validate.hpp"

using namespace eigenflow;
using namespace eigenflow::scenario;

namespace {

// The refusal of a power law of 4 modes with these lines added, or "accepted".
std::string refusal(const std::vector<std::string>& overrides) {
    const auto s = parse_scenario("[data]\nsource = \"power-law\"\nmodes = 4\n", "s.toml", overrides);
    return s ? "accepted" : s.error().message;
}

}  // namespace

TEST_CASE("coupled modes: every way to write them, and back") {
    CHECK(refusal({"network.init=random"}) == "accepted");
    CHECK(refusal({"network.init={kind=\"random\",scale=0.5,seed=7}"}) == "accepted");
    CHECK(refusal({"data.mean=[1,0,0,-2]", "network.architecture=two-layer", "network.rank=2"}) == "accepted");
    CHECK(refusal({"data.mean=measured", "data.source=csv", "data.file=spectrum.csv"}) == "accepted");
    const auto table =
        parse_scenario("data.source = \"power-law\"\n[network.init]\nkind = \"random\"\nseed = 3\n", "s.toml");
    REQUIRE(table);
    REQUIRE(table->network.init.random);
    CHECK(table->network.init.random->scale == 0.3);
    CHECK(table->network.init.random->seed == 3);
    CHECK(couples_modes(*table));
    const auto again = parse_scenario(to_toml(*table), "s.toml");
    REQUIRE(again);
    CHECK(again->network.init == table->network.init);
}

TEST_CASE("coupled modes: what has no meaning is refused in one sentence") {
    CHECK(refusal({"sampling.ensemble=100"}) ==
          "command line: sampling.ensemble=100: is of modes that couple, and here none do: variances are exact: leave "
          "ensemble out");
    CHECK(refusal({"sampling.ensemble=1", "network.init=random"}) ==
          "command line: sampling.ensemble=1: must be a whole number, 0, or 2 <= ensemble <= 100000000: the default is "
          "0");
    CHECK(refusal({"sampling.ensemble=2", "network.init=random"}) == "accepted");
    CHECK(refusal({"sampling.ensemble=0"}) == "accepted");
    CHECK(refusal({"data.mean=measured"}) ==
          "command line: data.mean=measured: can be measured of csv and images only, and source is \"power-law\": "
          "write a "
          "list of one number per mode");
    CHECK(refusal({"data.mean=[1,2]"}) ==
          "command line: data.mean=[1,2]: must have one number per mode: 4 modes, 2 numbers: write a list of 4");
    CHECK(refusal({"data.mean=[1,0,0,0]", "data.basis=fourier", "data.shape=[4]"}) ==
          "command line: data.mean=[1,0,0,0]: needs principal components, and basis is \"fourier\": write data.basis = "
          "\"pca\", or leave the mean out");
    CHECK(refusal({"data.mean=[1,0,0,0]", "network.architecture=deep"}) ==
          "command line: data.mean=[1,0,0,0]: gives the network a bias, which deep does not have: use "
          "network.architecture = one-layer, symmetric-two-layer or two-layer, or leave the mean out");
    CHECK(
        refusal({"network.init=random", "network.architecture=deep"}) ==
        "command line: network.init=random: can be random for one-layer, symmetric-two-layer or two-layer only: write "
        "the weight of every mode, such as init = 0.1");
    CHECK(refusal({"network.rank=2"}) ==
          "command line: network.rank=2: is the width between two layers, and architecture is \"one-layer\": use "
          "network.architecture = \"two-layer\", or leave rank out");
    CHECK(refusal({"network.rank=5", "network.architecture=two-layer"}) ==
          "command line: network.rank=5: must be at most the number of modes, 4: leave it out for full rank");
    CHECK(refusal({"network.imbalance=0.5", "network.architecture=two-layer", "network.init=random"}) ==
          "command line: network.imbalance=0.5: is of modes that train alone; here data.mean, random init or rank "
          "couples "
          "them: leave imbalance out");
    CHECK(
        refusal({"training.solver=ode", "network.init=random"}) ==
        "command line: training.solver=ode: must be auto where data.mean, random init or rank couples the modes: leave "
        "solver out");
}
