#include "eigenflow/core/nearest_name.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace eigenflow;

TEST_CASE("edit distance: one for an insertion, a deletion, a substitution and a swap of neighbours") {
    CHECK(edit_distance("init", "init") == 0);
    CHECK(edit_distance("", "init") == 4);
    CHECK(edit_distance("inits", "init") == 1);
    CHECK(edit_distance("nit", "init") == 1);
    CHECK(edit_distance("unit", "init") == 1);
    CHECK(edit_distance("inti", "init") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ca", "abc") == 3);  // optimal string alignment; unrestricted Damerau would say 2
}

TEST_CASE("edit distance is symmetric") {
    const std::vector<std::string> words = {"", "a", "ab", "ba", "path", "apth", "weighting", "wieghtnig"};
    for (const std::string& a : words) {
        for (const std::string& b : words) CHECK(edit_distance(a, b) == edit_distance(b, a));
    }
}

TEST_CASE("misspelling limit grows with the length of the word") {
    CHECK(misspelling_limit(2) == 0);
    CHECK(misspelling_limit(3) == 1);
    CHECK(misspelling_limit(4) == 1);
    CHECK(misspelling_limit(5) == 2);
    CHECK(misspelling_limit(8) == 2);
    CHECK(misspelling_limit(9) == 3);
}

TEST_CASE("nearest: the closest within the limit, all of them on a tie, none when all are far") {
    const std::vector<std::string> names = {"init", "unit", "depth", "kernel"};
    CHECK(nearest("depht", names) == std::vector<std::string>{"depth"});
    CHECK(nearest("initt", names) == std::vector<std::string>{"init"});
    CHECK(nearest("anit", names) == std::vector<std::string>{"init", "unit"});
    CHECK(nearest("architecture", names).empty());
    CHECK(nearest("depth", {}).empty());
}

TEST_CASE("did you mean: commas, then an or") {
    CHECK(did_you_mean({"a"}) == "did you mean a?");
    CHECK(did_you_mean({"a", "b"}) == "did you mean a or b?");
    CHECK(did_you_mean({"a", "b", "c"}) == "did you mean a, b or c?");
}

TEST_CASE("edit distance up to a limit: the same, or above the limit") {
    const std::vector<std::string> words = {"",        "a",     "ab",   "ba",      "abc",       "cab",
                                            "path",    "apth",  "init", "inti",    "unit",      "kitten",
                                            "sitting", "aaaaa", "aAaa", "bbbbbbb", "weighting", "wieghtnig"};
    for (const std::string& a : words) {
        for (const std::string& b : words) {
            const std::size_t distance = edit_distance(a, b);
            for (std::size_t limit = 0; limit < 12; ++limit) {
                const std::size_t limited = edit_distance(a, b, limit);
                CHECK((distance <= limit ? limited == distance : limited > limit));
            }
        }
    }
}
