// Texts that would send the parser, or a walk through its tree, beyond the end of the stack.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "eigenflow/scenario/load.hpp"

using namespace eigenflow;

namespace {

std::string repeated(std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
}

std::string message(const std::string& text, const std::vector<std::string>& overrides = {}) {
    const auto scenario = scenario::parse_scenario(text, "s.toml", overrides);
    return scenario ? "" : scenario.error().message;
}

const std::string smallest = "data.source = \"power-law\"\n";

}  // namespace

TEST_CASE("a scenario that is nested without end is refused by its line, wherever the names are") {
    const std::string names = repeated("a.", 50'000) + "a";
    const std::string refused = "s.toml:2: nested deeper than 16 names or brackets, as no key is: correct this line";
    for (const std::string& text :
         {names + " = 1", "[" + names + "]", "[[" + names + "]]", "x = {" + names + " = 1}",
          repeated("\"a\" . ", 50'000) + "a = 1", repeated("a.", 8) + "\"#\"." + names + " = 1",
          "x = " + repeated("[", 50'000) + repeated("]", 50'000),
          "x = " + repeated("{a = ", 50'000) + "1" + repeated("}", 50'000),
          "x = ['''#''', " + repeated("[", 50'000) + repeated("]", 50'000) + "]",
          "x.\"\\\"\".'\\'." + names + " = 1"}) {
        CAPTURE(text.substr(0, 60));
        CHECK(message("\n" + text + "\n") == refused);
    }
    CHECK(message("x = \"\"\"\n\\\"\"\"\"\"\ny = " + repeated("[", 50)).starts_with("s.toml:3: nested deeper"));
}

TEST_CASE("sixteen names are not too deep, and dots and brackets of strings and comments are no names") {
    CHECK(message(repeated("a.", 15) + "a = 1").starts_with("s.toml:1: [a]: unknown section"));
    CHECK(message(repeated("a.", 16) + "a = 1").starts_with("s.toml:1: nested deeper"));
    const std::string many = repeated("[{.", 100);
    CHECK(message(smallest + "# " + many).empty());
    CHECK(message(smallest + "data.seed = 1 # \"" + many + "\nname = \"a\"").empty());
    for (const std::string quotes : {"\"", "'", "\"\"\"", "'''"}) {
        CAPTURE(quotes);
        CHECK(message(smallest + "data.times = " + quotes + many + quotes).find("unknown key") != std::string::npos);
    }
    CHECK(message(smallest + "data.times = \"\"\"a \"word\" " + many + "\"\"\"").find("unknown key") !=
          std::string::npos);
    CHECK(message(smallest + "data.variances = [" + repeated("0.1, ", 1000) + "]").find("nested") == std::string::npos);
}

TEST_CASE("strings without an end are told by the parser, not taken for names") {
    const std::string deep = repeated("[", 50);
    CHECK(message("x = \"" + deep).find("not valid TOML") != std::string::npos);
    CHECK(message("x = '''" + deep).find("not valid TOML") != std::string::npos);
    CHECK(message("x = \"\n" + deep + "\n").starts_with("s.toml:2: nested deeper"));
}

TEST_CASE("an override that is nested without end is the text that it is") {
    const std::string value = "{" + repeated("a.", 50'000) + "a = 1}";
    CHECK(message(smallest, {"network.init=" + value}).find("network.init={a.a") != std::string::npos);
}

TEST_CASE("of many problems the first twenty are told, and how many there are") {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "[s" + std::to_string(i) + "]\n";
    const std::string told = message(text);
    CHECK(std::count(told.begin(), told.end(), '\n') == 20);
    CHECK(told.starts_with("s.toml:1: [s0]: unknown section"));
    CHECK(told.find("\ns.toml:20: [s19]: ") != std::string::npos);
    CHECK(told.ends_with("\ns.toml: and 980 more: correct these first"));

    std::string values = "[data]\nmodes = 0\nlargest = -1\nseed = -1\nsource = \"x\"\nlog_std = -1\n";
    for (int i = 0; i < 18; ++i) values += "[s" + std::to_string(i) + "]\n";
    const std::string both = message(values);
    CHECK(std::count(both.begin(), both.end(), '\n') == 20);
    CHECK(both.starts_with("s.toml:2: data.modes"));
    CHECK(both.ends_with("\ns.toml: and 3 more: correct these first"));
    CHECK(told.find("is missing") == std::string::npos);  // one of them may have meant it
}
