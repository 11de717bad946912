"""How far would a number have moved, had other sentences been drawn? A jackknife: each of 20 groups
of sentences is left out once.

Source: Efron and Tibshirani (1993), An introduction to the bootstrap, section 11.5.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import stdtrit

N_GROUPS = 20  # of sentences, each left out once

Interval = tuple[float, float]  # (low, high)
UNKNOWN: Interval = (math.nan, math.nan)


def groups_of(sentence_ids: np.ndarray) -> np.ndarray | None:
    """The group of each row, (n,): sentence s belongs to group s modulo 20. None where a group is
    empty, as it is with fewer than 20 sentences.

    >>> groups_of(np.arange(25))[18:].tolist()
    [18, 19, 0, 1, 2, 3, 4]
    """
    groups = sentence_ids % N_GROUPS
    return groups if len(np.unique(groups)) == N_GROUPS else None


def jackknife_error(without: np.ndarray) -> float:
    """Standard error of a number from its values with each group left out, (G,).

    (G - 1) / G sum over groups of (value without it - their mean)^2, under a root.
    """
    n_groups = len(without)
    spread = np.square(without - np.mean(without)).sum()
    return float(np.sqrt((n_groups - 1) / n_groups * spread))


def interval_around(value: float, error: float, level: float = 0.95) -> Interval:
    """(low, high) by Student's t of one degree less than there are groups.

    Args:
        error: the jackknife's standard error of the value.
    """
    half = float(stdtrit(N_GROUPS - 1, (1 + level) / 2)) * error
    return value - half, value + half
