#include "eigenflow/io/run_directory.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string_view>

#include "scratch_directory.hpp"

using namespace eigenflow;
using io::prepare_output_directory;
namespace fs = std::filesystem;

TEST_CASE("run directory: made with its parents, and nothing is left of the trial") {
    const ScratchDirectory scratch;
    REQUIRE(prepare_output_directory(scratch / "runs/first-light", false));
    CHECK(fs::is_directory(scratch / "runs/first-light"));
    CHECK(fs::is_empty(scratch / "runs/first-light"));
    CHECK(prepare_output_directory(scratch / "runs/first-light/", false));  // empty: no run yet
}

TEST_CASE("run directory: one that holds a run is refused without force, and not emptied with it") {
    for (const std::string name : {"manifest.json", "scenario.toml", "sweep.toml", "notes.csv"}) {
        CAPTURE(name);
        const ScratchDirectory scratch;
        scratch.write(name, "old");
        const auto refused = prepare_output_directory(scratch.path(), false);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::file);
        CHECK(contains(refused.error().message, scratch.path().string() + " already holds a run (" + name + ")"));
        CHECK(contains(refused.error().message, "--force"));
        CHECK(prepare_output_directory(scratch.path(), true));
        CHECK(content(scratch / name) == "old");
        CHECK(scratch.entries() == 1);
    }
}

TEST_CASE("run directory: whoever writes only tables of its own replaces no others, also not by force") {
    constexpr std::array<std::string_view, 2> own = {"times.csv", "manifest.json"};
    const ScratchDirectory scratch;
    scratch.write("times.csv", "old");
    scratch.write("manifest.json", "old");
    CHECK_FALSE(prepare_output_directory(scratch.path(), false, own));
    CHECK(prepare_output_directory(scratch.path(), true, own));
    scratch.write("variance.csv", "a run's");
    const auto refused = prepare_output_directory(scratch.path(), true, own);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::file);
    CHECK(contains(refused.error().message, "holds a run of another kind (variance.csv)"));
}

TEST_CASE("run directory: other files are no run") {
    const ScratchDirectory scratch;
    scratch.write("README.md", "");
    scratch.write("data.npy", "");
    CHECK(prepare_output_directory(scratch.path(), false));
}

TEST_CASE("run directory: a file, a file among the parents, no name, and places that can't be written") {
    const ScratchDirectory scratch;
    scratch.write("file", "");
    const auto file = prepare_output_directory(scratch / "file", true);
    REQUIRE_FALSE(file);
    CHECK(contains(file.error().message, "file is a file; choose another with --out DIR"));
    CHECK(prepare_output_directory("", false).error().kind == ErrorKind::usage);
    for (const fs::path& path : {scratch / "file/run", fs::path("/proc/run"), fs::path("/proc")}) {
        CAPTURE(path);
        const auto refused = prepare_output_directory(path, true);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::file);
        CHECK(contains(refused.error().message, path.string()));
    }
}
