#pragma once

#include <cmath>
#include <vector>

#include "eigenflow/analysis/power_law.hpp"
#include "eigenflow/numerics/random.hpp"

// Emergence rows made from τ* = A λ^(−α) with chosen errors.
namespace synthetic {

using eigenflow::analysis::Emergence;
using eigenflow::analysis::EmergenceStatus;

inline Emergence emerged(double lambda, double tau_star) {
    Emergence e;
    e.target_variance = lambda;
    e.tau_star = tau_star;
    e.status = EmergenceStatus::emerged;
    return e;
}

/// n modes, λ log-spaced over `decades` from 1 down, ln τ* normal about the law with standard deviation `noise`.
inline std::vector<Emergence> law(int n, double decades, double prefactor, double exponent, double noise,
                                  eigenflow::numerics::RandomStream& random) {
    std::vector<Emergence> rows;
    for (int i = 0; i < n; ++i) {
        const double lambda = std::pow(10.0, -decades * i / (n - 1.0));
        const double error = noise > 0.0 ? noise * random.normal() : 0.0;
        rows.push_back(emerged(lambda, prefactor * std::pow(lambda, -exponent) * std::exp(error)));
    }
    return rows;
}

/// Training ends at `last`: modes that had not emerged by then are censored.
inline void censor(std::vector<Emergence>& rows, double last) {
    for (Emergence& e : rows) {
        e.observed_until = last;
        if (e.tau_star <= last) continue;
        e.status = EmergenceStatus::censored;
        e.tau_star = std::nan("");
    }
}

inline bool covers(const eigenflow::analysis::PowerLaw& law, double exponent) {
    return law.ci_low <= exponent && exponent <= law.ci_high;
}

inline eigenflow::analysis::PowerLaw fit(const std::vector<Emergence>& rows, const char* estimator, int bootstrap = 0,
                                         unsigned threads = 1) {
    return eigenflow::analysis::fit_power_laws(rows, {.estimators = {estimator}, .bootstrap = bootstrap},
                                               eigenflow::Threads(threads))
        .at(0);
}

}  // namespace synthetic
