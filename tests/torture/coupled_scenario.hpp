#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dense_weights.hpp"
#include "eigenflow/core/result.hpp"
#include "eigenflow/dynamics/matrix_problem.hpp"

namespace eigenflow::torture {

/// A small scenario whose modes couple, drawn by chance: 2 to 6 modes, of layers to 4, by a random start of one layer
/// or two, of any rank, or by a mean. λ 1e-6 … 1e3, of layers 1e-2 … 10; means to 10; σ_T 2 … 200, σ_0 1e-3 … 0.5, of
/// layers to 20 and from 0.02. Layers train for as long as an explicit series can follow.
struct CoupledScenario {
    std::uint64_t number = 0;
    dynamics::MatrixProblem problem;
    std::vector<double> tau;         ///< 0, then strictly rising
    std::vector<Progress> progress;  ///< the same for the reference
    std::string start;               ///< of the layers, for text()

    bool layers() const { return problem.layers.architecture != "one-layer"; }
    bool descent() const { return problem.rule == dynamics::TrainingRule::gradient_descent; }
    bool shared() const { return problem.coupling == dynamics::Coupling::shared; }
    /// Everything but mode and τ; the number gives the rest back.
    std::string text() const;
};

/// The same for a seed and a number. ErrorKind::usage where the program refuses it.
Result<CoupledScenario> draw_coupled_scenario(std::uint64_t seed, std::uint64_t number);

}  // namespace eigenflow::torture
