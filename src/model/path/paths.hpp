#pragma once

#include "eigenflow/model/noise_path.hpp"

namespace eigenflow::model {

extern const NoisePath ve_path;
extern const NoisePath flow_path;
extern const NoisePath vp_cosine_path;
extern const NoisePath vp_linear_path;

}  // namespace eigenflow::model
