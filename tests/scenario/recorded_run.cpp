#include "eigenflow/scenario/recorded_run.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "io/scratch_directory.hpp"

using namespace eigenflow;

namespace {

/// Row i is of time i % times and mode i % modes.
std::filesystem::path table(const ScratchDirectory& scratch, int rows, int times, int modes) {
    const auto path = scratch / "variance.csv";
    std::ofstream out(path);
    out << "tau,mode,target_variance,variance\n";
    for (int i = 0; i < rows; ++i) out << i % times << ',' << i % modes + 1 << ",1,0.5\n";
    return path;
}

}  // namespace

// Times x modes numbers were allotted, whatever the number of rows: 2 MB of rows, each of its own mode and tau, asked
// for 90 GB.
TEST_CASE("a variance.csv whose modes share no times is refused before there is a table for it") {
    const ScratchDirectory scratch;
    const auto thin = scenario::read_trajectories(table(scratch, 400, 400, 400));
    REQUIRE(!thin);
    CHECK(thin.error().kind == ErrorKind::file);
    CHECK(thin.error().message.find("too few values of tau in common") != std::string::npos);

    const auto huge = scenario::read_trajectories(table(scratch, 100000, 100000, 100000));
    CHECK(!huge);
}

TEST_CASE("a variance.csv may have holes") {
    const ScratchDirectory scratch;
    const auto small = scenario::read_trajectories(table(scratch, 60, 60, 60));
    REQUIRE(bool(small));
    CHECK(small->trajectories.variance.size() == 60 * 60);
    const auto one_in_fifteen = scenario::read_trajectories(table(scratch, 3000, 3000, 15));
    REQUIRE(bool(one_in_fifteen));
    CHECK(one_in_fifteen->trajectories.variance.size() == 3000 * 15);
}
