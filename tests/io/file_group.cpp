#include "eigenflow/io/file_group.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "eigenflow/io/csv_writer.hpp"
#include "scratch_directory.hpp"

using namespace eigenflow;
using io::FileGroup;
namespace fs = std::filesystem;

TEST_CASE("file group: nothing appears before all are committed, then all do") {
    const ScratchDirectory scratch;
    scratch.write("b", "old");
    FileGroup files;
    REQUIRE(files.add(scratch / "a", "one"));
    auto csv = io::CsvWriter::open(scratch / "b", {"column"});
    REQUIRE(csv);
    csv->cell(2).end_row();
    REQUIRE(csv->commit_with(files));
    REQUIRE(files.add(scratch / "manifest", std::string(1 << 20, 'x')));
    CHECK_FALSE(fs::exists(scratch / "a"));
    CHECK(content(scratch / "b") == "old");
    REQUIRE(files.commit());
    CHECK(content(scratch / "a") == "one");
    CHECK(content(scratch / "b") == "column\n2\n");
    CHECK(content(scratch / "manifest").size() == 1 << 20);
    CHECK(scratch.entries() == 3);
    REQUIRE(files.commit());  // nothing is left
}

TEST_CASE("file group: sizes are those of the files as they will be, without devices") {
    const ScratchDirectory scratch;
    scratch.write("b", "longer than before");
    FileGroup files;
    CHECK(files.sizes().empty());
    REQUIRE(files.add(scratch / "a", std::string(1 << 20, 'x')));
    REQUIRE(files.add(scratch / "b", "new"));
    REQUIRE(files.add(scratch / "empty", ""));
    REQUIRE(files.add("/dev/null", "gone"));
    const io::FileSizes expected = {{"a", 1 << 20}, {"b", 3}, {"empty", 0}};
    CHECK(files.sizes() == expected);
    REQUIRE(files.commit());
    for (const auto& [name, bytes] : expected) CHECK(fs::file_size(scratch / name) == bytes);
}

TEST_CASE("file group: what is not committed leaves no trace") {
    const ScratchDirectory scratch;
    {
        FileGroup files;
        REQUIRE(files.add(scratch / "a", "one"));
        CHECK(scratch.entries() == 1);  // its temporary
    }
    CHECK(scratch.entries() == 0);
}

TEST_CASE("file group: one that can't be put in place is reported, and those behind it do not appear") {
    const ScratchDirectory scratch;
    FileGroup files;
    for (const char* name : {"a", "b", "manifest"}) REQUIRE(files.add(scratch / name, name));
    fs::create_directory(scratch / "b");
    fs::create_directory(scratch / "b/occupied");
    const auto committed = files.commit();
    REQUIRE_FALSE(committed);
    CHECK(contains(committed.error().message, (scratch / "b").string()));
    CHECK(content(scratch / "a") == "a");
    CHECK_FALSE(fs::exists(scratch / "manifest"));
    CHECK(scratch.entries() == 2);  // a and the directory
}

TEST_CASE("file group: the last file's earlier version and what is obsolete are gone before the others appear") {
    const ScratchDirectory scratch;
    for (const char* name : {"a", "manifest", "rates", "mean"}) scratch.write(name, "old");
    const std::vector<fs::path> obsolete = {scratch / "rates", scratch / "mean", scratch / "absent"};
    const auto add_all = [&](FileGroup& files) {
        for (const char* name : {"a", "b", "manifest"}) REQUIRE(files.add(scratch / name, "new"));
    };
    {
        FileGroup files;
        add_all(files);
    }
    CHECK(scratch.entries() == 4);  // not committed: all is as it was
    FileGroup failing;
    add_all(failing);
    fs::create_directory(scratch / "b");
    fs::create_directory(scratch / "b/occupied");
    CHECK_FALSE(failing.commit(obsolete));
    CHECK(content(scratch / "a") == "new");
    CHECK(scratch.entries() == 2);  // a and the directory: no manifest, old or new
    fs::remove_all(scratch / "b");
    FileGroup files;
    add_all(files);
    REQUIRE(files.commit(obsolete));
    CHECK(scratch.entries() == 3);
    CHECK(content(scratch / "manifest") == "new");
}

TEST_CASE("file group: what is obsolete but can't be removed is reported, before anything new appears") {
    const ScratchDirectory scratch;
    fs::create_directory(scratch / "rates");
    fs::create_directory(scratch / "rates/occupied");
    FileGroup files;
    for (const char* name : {"a", "manifest"}) REQUIRE(files.add(scratch / name, "new"));
    const auto committed = files.commit(std::vector<fs::path>{scratch / "rates"});
    REQUIRE_FALSE(committed);
    CHECK(contains(committed.error().message, (scratch / "rates").string()));
    CHECK(scratch.entries() == 1);
}

TEST_CASE("file group: a manifest that is a link stays one") {
    const ScratchDirectory scratch;
    fs::create_directory(scratch / "elsewhere");
    scratch.write("elsewhere/manifest", "old");
    fs::create_symlink("elsewhere/manifest", scratch / "manifest");
    FileGroup files;
    for (const char* name : {"a", "manifest"}) REQUIRE(files.add(scratch / name, "new"));
    REQUIRE(files.commit());
    CHECK(fs::is_symlink(scratch / "manifest"));
    CHECK(content(scratch / "manifest") == "new");
}

TEST_CASE("file group: links lead to other directories, and devices are written directly") {
    const ScratchDirectory scratch;
    fs::create_directory(scratch / "elsewhere");
    fs::create_symlink("elsewhere/a", scratch / "a");
    FileGroup files;
    REQUIRE(files.add(scratch / "a", "one"));
    REQUIRE(files.add("/dev/null", "two"));
    REQUIRE(files.add(scratch / "manifest", "three"));
    REQUIRE(files.commit());
    CHECK(content(scratch / "elsewhere/a") == "one");
    CHECK(content(scratch / "manifest") == "three");
    CHECK_FALSE(files.add("/dev/full", "x"));
    CHECK_FALSE(files.add(scratch / "nowhere" / "x", "x"));
}
