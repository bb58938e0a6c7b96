#include "lesson.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "eigenflow/scenario/load.hpp"

namespace eigenflow::tests {
namespace {

const std::string folder = EIGENFLOW_SCENARIO_DIR "/";

std::string leading_comment(const std::string& path) {
    std::ifstream in(path);
    std::string text, line;
    while (std::getline(in, line) && line.starts_with('#')) text += line.substr(1) + '\n';
    return text;
}

std::string single_blanks(const std::string& text) {
    std::istringstream words(text);
    std::string joined, word;
    while (words >> word) joined += (joined.empty() ? "" : " ") + word;
    return joined;
}

/// One line of a lesson's table of exponents.
struct StatedLaw {
    std::string criterion, direction, estimator, exponent;
    std::size_t modes = 0;
};

std::vector<StatedLaw> stated_laws(const std::string& comment) {
    std::vector<StatedLaw> laws;
    std::istringstream lines(comment);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        StatedLaw law;
        if (!(words >> law.criterion >> law.direction >> law.estimator >> law.exponent >> law.modes)) continue;
        if (law.direction == "rising" || law.direction == "falling") laws.push_back(law);
    }
    return laws;
}

std::string with_decimals_of(const std::string& stated, double value) {
    return fixed(value, static_cast<int>(stated.size() - stated.find('.') - 1));
}

}  // namespace

bool Lesson::states(const std::string& words) const { return single_blanks(comment).find(words) != std::string::npos; }

Lesson run_lesson(const std::string& file, const std::vector<std::string>& overrides) {
    auto scenario = scenario::load_scenario(folder + file, overrides);
    REQUIRE_MESSAGE(scenario, scenario.error().message);
    auto run = scenario::run(*scenario, {.threads = Threads(2)});
    REQUIRE_MESSAGE(run, run.error().message);
    return {leading_comment(folder + file), std::move(run).value()};
}

void check_stated_exponents(const Lesson& lesson) {
    const std::vector<StatedLaw> stated = stated_laws(lesson.comment);
    REQUIRE(stated.size() == lesson.run.power_laws.size());
    for (std::size_t i = 0; i < stated.size(); ++i) {
        const analysis::PowerLaw& law = lesson.run.power_laws[i];
        CAPTURE(i);
        CHECK(stated[i].criterion == analysis::name_of(law.criterion));
        CHECK(stated[i].direction == analysis::name_of(law.direction));
        CHECK(stated[i].estimator == law.estimator);
        CHECK(stated[i].exponent == with_decimals_of(stated[i].exponent, law.exponent));
        CHECK(stated[i].modes == law.modes);
        CHECK(law.censored == 0);
    }
}

std::string rounded(double value, int digits) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    return text;
}

std::string fixed(double value, int decimals) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

double emergence_time(const Lesson& lesson, analysis::Criterion criterion, std::size_t mode) {
    for (const analysis::Emergence& e : lesson.run.emergence) {
        if (e.criterion == criterion && e.mode + 1 == mode) return e.tau_star;
    }
    FAIL("no such mode");
    return std::nan("");
}

std::size_t count(const Lesson& lesson, analysis::Criterion criterion, analysis::EmergenceStatus status,
                  analysis::Direction direction) {
    const auto counted = [&](const analysis::Emergence& e) {
        return e.criterion == criterion && e.status == status && e.direction == direction;
    };
    return static_cast<std::size_t>(std::count_if(lesson.run.emergence.begin(), lesson.run.emergence.end(), counted));
}

double exponent(const Lesson& lesson, analysis::Criterion criterion, const std::string& estimator,
                analysis::Direction direction) {
    for (const analysis::PowerLaw& law : lesson.run.power_laws) {
        if (law.criterion == criterion && law.direction == direction && law.estimator == estimator) return law.exponent;
    }
    FAIL("no such fit");
    return std::nan("");
}

void check_stated_counts(const Lesson& lesson) {
    using analysis::Direction;
    using analysis::EmergenceStatus;
    for (const auto criterion : {analysis::Criterion::geometric, analysis::Criterion::harmonic}) {
        const std::size_t rising = count(lesson, criterion, EmergenceStatus::emerged, Direction::rising);
        const std::size_t falling = count(lesson, criterion, EmergenceStatus::emerged, Direction::falling);
        const std::size_t gray = count(lesson, criterion, EmergenceStatus::gray_zone, Direction::rising) +
                                 count(lesson, criterion, EmergenceStatus::gray_zone, Direction::falling);
        CHECK(rising + falling + gray == lesson.run.spectrum.modes());  // so none is censored or without a crossing
        CHECK(lesson.states(std::to_string(rising) + " modes rise, " + std::to_string(falling) + " fall, " +
                            std::to_string(gray) + " lie in the gray zone"));
    }
}

}  // namespace eigenflow::tests
