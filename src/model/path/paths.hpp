#pragma once

#include "eigenflow/model/noise_path.hpp"

namespace eigenflow::model {

extern const NoisePath ve_path;

}  // namespace eigenflow::model
