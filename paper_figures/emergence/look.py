"""One look for each criterion in every panel: colour, marker and line apart for every kind of colour vision."""

# Okabe-Ito colours; the marker says the same in gray.
LOOK = {
    "harmonic": {"color": "#0072B2", "marker": "v"},
    "geometric": {"color": "#000000", "marker": "o"},
    "arithmetic": {"color": "#D55E00", "marker": "^"},
    "settling": {"color": "#009E73", "marker": "s"},
}

DATA_TIME = r"$[1/(\eta\,\mathrm{data}^2)]$"
