"""Is the partition function the same in every direction?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.geometry.jackknife import (
    N_GROUPS,
    UNKNOWN,
    Interval,
    groups_of,
    interval_around,
    jackknife_error,
)
from engine.geometry.moments import Moments
from engine.geometry.word_sample import WordSample


@dataclass(frozen=True)
class PartitionIsotropy:
    """I(W) = min Z / max Z, in (0, 1]; scaled: of vectors over their root mean square length."""

    as_they_are: float
    scaled: float
    scaled_first_order: float
    scaled_second_order: float
    interval: Interval  # of as_they_are, 95 %, over sentences; NaN with fewer than 20 of them
    scaled_interval: Interval
    isotropic: float  # of as many isotropic vectors, scaled


def partition_isotropies(moments: Moments, sample: WordSample, d: int) -> PartitionIsotropy:
    """The numbers of one layer; NaN without vectors, or where all are 0.

    Args:
        moments: of all vectors: directions, scale and estimates.
        sample: over which Z is summed.
        d: directions that the vectors can fill.
    """
    scale = math.sqrt(np.trace(moments.second) / moments.n) if moments.n else 0.0
    if not scale:
        nan = math.nan
        return PartitionIsotropy(nan, nan, nan, nan, UNKNOWN, UNKNOWN, nan)
    squares, directions = np.linalg.eigh(moments.second)
    along = sample.vectors @ directions.astype(sample.vectors.dtype)  # (k, d)
    groups = groups_of(sample.sentence_ids)
    value, interval = _with_interval(along, groups)
    scaled, scaled_interval = _with_interval(along / scale, groups)
    estimates = partition_isotropy_estimates(moments.n, moments.sum / scale, squares / scale**2)
    isotropic = _of_isotropic(len(along), d)
    return PartitionIsotropy(value, scaled, *estimates, interval, scaled_interval, isotropic)


def partition_isotropy(x: np.ndarray) -> float:
    """I(W) = min_c Z(c) / max_c Z(c), Z(c) = sum_w exp(c . w), c over the eigenvectors of W^T W.

    Both signs of each eigenvector count: which one a program returns is chance. Twice as long
    vectors have another I(W), so numbers of layers or models compare only when vectors are scaled
    alike.

    Args:
        x: W, vectors of shape (n, d).
    Returns:
        Isotropy in (0, 1], 1 = isotropic; 0 where it is smaller than any float.
    Source:
        Mu and Viswanath (2018), section 2.2, https://arxiv.org/abs/1702.01417.

    >>> partition_isotropy(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]))
    1.0
    """
    x = x.astype(np.float64)
    return _isotropy(x @ np.linalg.eigh(x.T @ x)[1])


def partition_isotropy_estimates(
    n: int, total: np.ndarray, squares: np.ndarray
) -> tuple[float, float]:
    """The first- and second-order estimates of I(W), from moments alone.

    (n - |sum w|) / (n + |sum w|), and the same with half of the smallest eigenvalue of W^T W added
    above and of the largest below. They come from Z's power series about 0 and mean nothing for
    long vectors.

    Args:
        n: vectors.
        total: sum w, (d,).
        squares: eigenvalues of W^T W, (d,).
    Returns:
        (first, second), dimensionless; the first may be negative where vectors are longer than 1.
    Source:
        Mu and Viswanath (2018), section 2.2.

    >>> partition_isotropy_estimates(4, np.array([2.0, 0.0]), np.array([2.0, 2.0]))
    (0.3333333333333333, 0.42857142857142855)
    """
    length = np.linalg.norm(total)
    first = (n - length) / (n + length)
    second = (n - length + squares.min() / 2) / (n + length + squares.max() / 2)
    return float(first), float(second)


@lru_cache(maxsize=64)
def _of_isotropic(n: int, d: int) -> float:
    """I(W) of n isotropic Gaussian vectors whose root mean square length is 1."""
    return partition_isotropy(np.random.default_rng(0).standard_normal((n, d)) / math.sqrt(d))


def _isotropy(along: np.ndarray) -> float:
    """I(W) from the vectors' components along the directions c, (n, n_directions)."""
    return _with_interval(along, None)[0]


def _with_interval(along: np.ndarray, groups: np.ndarray | None) -> tuple[float, Interval]:
    """I(W) and its jackknife interval, the directions staying what they are.

    The interval is about ln I, since I cannot be below 0; above 1 it cannot be either.

    Args:
        along: the vectors' components along the directions c, (n, n_directions).
        groups: of each vector, (n,), None without an interval.
    """
    if not len(along):
        return math.nan, UNKNOWN
    whole = np.zeros(len(along), np.int64) if groups is None else groups
    logs = _log_sums(along, whole)  # (n_groups, 2 n_directions)
    value = _log_isotropy(logs)
    if groups is None:
        return math.exp(value), UNKNOWN
    others = ~np.eye(N_GROUPS, dtype=bool)
    error = jackknife_error(np.array([_log_isotropy(logs[rest]) for rest in others]))
    low, high = interval_around(value, error)
    return math.exp(value), (math.exp(low), min(math.exp(high), 1.0))


def _log_isotropy(logs: np.ndarray) -> float:
    """ln I(W) from ln Z of each group and direction, (n_groups, 2 n_directions)."""
    sums = np.logaddexp.reduce(logs, axis=0)
    return float(sums.min() - sums.max())


def _log_sums(along: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """ln of the sum of exp over each group, along each direction and against it, (n_groups,
    2 n_directions).
    """
    parts = [along[groups == g] for g in range(groups.max() + 1)]
    return np.array([np.concatenate([_log_sum(own), _log_sum(-own)]) for own in parts])


def _log_sum(along: np.ndarray) -> np.ndarray:
    """ln of the sum of exp over each column, (n_directions,); exp of differences to the largest
    cannot overflow.
    """
    largest = along.max(axis=0)
    return np.log(np.exp(along - largest).sum(axis=0, dtype=np.float64)) + largest
