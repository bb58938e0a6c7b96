#include "law_summary.hpp"

#include <fmt/core.h>

#include <cmath>

namespace eigenflow::cli {

void summarise_laws(const std::vector<analysis::PowerLaw>& laws) {
    for (const analysis::PowerLaw& law : laws) {
        const std::string value = std::isnan(law.exponent)
                                      ? "no exponent"
                                      : fmt::format("tau* ~ lambda^-{:.4f} +- {:.4f}", law.exponent, law.exponent_se);
        fmt::print(stderr, "eigenflow: {} {} {}: {} ({} modes{}{})\n", analysis::name_of(law.criterion),
                   analysis::name_of(law.direction), law.estimator, value, law.modes, law.note.empty() ? "" : "; ",
                   law.note);
    }
}

}  // namespace eigenflow::cli
