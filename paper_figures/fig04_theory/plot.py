"""Heat maps of variance over target for the Fourier modes of gray CIFAR-10, as wide as the image and 3 × 3."""

import math

from making.heat_maps import figure


def draw(runs):
    whole, patch = "full-convolution", "patch-convolution"
    taps = math.isqrt(len(runs[whole]["spectrum"])), runs[patch].setting("network.kernel")
    return figure(runs, (whole, patch), [rf"{width} $\times$ {width} taps" for width in taps])
