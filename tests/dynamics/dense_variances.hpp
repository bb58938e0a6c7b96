#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "eigenflow/dynamics/variance_table.hpp"
#include "eigenflow/numerics/random.hpp"
#include "small_problem.hpp"

namespace eigenflow::tests {

/// Variances in no order, log-uniform on [low, high].
inline std::vector<double> random_variances(std::size_t modes, double low, double high, std::uint64_t seed) {
    numerics::RandomStream random(seed);
    std::vector<double> lambda;
    for (std::size_t k = 0; k < modes; ++k) lambda.push_back(low * std::pow(high / low, random.uniform()));
    return lambda;
}

/// The problem for modes of these variances, in their order, that start as its first mode does.
inline dynamics::LearningProblem with_variances(dynamics::LearningProblem problem, const std::vector<double>& lambda) {
    problem.network = problem.network->at_variances(lambda, 0);
    REQUIRE(problem.network != nullptr);
    return problem;
}

inline bool same_bytes(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace eigenflow::tests
