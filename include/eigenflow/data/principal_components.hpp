#pragma once

#include <vector>

#include "eigenflow/core/result.hpp"
#include "eigenflow/core/strong_types.hpp"
#include "eigenflow/data/moments.hpp"
#include "eigenflow/data/spectrum.hpp"

namespace eigenflow::data {

/// Σ = Σ_k λ_k u_k u_kᵀ.
struct PrincipalComponents {
    std::vector<double> variances;   ///< λ_k, falling  [data²]
    std::vector<double> components;  ///< d × d row-major; row k is the unit vector u_k, its largest entry positive
};

/// All eigenvalues of the covariance.
///
/// Accuracy: |δλ| ≤ (n + d) eps tr Σ, the rounding of the covariance included. A null variance may therefore come out
/// negative: it is 0 here; one below −(n + d) eps tr Σ is an ErrorKind::internal. ErrorKind::usage when the covariance
/// is not d × d and finite.
/// Cost: 4d³/3 flops. d = 3072: 1.6 s with AVX-512, 0.9 s on two threads. OpenBLAS gets the best kernels it has for the
/// processor, also where it is older than that and would take SSE3 ones (twice the time), unless OPENBLAS_CORETYPE says
/// which. The same bytes for any number of threads, and whatever openblas_set_num_threads or OPENBLAS_NUM_THREADS says;
/// OPENBLAS_CORETYPE changes them, as another processor does. Several threads may call this and what follows at the
/// same time. It changes global settings of OpenBLAS meanwhile: do not call OpenBLAS itself elsewhere in the process
/// then.
Result<Spectrum> principal_spectrum(const Moments& moments, Threads threads);

/// The same with the components. Variances may differ from principal_spectrum's by rounding. Where variances repeat,
/// the components are one orthonormal basis of the shared space. LAPACK dsyevd, on one thread. Cost: about four times.
Result<PrincipalComponents> principal_components(const Moments& moments);

/// The variances with the data's mean along every component, u_kᵀμ. Accuracy of a mean: d eps ‖μ‖. Cost: as
/// principal_components().
Result<Spectrum> principal_spectrum_with_mean(const Moments& moments);

}  // namespace eigenflow::data
