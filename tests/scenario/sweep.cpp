#include "eigenflow/scenario/sweep.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "io/scratch_directory.hpp"

using namespace eigenflow::scenario;
using eigenflow::ErrorKind;
using eigenflow::Result;

namespace {

using Texts = std::vector<std::string>;

Result<Sweep> plan(const Texts& arguments, const std::string& text = "[data]\nsource = \"power-law\"\nmodes = 4\n") {
    const ScratchDirectory scratch;
    return plan_sweep(scratch.write("s.toml", text), arguments);
}

// The cells of the first key at each point.
Texts first_cells(const Result<Sweep>& sweep) {
    Texts cells;
    REQUIRE_MESSAGE(sweep, sweep.error().message);
    for (const SweepPoint& point : sweep->points) cells.push_back(point.cells.front());
    return cells;
}

std::string refusal(const Texts& arguments) {
    const auto sweep = plan(arguments);
    if (sweep) return "accepted";
    CHECK(sweep.error().kind == ErrorKind::usage);
    return sweep.error().message;
}

}  // namespace

TEST_CASE("sweep: every combination, the first key outermost") {
    const auto sweep = plan({"network.architecture=one-layer,deep", "data.modes=3", "network.init=0.5,1,1e-9"});
    CHECK(first_cells(sweep) == Texts{"one-layer", "one-layer", "one-layer", "deep", "deep", "deep"});
    CHECK(sweep->points[4].cells == Texts{"deep", "1.0"});
    CHECK(sweep->points[4].folder == "005_network.architecture=deep_network.init=1.0");
    CHECK(sweep->points[4].scenario->network.architecture == "deep");
    CHECK(sweep->points[4].scenario->network.init.aligned == std::vector<double>{1.0});
    CHECK(sweep->points[5].scenario->network.init.aligned == std::vector<double>{1e-9});
    CHECK(sweep->points[5].scenario->data.modes == 3);
}

TEST_CASE("sweep: commas split values only outside of brackets and quotes") {
    CHECK(first_cells(plan({"data.variances=[1,2],[3, 4] , [5]", "data.source=list"})) ==
          Texts{"[1.0, 2.0]", "[3.0, 4.0]", "[5.0]"});
    CHECK(first_cells(plan({"name=\"a, \\\"b\",'c,d',don't,won't"})) == Texts{"a, \"b", "c,d", "don't", "won't"});
    CHECK(first_cells(plan({"output.modes=all,2"})) == Texts{"all", "2"});
}

TEST_CASE("sweep: names that are listed need no quotes") {
    const auto sweep = plan({"emergence.thresholds=geometric,[harmonic, settling],[\"arithmetic\"]"});
    CHECK(first_cells(sweep) == Texts{"geometric", "[\"harmonic\", \"settling\"]", "arithmetic"});
    CHECK(sweep->points[1].scenario->emergence.thresholds == Texts{"harmonic", "settling"});
    CHECK(sweep->keys[0].values[0] == "[\"geometric\"]");
}

TEST_CASE("sweep: directory names hold nothing that a shell or a file system takes amiss") {
    std::string names = "name=a b,§*?";
    names.append(100, 'x').append(",").append(150, 'y');
    const auto sweep = plan({names, "data.variances=[1,2],[3,4]"});
    REQUIRE(sweep);
    CHECK(sweep->points[0].folder == "001_name=a-b_data.variances=-1.0-2.0-");
    CHECK(sweep->points[2].folder == std::string("003_name=-").append(100, 'x').append("_data.vari"));
    CHECK(sweep->points[4].folder.size() == 120);
}

TEST_CASE("sweep: what is wrong with a value is said at once for all of them") {
    const std::string said = refusal({"network.init=0.1,abc", "data.modes=4,0,-1", "objective.pth=ve,flow"});
    for (const char* part : {"command line: network.init=abc: must be a finite number",
                             "command line: data.modes=0: must be a whole number", "data.modes=-1: ",
                             "command line: objective.pth=ve: unknown key: did you mean objective.path?"}) {
        CAPTURE(part);
        CHECK(contains(said, part));
    }
    CHECK_FALSE(contains(said, "objective.pth=flow"));  // the key is unknown once
}

TEST_CASE("sweep: arguments that make no grid") {
    CHECK(contains(refusal({}), "nothing is swept: give a key several values"));
    CHECK(contains(refusal({"network.init=0.1"}), "nothing is swept"));
    CHECK(contains(refusal({"network.init=0.1,,0.2"}), "network.init=0.1,,0.2: a value is missing beside a comma"));
    CHECK(contains(refusal({"network.init=0.1,0.10"}), "0.1 is there twice: leave one out"));
    CHECK(contains(refusal({"network.init=0.1,0.2", "network.init=3"}), "network.init=3: the key is there twice"));
    CHECK(contains(refusal({"network.init=0.1,0.2", "steps"}), "command line: steps: must be key=value"));
}

TEST_CASE("sweep: more points than a directory should hold are refused before any is made") {
    std::string hundred = "1";
    for (int i = 2; i <= 100; ++i) hundred.append(",").append(std::to_string(i));
    const Texts keys = {"data.seed=", "fit.seed=", "fit.bootstrap=", "training.points=", "sampling.steps="};
    Texts arguments;
    for (const std::string& key : keys) arguments.push_back(key + hundred);  // 1e10 points: beyond 32 bits
    CHECK(contains(refusal(arguments), "the sweep has more than 10000 points"));
}

TEST_CASE("sweep: a combination without meaning is its point's error, unless there is no other") {
    const auto sweep = plan({"objective.path=ve,flow", "objective.target=denoise,velocity"});
    REQUIRE(sweep);
    REQUIRE_FALSE(sweep->points[1].scenario);
    CHECK(sweep->points[1].scenario.error().kind == ErrorKind::usage);
    CHECK(contains(sweep->points[1].scenario.error().message, "velocity"));
    CHECK(sweep->points[0].scenario);
    CHECK(contains(sweep->points[2].scenario.error().message, "denoise"));  // flow ends where denoise says nothing
    CHECK(sweep->points[3].scenario);

    // A relation between keys, too: lists need variances.
    const auto lists = plan({"data.source=power-law,list"});
    REQUIRE(lists);
    CHECK(lists->points[0].scenario);
    CHECK(contains(lists->points[1].scenario.error().message, "needs at least one variance"));

    CHECK(
        contains(refusal({"objective.target=velocity,v"}), "objective.target=velocity: has no meaning on path \"ve\""));
    CHECK(contains(refusal({"objective.target=velocity,v"}), "\n"));  // the reason of each
}

TEST_CASE("sweep: a scenario that can't be read is a file's error") {
    const auto sweep = plan_sweep("nowhere/s.toml", {"network.init=0.1,0.2"});
    REQUIRE_FALSE(sweep);
    CHECK(sweep.error().kind == ErrorKind::file);
}
