"""How far a picture can be trusted: what of the full space's neighbourhoods it keeps."""

from __future__ import annotations

import numpy as np

from engine.geometry.moments import unit

SAMPLE = 600  # words compared with all the others; the measure is a mean over them


def knn_overlap(x: np.ndarray, drawn: np.ndarray, *, k: int = 10, seed: int = 0) -> float:
    """Share of each word's k nearest neighbours in the full space that are its k nearest in the
    picture too.

    Neighbours in the full space are by cosine, in the picture by distance; a seeded sample of
    words is averaged.

    Args:
        x: vectors, (n, d).
        drawn: coordinates of the same words in the picture, (n, 2 or 3).
    Returns:
        Share in [0, 1]; chance is about k / n. NaN with fewer than k + 2 words.
    """
    if len(x) < k + 2:
        return float("nan")
    asked = _sample(len(x), seed)
    full, picture = (
        _neighbours(unit(x).astype(np.float32), asked, k),
        _neighbours(np.asarray(drawn), asked, k),
    )
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(full, picture, strict=True)]))


def picture_trustworthiness(
    x: np.ndarray, drawn: np.ndarray, *, k: int = 10, seed: int = 0
) -> float:
    """scikit-learn's trustworthiness of a seeded sample: are neighbours in the picture true ones?

    Returns:
        1 = every neighbour in the picture is one in the full space; NaN with fewer than 2 k + 2
        words.
    Source:
        Venna & Kaski (2001), https://doi.org/10.1007/3-540-44668-0_68.
    """
    if len(x) < 2 * k + 2:
        return float("nan")
    from sklearn.manifold import trustworthiness  # slow to import

    asked = _sample(len(x), seed)
    return float(trustworthiness(unit(x[asked]), np.asarray(drawn)[asked], n_neighbors=k))


def _sample(n: int, seed: int) -> np.ndarray:
    return np.sort(np.random.default_rng(seed).permutation(n)[:SAMPLE])


def _neighbours(x: np.ndarray, asked: np.ndarray, k: int) -> np.ndarray:
    """Indices of the k nearest other rows of each asked row, (n_asked, k). On unit rows distance
    orders as cosine.
    """
    from sklearn.neighbors import NearestNeighbors  # slow to import

    found = NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x[asked], return_distance=False)
    # The row itself is among its neighbours, first unless it has doubles; drop it, or the last
    # where it is missing.
    own = found == asked[:, None]
    own[~own.any(axis=1), -1] = True
    return found[~own].reshape(len(asked), k)
