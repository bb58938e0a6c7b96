#include "eigenflow/io/atomic_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <utility>

#include "scratch_directory.hpp"

using namespace eigenflow;
using io::AtomicFile;
namespace fs = std::filesystem;

namespace {

/// No file of this process may grow beyond `bytes`: writes fail with EFBIG, as on a full disk, for root too.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    void (*handler_)(int);
    rlimit before_{};
};

}  // namespace

TEST_CASE("atomic file: nothing is visible under its name before commit") {
    const ScratchDirectory scratch;
    auto file = AtomicFile::open(scratch / "table.csv");
    REQUIRE(file);
    REQUIRE(file->append("half"));
    CHECK_FALSE(fs::exists(scratch / "table.csv"));
    REQUIRE(file->append(" and half"));
    REQUIRE(file->commit());
    CHECK(content(scratch / "table.csv") == "half and half");
    CHECK(scratch.entries() == 1);
}

TEST_CASE("atomic file: the old content stays until commit, and for good when discarded") {
    const ScratchDirectory scratch;
    scratch.write("table.csv", "old");
    {
        auto file = AtomicFile::open(scratch / "table.csv");
        REQUIRE(file);
        REQUIRE(file->append(std::string(1 << 20, 'x')));  // beyond the buffer: bytes are on disk
        CHECK(content(scratch / "table.csv") == "old");
    }
    CHECK(content(scratch / "table.csv") == "old");
    CHECK(scratch.entries() == 1);
    REQUIRE(io::write_file_atomically(scratch / "table.csv", "new"));
    CHECK(content(scratch / "table.csv") == "new");
}

TEST_CASE("atomic file: chunks around the buffer size arrive in order") {
    const ScratchDirectory scratch;
    std::string expected;
    auto file = AtomicFile::open(scratch / "chunks");
    REQUIRE(file);
    for (const std::size_t size : {1U, 262143U, 1U, 262144U, 262145U, 7U, 1000000U, 0U, 3U}) {
        const std::string chunk(size, static_cast<char>('a' + expected.size() % 26));
        REQUIRE(file->append(chunk));
        expected += chunk;
    }
    REQUIRE(file->commit());
    CHECK(content(scratch / "chunks") == expected);
}

TEST_CASE("atomic file: moving hands over the temporary, once") {
    const ScratchDirectory scratch;
    auto opened = AtomicFile::open(scratch / "a");
    auto other = AtomicFile::open(scratch / "b");
    REQUIRE(opened);
    REQUIRE(other);
    AtomicFile file = std::move(*other);
    file = std::move(*opened);  // discards b
    CHECK(scratch.entries() == 1);
    REQUIRE(file.append("a"));
    REQUIRE(file.commit());
    CHECK(content(scratch / "a") == "a");
    CHECK(scratch.entries() == 1);
    CHECK(file.append("late").error().kind == ErrorKind::internal);
}

TEST_CASE("atomic file: a new file has the permissions that the umask gives") {
    const ScratchDirectory scratch;
    const mode_t before = ::umask(027);
    const auto written = io::write_file_atomically(scratch / "table.csv", "x");
    ::umask(before);
    REQUIRE(written);
    CHECK(fs::status(scratch / "table.csv").permissions() == fs::perms(0640));
}

TEST_CASE("atomic file: a symbolic link is followed, not replaced") {
    const ScratchDirectory scratch;
    fs::create_directory(scratch / "elsewhere");
    fs::create_symlink("elsewhere/table.csv", scratch / "table.csv");  // dangling at first
    for (const char* text : {"one", "two"}) {
        REQUIRE(io::write_file_atomically(scratch / "table.csv", text));
        CHECK(fs::is_symlink(scratch / "table.csv"));
        CHECK(content(scratch / "elsewhere/table.csv") == text);
    }
    fs::create_symlink("loop", scratch / "loop");
    CHECK(contains(io::write_file_atomically(scratch / "loop", "x").error().message, "symbolic links"));
}

TEST_CASE("atomic file: a full disk is reported by /dev/full, which stays a device") {
    const auto small = io::write_file_atomically("/dev/full", "x");  // fits the buffer: shows at commit
    REQUIRE_FALSE(small);
    CHECK(small.error().kind == ErrorKind::file);
    CHECK(contains(small.error().message, "/dev/full: No space left on device; free some space"));
    auto file = AtomicFile::open("/dev/full");
    REQUIRE(file);
    CHECK_FALSE(file->append(std::string(1 << 20, 'x')));
    CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("atomic file: descriptors under /dev are written, not replaced, and appended to") {
    const ScratchDirectory scratch;
    std::FILE* open_file = std::fopen((scratch / "redirected").c_str(), "w");
    REQUIRE(open_file);
    std::fputs("before ", open_file);
    std::fflush(open_file);
    const auto inode = [&] {
        struct stat status {};
        ::stat((scratch / "redirected").c_str(), &status);
        return status.st_ino;
    };
    const auto before = inode();
    const auto written = io::write_file_atomically("/dev/fd/" + std::to_string(::fileno(open_file)), "after");
    std::fclose(open_file);
    REQUIRE(written);
    CHECK(content(scratch / "redirected") == "before after");
    CHECK(inode() == before);
}

TEST_CASE("atomic file: a disk that fills up leaves the old file and no temporary") {
    const ScratchDirectory scratch;
    scratch.write("table.csv", "old");
    const auto fill = [&](std::size_t bytes) {
        const FileSizeLimit limit(100000);
        return io::write_file_atomically(scratch / "table.csv", std::string(bytes, 'x'));
    };
    for (const std::size_t bytes : {100001U, 1000000U}) {  // fails in commit, and in append
        const auto written = fill(bytes);
        REQUIRE_FALSE(written);
        CHECK(written.error().kind == ErrorKind::file);
        CHECK(contains(written.error().message, "File too large; free some space"));
        CHECK(content(scratch / "table.csv") == "old");
        CHECK(scratch.entries() == 1);
    }
    CHECK(fill(100000));  // the limit is what made the others fail
}

TEST_CASE("atomic file: a directory that vanishes or can't be written is an error with its path") {
    const ScratchDirectory scratch;
    fs::create_directory(scratch / "run");
    auto file = AtomicFile::open(scratch / "run/table.csv");
    REQUIRE(file);
    REQUIRE(file->append("x"));
    fs::remove_all(scratch / "run");
    const auto committed = file->commit();
    REQUIRE_FALSE(committed);
    CHECK(contains(committed.error().message, (scratch / "run/table.csv").string() + ": No such file or directory;"));

    scratch.write("file", "");
    for (const fs::path& path : {scratch / "run/table.csv", fs::path("/proc/table.csv"), scratch / "file/table.csv",
                                 scratch.path(), scratch / std::string(300, 'n')}) {
        CAPTURE(path);
        const auto written = io::write_file_atomically(path, "x");
        REQUIRE_FALSE(written);
        CHECK(written.error().kind == ErrorKind::file);
        CHECK(contains(written.error().message, path.string()));
    }
}

TEST_CASE("atomic file: a directory that lets nobody write, root neither, is an error with the remedy") {
    const fs::path directory = "/sys/kernel";  // or its file system is read-only: the same remedy
    if (!fs::is_directory(directory)) return;
    const auto written = io::write_file_atomically(directory / "table.csv", "x");
    REQUIRE_FALSE(written);
    CHECK(contains(written.error().message, (directory / "table.csv").string()));
    CHECK(contains(written.error().message, "change its permissions, or choose another place"));
}

TEST_CASE("atomic file: a directory where the file should go appears during the work: commit fails, nothing is left") {
    const ScratchDirectory scratch;
    auto file = AtomicFile::open(scratch / "table.csv");
    REQUIRE(file);
    fs::create_directory(scratch / "table.csv");
    CHECK_FALSE(file->commit());
    CHECK(scratch.entries() == 1);
}
