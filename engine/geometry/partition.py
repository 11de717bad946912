"""Is the partition function the same in every direction?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.geometry.moments import Moments


@dataclass(frozen=True)
class PartitionIsotropy:
    """I(W) = min Z / max Z, in (0, 1]; scaled: of vectors over their root mean square length."""

    as_they_are: float
    scaled: float
    scaled_first_order: float
    scaled_second_order: float


def partition_isotropies(moments: Moments, sample: np.ndarray) -> PartitionIsotropy:
    """The four numbers of one layer; NaN without vectors, or where all are 0.

    Args:
        moments: of all vectors: directions, scale and estimates.
        sample: (k, d), over which Z is summed.
    """
    scale = math.sqrt(np.trace(moments.second) / moments.n) if moments.n else 0.0
    if not scale:
        return PartitionIsotropy(math.nan, math.nan, math.nan, math.nan)
    squares, directions = np.linalg.eigh(moments.second)
    along = sample @ directions.astype(sample.dtype)  # (k, d)
    first, second = partition_isotropy_estimates(moments.n, moments.sum / scale, squares / scale**2)
    return PartitionIsotropy(_isotropy(along), _isotropy(along / scale), first, second)


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


def _isotropy(along: np.ndarray) -> float:
    """I(W) from the vectors' components along the directions c, (n, n_directions)."""
    if not len(along):
        return math.nan
    logs = np.concatenate([_log_sums(along), _log_sums(-along)])
    return float(np.exp(logs.min() - logs.max()))


def _log_sums(along: np.ndarray) -> np.ndarray:
    """ln of the sum of exp over each column, (n_directions,); exp of differences to the largest
    cannot overflow.
    """
    largest = along.max(axis=0)
    return np.log(np.exp(along - largest).sum(axis=0, dtype=np.float64)) + largest
