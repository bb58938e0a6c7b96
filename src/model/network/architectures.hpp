#pragma once

#include <memory>
#include <vector>

#include "eigenflow/model/network.hpp"

namespace eigenflow::model {

using MadeNetwork = Result<std::unique_ptr<const Network>>;

MadeNetwork make_one_layer(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);
MadeNetwork make_symmetric_two_layer(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);

}  // namespace eigenflow::model
