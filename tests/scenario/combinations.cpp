#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "eigenflow/scenario/load.hpp"
#include "eigenflow/scenario/run.hpp"

using namespace eigenflow::scenario;
using eigenflow::ErrorKind;

namespace {

using Lines = std::vector<std::string>;

// What parsing says of a scenario of eight modes with these overrides.
std::string refusal(const Lines& overrides) {
    const auto loaded = parse_scenario("[data]\nsource = \"power-law\"\nmodes = 8\n", "s.toml", overrides);
    if (loaded) return "accepted";
    CHECK(loaded.error().kind == ErrorKind::usage);
    return loaded.error().message;
}

}  // namespace

TEST_CASE("combinations without meaning are reported together, each at its line") {
    const auto loaded = parse_scenario(
        "data.source = \"power-law\"\nobjective.target = \"v\"\nobjective.preconditioning = \"edm\"\n\n"
        "training.solver = \"closed-form\"\ntraining.points = 1\n",
        "s.toml", {"network.architecture=full-convolution"});
    REQUIRE_FALSE(loaded);
    const std::string& message = loaded.error().message;
    std::size_t from = 0;
    for (const char* part : {"s.toml:2: objective.target = \"v\": has no meaning on path \"ve\": it belongs to paths",
                             "\ns.toml:3: objective.preconditioning = \"edm\": is defined for path \"ve\" and target",
                             "\ns.toml:5: training.solver = \"closed-form\": the generated variance has a closed form",
                             "\ns.toml:6: training.points = 1: must be a whole number, 2 <= points <= 100000",
                             "\ncommand line: network.architecture=full-convolution: trains Fourier modes, and"}) {
        const std::size_t found = message.find(part, from);
        CHECK_MESSAGE(found != std::string::npos, part, " in ", message);
        if (found != std::string::npos) from = found;
    }
}

TEST_CASE("what an architecture can't start from is known before the data") {
    CHECK(refusal({"network.architecture=deep", "network.depth=2", "network.init=[1,1,1,1,1,-1,1,1]"}) ==
          "command line: network.init=[1,1,1,1,1,-1,1,1]: mode 6 starts at a negative weight, which an even number of "
          "equal layers (network.depth = 2) can't have: use init ≥ 0 or an odd depth");
    CHECK(refusal({"network.architecture=deep", "network.depth=3", "network.init=-1"}) == "accepted");
    CHECK(refusal({"network.architecture=two-layer", "network.imbalance=1e-200"}) ==
          "command line: network.imbalance=1e-200: p² − q² must be a finite number, 0 or of size 1e-100 or more: use 0 "
          "for balanced layers");
    const Lines grid = {"network.architecture=patch-convolution", "data.basis=fourier", "data.shape=[8]"};
    CHECK(refusal({grid[0], grid[1], grid[2], "network.kernel=9"}).find("network.kernel=9: a filter with 9 taps") !=
          std::string::npos);
    CHECK(refusal({grid[0], grid[1], grid[2], "network.kernel=7"}) == "accepted");
    // Only the file says whether a csv has frequencies.
    CHECK(refusal({"network.architecture=full-convolution", "data.source=csv", "data.file=a.csv"}) == "accepted");
}

TEST_CASE("the ends of a path that a target or a sampler can't reach") {
    const std::string denoise = refusal({"objective.path=flow"});
    CHECK(denoise ==
          "command line: objective.path=flow: sampling.data = 1.0: target denoise does not determine the probability "
          "flow where x_t holds no noise, and 1 is the default of path flow: stop short of it, such as "
          "sampling.data=0.999");
    CHECK(refusal({"objective.path=flow", "sampling.data=0.999"}) == "accepted");
    CHECK(refusal({"objective.path=flow", "objective.target=noise"}).find("sampling.noise = 0.0: target noise") !=
          std::string::npos);
    // ds/dt of vp-linear is infinite at t = 0: every variance failed after the work was done.
    for (const char* target : {"objective.target=v", "objective.target=noise"}) {
        const Lines heun = {"objective.path=vp-linear", target, "sampling.solver=heun", "sampling.data=0"};
        CHECK(
            refusal(heun) ==
            "command line: sampling.data=0: the slope that solver \"heun\" takes there is infinite on path vp-linear: "
            "stop short of it, such as sampling.data=0.001, or use solver = \"ddim\"");
        for (const char* solver : {"sampling.solver=ddim", "sampling.solver=euler", "sampling.solver=exact"}) {
            const auto loaded =
                parse_scenario("data.source = \"power-law\"", "s.toml",
                               {heun[0], heun[1], solver, heun[3], "data.modes=3", "training.points=3"});
            REQUIRE_MESSAGE(loaded, loaded.error().message);
            const auto done = run(*loaded);
            REQUIRE(done);
            CHECK(done->simulation.failures.empty());
        }
    }
    CHECK(refusal({"objective.path=vp-linear", "sampling.solver=heun", "sampling.data=0.001"}) == "accepted");
}

TEST_CASE("a last step to zero belongs to the samplers that step") {
    for (const char* solver : {"exact", "ode"}) {
        CHECK(refusal({"sampling.to_zero=true", std::string("sampling.solver=") + solver}) ==
              "command line: sampling.to_zero=true: is EDM's last step to sigma = 0 and needs a sampler that steps, "
              "which "
              "\"" +
                  std::string(solver) + "\" does not: use solver = \"heun\", or leave it out");
    }
    for (const char* solver : {"euler", "heun", "ddim"}) {
        CHECK(refusal({"sampling.to_zero=true", std::string("sampling.solver=") + solver}) == "accepted");
    }
}

TEST_CASE("a shared network needs a weighting with an average") {
    CHECK(refusal({"objective.coupling=shared", "objective.weighting=inverse-variance", "objective.path=flow",
                   "objective.target=velocity"})
              .find("objective.coupling=shared: weighting inverse-variance has no finite average") !=
          std::string::npos);
    CHECK(refusal({"objective.coupling=shared"}) == "accepted");
}

TEST_CASE("a scenario that was made in a program is checked as one that was read") {
    Scenario scenario;
    scenario.training.points = 1;
    scenario.training.solver = "closed-form";
    scenario.network.architecture = "deep";
    const auto result = run(scenario, {});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::usage);
    CHECK(result.error().message.find("training.points") != std::string::npos);
    CHECK(result.error().message.find("\n") != std::string::npos);  // the solver has no closed form of these
}
