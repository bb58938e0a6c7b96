"""Heat maps of variance over target for the Fourier modes of gray CIFAR-10, as wide as the image and 3 × 3."""

from making.heat_maps import figure


def draw(runs):
    return figure(runs, ("full-convolution", "patch-convolution"), (r"32 $\times$ 32 taps", r"3 $\times$ 3 taps"))
