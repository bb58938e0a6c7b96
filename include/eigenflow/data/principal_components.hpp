#pragma once

#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/data/moments.hpp"
#include "eigenflow/data/spectrum.hpp"

namespace eigenflow::data {

/// Σ = Σ_k λ_k u_k u_kᵀ.
struct PrincipalComponents {
    std::vector<double> variances;   ///< λ_k, falling  [data²]
    std::vector<double> components;  ///< d × d row-major; row k is the unit vector u_k, its largest entry positive
};

/// All eigenvalues of the covariance (LAPACK dsyevd).
///
/// Accuracy: |δλ| ≤ (n + d) eps tr Σ, the rounding of the covariance included. A null variance may therefore come out
/// negative: it is 0 here; one below −(n + d) eps tr Σ is an ErrorKind::internal. ErrorKind::usage when the covariance
/// is not d × d and finite.
/// Cost: 4d³/3 flops. d = 3072: 2.6 s on AVX-512 kernels, 5.3 s on the SSE3 kernels that OpenBLAS 0.3.21 falls back to
/// on processors newer than itself (OPENBLAS_CORETYPE=SkylakeX or Haswell in the environment chooses better ones).
/// One thread whatever openblas_set_num_threads or OPENBLAS_NUM_THREADS says, so that the bytes do not depend on it;
/// OPENBLAS_CORETYPE changes them, as another processor does. Holds a global setting of OpenBLAS while it runs: do not
/// run OpenBLAS elsewhere in the process at the same time.
Result<Spectrum> principal_spectrum(const Moments& moments);

/// The same with the components. Variances may differ from principal_spectrum's by rounding. Where variances repeat,
/// the components are one orthonormal basis of the shared space. Cost: about twice (5.1 s) to three times (17 s).
Result<PrincipalComponents> principal_components(const Moments& moments);

/// The variances with the data's mean along every component, u_kᵀμ. Accuracy of a mean: d eps ‖μ‖. Cost: as
/// principal_components().
Result<Spectrum> principal_spectrum_with_mean(const Moments& moments);

}  // namespace eigenflow::data
