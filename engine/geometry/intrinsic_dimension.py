"""How many numbers would say where a vector lies, judged from its two nearest neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

ROWS = 2_048  # different vectors that are looked at; the estimate depends on how many there are
DISCARDED = 0.1
BLOCK = 512


@dataclass(frozen=True)
class IntrinsicDimension:
    """TwoNN of one layer, and of as many isotropic Gaussian vectors as wide."""

    value: float
    isotropic: float
    n: int  # different vectors


def intrinsic_dimension(x: np.ndarray, d: int | None = None) -> IntrinsicDimension:
    """TwoNN of the first different rows of x, (k, d), beside its null at the same n.

    The null matters: of a few thousand points in hundreds of dimensions every estimate falls far
    below d, isotropic or not.

    Args:
        x: vectors in random order.
        d: directions that they can fill; their width unless said.
    """
    # Words of a static model repeat; a neighbour at distance 0 tells nothing.
    _, first = np.unique(x, axis=0, return_index=True)
    chosen = x[np.sort(first)[:ROWS]]
    n = len(chosen)
    return IntrinsicDimension(two_nn(chosen), _of_a_gaussian(n, d or x.shape[1]), n)


def two_nn(x: np.ndarray) -> float:
    """Intrinsic dimension from the ratios of the distances to the two nearest neighbours.

    With m = r2 / r1 of each point, F(m) = 1 - m^-d where density is even over that distance: d is
    the slope of the line through the origin of -ln(1 - F) over ln m, F the rank of m over n; the
    largest tenth of the ratios is left out.

    Args:
        x: different vectors, (n, d).
    Returns:
        Dimensions above 0; NaN with fewer than 3 vectors.
    Source:
        Facco et al. (2017), https://doi.org/10.1038/s41598-017-11873-y.
    """
    n = len(x)
    if n < 3:
        return math.nan
    nearest = _two_nearest_distances(x.astype(np.float64))
    ratios = np.sort(nearest[:, 1] / nearest[:, 0])
    kept = min(int(n * (1 - DISCARDED)), n - 1)
    logs = np.log(ratios[:kept])
    rest = -np.log(1 - np.arange(1, kept + 1) / n)
    squares = logs @ logs
    return float(logs @ rest / squares) if squares > 0 else math.nan


def _two_nearest_distances(x: np.ndarray) -> np.ndarray:
    """Euclidean distances of each row to its two nearest others, ascending, (n, 2)."""
    x = x - x.mean(axis=0)
    squares = np.einsum("ij,ij->i", x, x)
    found = np.empty((len(x), 2))
    for start in range(0, len(x), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(x)))
        apart = squares - 2 * (x[rows] @ x.T)
        apart[np.arange(len(rows)), rows] = np.inf
        two = np.argpartition(apart, 1, axis=1)[:, :2]
        # From the difference itself: small distances drown in the sum of squares.
        found[rows] = np.sort(np.linalg.norm(x[two] - x[rows][:, None], axis=2), axis=1)
    return found


@lru_cache(maxsize=64)
def _of_a_gaussian(n: int, d: int) -> float:
    return two_nn(np.random.default_rng(0).standard_normal((n, d)))
