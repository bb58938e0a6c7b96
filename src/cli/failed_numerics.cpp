#include "failed_numerics.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

namespace eigenflow::cli {
namespace {

using Failures = std::vector<dynamics::RouteFailure>;

// "2 modes could not be computed, the first is mode 1 (reason)"
std::string told(const Failures& failures) {
    std::set<std::size_t> modes;
    for (const dynamics::RouteFailure& failure : failures) modes.insert(failure.mode);
    return fmt::format("{} {} could not be computed, the first is mode {} ({})", modes.size(),
                       modes.size() == 1 ? "mode" : "modes", failures.front().mode + 1, failures.front().reason);
}

const char* remedy(const scenario::Scenario& s) {
    if (s.training.rule == "gradient-descent") return "use a smaller training.learning_rate";
    if (s.training.solver == "ode") return "try training.solver = \"auto\"";
    if (s.sampling.solver == "ode") return "try sampling.solver = \"exact\"";
    return "use a smaller network.init or noise range, or scale the data";  // nothing else leaves the doubles
}

}  // namespace

std::optional<Error> failures_of(const scenario::Run& run) {
    const dynamics::Simulation& s = run.simulation;
    if (s.complete()) return std::nullopt;
    std::string sentences;
    const auto tell = [&](const char* subject, const Failures& failures, const char* where) {
        if (failures.empty()) return;
        sentences += fmt::format("{}{}{}: {}: {}", sentences.empty() ? "" : "\n", subject, told(failures), where,
                                 remedy(run.scenario));
    };
    tell("", s.failures, "their rows say failed, the others are good");
    tell("weights.csv: ", s.weight_failures, "their rows say failed, the others are good");
    tell("the sampler's bias: exact sampling of ", s.exact_failures,
         "sampler_kl and sampler_w2 are empty in the rows of distances.csv that say failed, all else is as it says");
    return Error{ErrorKind::numerics, sentences};
}

}  // namespace eigenflow::cli
