"""Images and samples: NumPy, scikit-learn, PyTorch."""

import numpy as np


def images(folder):
    return np.load(folder / "images.npy", mmap_mode="r")


def pca(folder):
    raw = images(folder)

    def work():
        x = raw / np.float32(127.5) - np.float32(1.0)
        return np.linalg.eigvalsh(np.cov(x, rowvar=False, dtype=np.float32))[::-1].astype(float)

    return work


def leading_64(folder):
    """The leading singular values of the centred matrix, by ARPACK to its full accuracy: what ours promises."""
    from scipy.sparse.linalg import svds
    raw = images(folder)

    def work():
        x = raw / 127.5 - 1.0
        x -= x.mean(axis=0)
        return np.sort(svds(x, k=64, return_singular_vectors=False, random_state=1)**2)[::-1] / (len(x) - 1)

    return work


def leading_64_randomized(folder):
    """scikit-learn's randomized PCA in float32, with as many power iterations as 1e-6 takes."""
    from sklearn.decomposition import PCA
    raw = images(folder)

    def work():
        x = raw / np.float32(127.5) - np.float32(1.0)
        return PCA(64, svd_solver="randomized", iterated_power=30, random_state=1).fit(x).explained_variance_

    return work


def measure(folder):
    import torch
    torch.set_num_threads(2)
    directions = torch.from_numpy(np.load(folder / "directions.npy").astype(np.float32))

    def work():
        numbers = []
        for checkpoint in range(20):
            x = torch.from_numpy(np.load(folder / f"samples_{checkpoint % 4}.npy"))
            y = (x - x.mean(0)) @ directions.T
            covariance = y.T @ y / (len(y) - 1)
            variance = covariance.diagonal()
            numbers += [variance, ((variance**2).sum() / (covariance**2).sum())[None]]
        return torch.cat(numbers).double().numpy()

    return work
