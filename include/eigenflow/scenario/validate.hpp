#pragma once

#include <string>
#include <vector>

#include "eigenflow/scenario/scenario.hpp"

namespace eigenflow::scenario {

/// One thing that is wrong with a scenario.
struct Problem {
    std::string key;                        ///< "data.modes"
    std::string value;                      ///< as TOML, shortened where long; empty: the key is missing
    std::string allowed;                    ///< "must be a whole number, 1 <= modes <= 10000000"
    std::string remedy;                     ///< "the default is 256"
    std::vector<std::string> related = {};  ///< other keys that take part

    /// "data.modes = 0: must be a whole number, 1 <= modes <= 10000000: the default is 256"
    std::string sentence() const;
};

/// Everything that is wrong with a scenario, in the order of the schema, then what is wrong between keys; empty when it
/// can be run: its own relations, and whether architecture, objective, path and solvers go together. A relation between
/// keys is judged only where each of them is right by itself. What only the data can tell (the modes of a file, the
/// largest stable learning rate) is not judged here.
std::vector<Problem> validate(const Scenario& scenario);

}  // namespace eigenflow::scenario
