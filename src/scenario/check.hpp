#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "eigenflow/scenario/validate.hpp"

namespace eigenflow::scenario {

/// What is wrong with keys by themselves: validate() less the relations. Does not judge the keys in `bad`; adds those
/// it refuses.
std::vector<Problem> check_keys(const Scenario& scenario, std::set<std::string_view>& bad);

/// validate(), without judging the keys in `bad` or any relation that they take part in; adds the keys it refuses.
std::vector<Problem> check(const Scenario& scenario, std::set<std::string_view>& bad);

}  // namespace eigenflow::scenario
