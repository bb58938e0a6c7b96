"""Heat maps of variance over target for CIFAR-10's principal components, one layer and two tied layers."""

from making.heat_maps import figure


def draw(runs):
    return figure(runs, ("one-layer", "symmetric-two-layer"), ("one layer", r"two layers, $PP^\top$"), both_ends=True)
