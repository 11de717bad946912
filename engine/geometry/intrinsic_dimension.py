"""How many numbers would say where a vector lies, judged from its two nearest neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.geometry.jackknife import N_GROUPS, groups_of, interval_around, jackknife_error

ROWS = 2_048  # different vectors that are looked at; the estimate depends on how many there are
DISCARDED = 0.1
BLOCK = 512


@dataclass(frozen=True)
class IntrinsicDimension:
    """TwoNN of one layer, and of as many isotropic Gaussian vectors as wide."""

    value: float
    isotropic: float
    n: int  # different vectors
    interval: tuple[float, float]  # 95 %, over sentences; NaN with fewer than 20 of them


def intrinsic_dimension(
    x: np.ndarray, d: int | None = None, sentence_ids: np.ndarray | None = None
) -> IntrinsicDimension:
    """TwoNN of the first different rows of x, (k, d), beside its null at the same n.

    The null matters: of a few thousand points in hundreds of dimensions every estimate falls far
    below d, isotropic or not.

    Args:
        x: vectors in random order.
        d: directions that they can fill; their width unless said.
        sentence_ids: of each vector, (k,); each is a sentence of its own unless said.
    """
    # Words of a static model repeat; a neighbour at distance 0 tells nothing.
    _, first = np.unique(x, axis=0, return_index=True)
    rows = np.sort(first)[:ROWS]
    n = len(rows)
    value, ratios = math.nan, np.empty(0)
    if n >= 3:
        ratios = _ratios(x[rows])
        value = _slope(ratios)
    sentences = rows if sentence_ids is None else sentence_ids[rows]
    interval = interval_around(value, _error(ratios, sentences))
    return IntrinsicDimension(value, _of_a_gaussian(n, d or x.shape[1]), n, interval)


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
    return _slope(_ratios(x)) if len(x) >= 3 else math.nan


def _ratios(x: np.ndarray) -> np.ndarray:
    """r2 / r1 of each vector, (n,)."""
    nearest = _two_nearest_distances(x.astype(np.float64))
    return nearest[:, 1] / nearest[:, 0]


def _slope(ratios: np.ndarray) -> float:
    n = len(ratios)
    kept = min(int(n * (1 - DISCARDED)), n - 1)
    logs = np.log(np.sort(ratios)[:kept])
    rest = -np.log(1 - np.arange(1, kept + 1) / n)
    squares = logs @ logs
    return float(logs @ rest / squares) if squares > 0 else math.nan


def _error(ratios: np.ndarray, sentence_ids: np.ndarray) -> float:
    """Jackknife error of the slope: a group's ratios are left out, all others keep their nearest
    neighbours, since with fewer vectors the estimate would be of another scale.
    """
    groups = groups_of(sentence_ids)
    if groups is None:
        return math.nan
    return jackknife_error(np.array([_slope(ratios[groups != g]) for g in range(N_GROUPS)]))


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
