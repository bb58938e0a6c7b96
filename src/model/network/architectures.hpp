#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "eigenflow/model/network.hpp"

namespace eigenflow::model {

using MadeNetwork = Result<std::unique_ptr<const Network>>;

MadeNetwork make_one_layer(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);
MadeNetwork make_symmetric_two_layer(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);
MadeNetwork make_two_layer(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);
MadeNetwork make_deep(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);
MadeNetwork make_full_convolution(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);
MadeNetwork make_patch_convolution(const NetworkSpec&, const data::Spectrum&, std::vector<double> init);

/// T-3 with the rate 2gηω h, g > 0 the same for every mode.
std::unique_ptr<const Network> linear_modes(std::string_view architecture, double gain, std::span<const double> lambda,
                                            std::vector<double> init);

/// Why a convolution can't be trained on principal components.
Error needs_fourier_modes(std::string_view architecture);

}  // namespace eigenflow::model
