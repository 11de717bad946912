"""The interval of a share."""

from __future__ import annotations

import math

from scipy.special import ndtri


def wilson_interval(share: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Where the share of the population lies, given that of n independent trials.

    (p + z^2 / 2n ± z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n): unlike p ± z s it stays in
    [0, 1] and has a width at p = 0 and 1.

    Args:
        share: p, in [0, 1]; k / n or any other.
        n: trials.
    Returns:
        (low, high) in [0, 1]; NaN without a trial.
    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953.

    >>> [round(bound, 4) for bound in wilson_interval(1.0, 100)]
    [0.963, 1.0]
    """
    if n < 1 or math.isnan(share):
        return math.nan, math.nan
    z = float(ndtri((1 + level) / 2))
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)
