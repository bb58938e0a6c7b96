#pragma once

#include <cstddef>
#include <vector>

#include "eigenflow/data/spectrum.hpp"

namespace eigenflow::data {

/// For every mode the one of frequency −k: real data have one variance along both, so that the two are one measurement.
/// A mode without such a partner (k = −k, a principal component) is its own.
std::vector<std::size_t> opposite_modes(const Spectrum& spectrum);

}  // namespace eigenflow::data
