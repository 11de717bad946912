"""What a few repetitions of one experiment tell: the same training with other random numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student

from engine.errors import ShapeError

N_RESAMPLES = 2_000


def mean_and_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float, float]:
    """Mean, and where the mean of very many repetitions lies: mean ± t * s / sqrt(n).

    With three repetitions t is 4.3, so that an interval is wide unless they agree.

    Args:
        values: one a repetition, (n,); assumed to scatter normally.
    Returns:
        (mean, low, high) in the unit of the values; NaN bounds for a single value.
    Raises:
        ShapeError: there is no value.
    Source:
        Student (1908), https://doi.org/10.1093/biomet/6.1.1.

    >>> [round(value, 3) for value in mean_and_interval([1.0, 2.0, 3.0])]
    [2.0, -0.484, 4.484]
    """
    n = len(values)
    if not n:
        raise ShapeError("mean_and_interval needs one value at least; got none.")
    mean = float(np.mean(values))
    if n == 1:
        return mean, math.nan, math.nan
    half = float(student.ppf((1 + level) / 2, n - 1) * np.std(values, ddof=1) / math.sqrt(n))
    return mean, mean - half, mean + half


def resampled_mean(values: np.ndarray, level: float = 0.95) -> tuple[float, float, float]:
    """Mean over repetitions and items, with an interval over both: the bootstrap draws repetitions
    and, beside them, items, as other seeds and other items might have come.

    Args:
        values: (n_repetitions, n_items).
    Returns:
        (mean, low, high) in the unit of the values.
    """
    rng = np.random.default_rng(0)
    n_repetitions, n_items = values.shape
    rows = rng.integers(0, n_repetitions, (N_RESAMPLES, n_repetitions, 1))
    columns = rng.integers(0, n_items, (N_RESAMPLES, 1, n_items))
    means = values[rows, columns].mean((1, 2))
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(values.mean()), float(low), float(high)
