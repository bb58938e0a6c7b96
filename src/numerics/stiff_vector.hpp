#pragma once

#include <sundials/sundials_nvector.h>

namespace eigenflow::numerics {

/// Gives a serial vector, and all that CVODE clones from it, operations that use the machine's vector instructions:
/// Debian's SUNDIALS is built for any x86-64, and its own took 80 % of the time of 128 unknowns. Every operation rounds
/// by the index of an entry, never by its address.
void use_vector_instructions(N_Vector vector);

}  // namespace eigenflow::numerics
