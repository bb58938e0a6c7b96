#include <string>
#include <utility>

#include "network/architectures.hpp"

namespace eigenflow::model {

Error needs_fourier_modes(std::string_view architecture) {
    return Error{ErrorKind::usage, "network.architecture = \"" + std::string(architecture) +
                                       "\": trains Fourier modes, and the spectrum holds principal components: set "
                                       "data.basis = \"fourier\""};
}

/// W = circ(w), a circular filter as wide as the grid: every Fourier mode trains alone, N times as fast as one layer,
/// because a tap serves N places: w = w* + (Q − w*) exp(−2Nηωhτ), λ_k = [F Σ F*]_kk   (T-7). Q is ŵ_k(0). Of C channels
/// every eigenpair of a frequency's block is such a mode: a start of Q on the centre tap of every channel commutes with
/// all blocks. N stays the number of pixels, since taps are not shared by channels.
MadeNetwork make_full_convolution(const NetworkSpec& spec, const data::Spectrum& spectrum, std::vector<double> init) {
    if (!spectrum.is_fourier()) return needs_fourier_modes("full-convolution");
    if (spec.residual) {  // 1 on the centre tap is 1 on every ŵ_k
        for (double& q : init) q += 1.0;
    }
    const auto places = static_cast<double>(spectrum.places());
    return linear_modes("full-convolution", places, spectrum.variances(), std::move(init));
}

}  // namespace eigenflow::model
