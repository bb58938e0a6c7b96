#include "law_summary.hpp"

#include <fmt/core.h>

#include <cmath>

#include "say.hpp"

namespace eigenflow::cli {

void summarise_laws(const std::vector<analysis::PowerLaw>& laws) {
    for (const analysis::PowerLaw& law : laws) {
        const std::string base = std::isfinite(law.floor) ? fmt::format("(lambda + {:.3g})", law.floor) : "lambda";
        const std::string value =
            std::isnan(law.exponent) ? "no exponent" : fmt::format("tau* ~ {}^{:.4f}", base, -law.exponent);
        const std::string error = std::isnan(law.exponent_se) ? "" : fmt::format(" +- {:.4f}", law.exponent_se);
        const std::string censored = law.censored > 0 ? fmt::format(", {} censored", law.censored) : "";
        say(fmt::format("{} {} {}: {}{} ({} modes{}{}{})", analysis::name_of(law.criterion),
                        analysis::name_of(law.direction), law.estimator, value, error, law.modes, censored,
                        law.note.empty() ? "" : "; ", law.note));
    }
}

}  // namespace eigenflow::cli
