"""CSV by pandas, and a whole run as a script."""

import numpy as np
import pandas as pd

from peers.problem import spectrum, times


def csv_write(folder):
    variance = np.load(folder / "variance.npy")
    tau, target = times(400), spectrum()

    def work():
        modes = len(target)
        pd.DataFrame({"tau": np.repeat(tau, modes), "mode": np.tile(np.arange(1, modes + 1), len(tau)),
                      "target_variance": np.tile(target, len(tau)), "variance": variance.ravel(),
                      }).to_csv(folder / "peer.csv", index=False)
        return np.empty(0)

    return work


def csv_read(folder):
    def work():
        frame = pd.read_csv(folder / "peer.csv", float_precision="round_trip")
        return np.concatenate([frame[name].to_numpy(float) for name in frame])

    return work
