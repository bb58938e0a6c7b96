#include "eigenflow/scenario/checkpoint_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "io/scratch_directory.hpp"

using namespace eigenflow;

namespace {

std::string touch(const ScratchDirectory& scratch, const std::string& folder, const std::string& name) {
    std::filesystem::create_directories(scratch / folder);
    return scratch.write(folder + "/" + name, "").string();
}

}  // namespace

// Each row was compared with every other of the same file name, and each file with all of them: quadratic, where every
// checkpoint is ckpt_<step>/samples.npy.
TEST_CASE("steps.csv: of rows about the same file the one that says most of its path counts") {
    const ScratchDirectory scratch;
    const std::string a = touch(scratch, "one/a", "samples.npy");
    const std::string b = touch(scratch, "one/b", "samples.npy");
    const std::string c = touch(scratch, "one/c", "samples.npy");
    const std::string last = c + ",40\n";
    const auto steps = scratch.write("steps.csv",
                                     "file,step\nsamples.npy,10\nb/samples.npy,20\none/b/samples.npy,30\n"
                                     "two/b/samples.npy,50\nc/samples.npy,60\n" +
                                         last);
    const auto found = scenario::find_checkpoints({.patterns = {a, b, c}, .steps = steps, .learning_rate = 1.0});
    REQUIRE(bool(found));
    REQUIRE(found->checkpoints.size() == 3);
    CHECK(found->checkpoints[0].file == a);
    CHECK(found->checkpoints[0].step == 10);
    CHECK(found->checkpoints[1].file == b);
    CHECK(found->checkpoints[1].step == 30);
    CHECK(found->checkpoints[2].file == c);
    CHECK(found->checkpoints[2].step == 40);
    REQUIRE(found->notes.size() == 1);
    CHECK(found->notes.front().find("steps.csv, line 3, column \"file\": b/samples.npy") != std::string::npos);
    CHECK(found->notes.front().find("(and 2 rows more)") != std::string::npos);
}

TEST_CASE("steps.csv: a file that comes twice is refused, however it is written") {
    const ScratchDirectory scratch;
    const std::string a = touch(scratch, "a", "s_1.npy");
    const std::string b = touch(scratch, "a", "s_2.npy");
    const auto steps = scratch.write("steps.csv", "file,step\na/s_1.npy,1\na/s_2.npy,2\n./a/../a/s_1.npy,3\n");
    const auto found = scenario::find_checkpoints({.patterns = {a, b}, .steps = steps, .learning_rate = 1.0});
    REQUIRE(!found);
    CHECK(found.error().message.find("line 4, column \"file\": a/s_1.npy comes twice") != std::string::npos);
}
