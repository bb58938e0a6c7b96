#pragma once

#include <functional>
#include <memory>
#include <span>

#include "eigenflow/core/trajectories.hpp"
#include "engine.hpp"

namespace eigenflow::dynamics {
std::function<void(std::size_t, std::span<const double>, std::span<double>)> make_evaluate(
    std::shared_ptr<const MatrixEngine> engine, const Trajectories& known);
}
