"""Do cosines rank pairs of words as people do? Spearman's rank correlation, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from engine.errors import ShapeError
from engine.geometry.bootstrap import N_REPLICATES, percentile_interval
from engine.geometry.moments import unit

LEAST = 3  # pairs: two are always in perfect order or its reverse
LEAST_DRAWN = 10  # pairs for an interval: draws from fewer are in perfect order too often


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rho in [-1, 1], dimensionless; NaN where it has no value."""

    value: float
    interval: tuple[float, float]  # 95 %, bootstrap over pairs
    n: int  # pairs


def rank_correlation(a: np.ndarray, b: np.ndarray, *, seed: int = 0) -> RankCorrelation:
    """Spearman's rank correlation of two quantities, with a bootstrap interval over their pairs.

    Pearson's correlation of the ranks, ties at their mean rank. Each replicate draws n pairs with
    replacement and ranks them anew.

    Args:
        a: shape (n,).
        b: shape (n,).
    Returns:
        NaN where one of the two does not vary, or with fewer than three pairs; no interval with
        fewer than ten.
    Raises:
        ShapeError: a and b are not two lists of one length.
    Source:
        Spearman (1904), https://doi.org/10.2307/1412159.

    >>> rank_correlation(np.array([1.0, 2.0, 9.0]), np.array([5.0, 4.0, 3.0])).value
    -1.0
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.ndim != 1 or a.shape != b.shape:
        raise ShapeError(
            f"rank_correlation needs two lists of one length; got {a.shape} and {b.shape}."
        )
    n = len(a)
    if n < LEAST:
        return RankCorrelation(math.nan, (math.nan, math.nan), n)
    value = float(_correlations(a[None], b[None])[0])
    if n < LEAST_DRAWN:
        return RankCorrelation(value, (math.nan, math.nan), n)
    drawn = np.random.default_rng(seed).integers(0, n, (N_REPLICATES, n))
    return RankCorrelation(value, percentile_interval(_correlations(a[drawn], b[drawn])), n)


def rank_correlation_change(
    before: np.ndarray, after: np.ndarray, b: np.ndarray, *, seed: int = 0
) -> tuple[float, float, float]:
    """By how much the rank correlation with b changes from one quantity to another.

    Both are correlated over the same pairs in each replicate, so that what they share cancels: the
    interval is narrower than those of the two correlations.

    Args:
        before: shape (n,).
        after: of the same pairs, shape (n,).
        b: what both are compared with, shape (n,).
    Returns:
        (change, low, high), 95 %, dimensionless in [-2, 2]; NaN with fewer than three pairs.
    """
    n = len(b)
    if n < LEAST:
        return math.nan, math.nan, math.nan
    drawn = np.random.default_rng(seed).integers(0, n, (N_REPLICATES, n))
    value = _correlations(after[None], b[None]) - _correlations(before[None], b[None])
    changes = _correlations(after[drawn], b[drawn]) - _correlations(before[drawn], b[drawn])
    return float(value[0]), *percentile_interval(changes)


def pair_cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Cosine similarity of row i of one with row i of the other, in [-1, 1], (n,).

    Args:
        first: vectors, shape (n, d).
        second: vectors, shape (n, d).

    >>> first, second = np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([[0.0, 1.0], [3.0, 0.0]])
    >>> pair_cosines(first, second).tolist()
    [0.0, 1.0]
    """
    return np.clip(np.einsum("ij,ij->i", unit(first), unit(second)), -1.0, 1.0)


def _correlations(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Spearman's rho of each row of a with that row of b, (n_rows,); NaN where one is constant."""
    ranks_a, ranks_b = (rankdata(x, axis=1) for x in (a, b))
    ranks_a -= ranks_a.mean(axis=1, keepdims=True)
    ranks_b -= ranks_b.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(ranks_a).sum(axis=1) * np.square(ranks_b).sum(axis=1))
    products = np.einsum("ij,ij->i", ranks_a, ranks_b)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(lengths > 0, products / lengths, np.nan)
