"""Numbers of one run: when mode 1 shows its first sign, and how long after that it is half there."""

INITS = (0.1, 0.01, 0.001)
SHOWN = 0.01  # whose exponents are drawn
CRITERIA = ("harmonic", "geometric", "arithmetic")


def runs_of(runs, init):
    """[(depth, run)] of one initial weight."""
    return [(depth, run) for (value, depth), run in runs.points("depths") if value == init]


def tau_star(run, criterion, mode=1):
    rows = run.emergence(criterion)
    return float(rows.loc[rows["mode"] == mode, "tau_star"].iloc[0])


def first_sign(run):
    return tau_star(run, "harmonic")


def rise(run):
    """Half of the variance over the first sign, as times: 1 would be a jump."""
    return tau_star(run, "arithmetic") / tau_star(run, "harmonic")


def plateau(run, init, depth):
    """How long mode 1 takes from Q to no longer small, by T-6 for small Q and three layers on; T-6 itself is exact.

    θ = (Q/w*)^−(1−2/L)/(1−2/L), θ = 2ηL m w*^(1−2/L) τ, at noise levels well below λ: w* = 1, m = λ.
    """
    power = 1 - 2 / depth
    return init**-power / power / (2 * depth * run["spectrum"]["variance"].iloc[0])
