"""How many directions a cloud of vectors fills: measures of the variances along its principal axes.

They are the eigenvalues of the covariance, so no measure here sees where the mean lies: a narrow
cone can have an even spectrum. All are biased at finite n: beside each stands what an isotropic
Gaussian of the same n and d would show, and the participation ratio is corrected.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.geometry.moments import Moments

DEAD = 1e-12  # of the largest variance: a direction below it is rounding
GRID = 8_192  # points of the integral of the Marchenko-Pastur density


@dataclass(frozen=True)
class Spectrum:
    """The measures of one cloud, and of an isotropic Gaussian of as many vectors as wide."""

    participation_ratio: float  # directions
    participation_ratio_corrected: float  # for finite n
    participation_ratio_isotropic: float
    effective_rank: float  # directions
    effective_rank_isotropic: float
    iso_score: float  # in [0, 1]
    iso_score_corrected: float
    iso_score_isotropic: float
    pc1_share: float  # in [0, 1]
    pc1_share_isotropic: float


def spectrum(moments: Moments, d: int | None = None) -> Spectrum:
    """All measures of a cloud's variances; NaN with fewer than two vectors or none that varies.

    Args:
        moments: of the cloud.
        d: directions that the cloud can fill; its width unless said (ELMo's layer 0 holds the same
            vector twice, so half of its width).
    """
    d = d or len(moments.sum)
    found = variances(moments)
    null = isotropic_variances(d, moments.n)
    corrected = participation_ratio_corrected(found, moments.n, d)
    return Spectrum(
        participation_ratio(found),
        corrected,
        participation_ratio(null),
        effective_rank(found),
        effective_rank(null),
        iso_score(found, d),
        (corrected - 1) / (d - 1) if d > 1 else math.nan,
        iso_score(null, d),
        pc1_share(found),
        pc1_share(null),
    )


def variances(moments: Moments) -> np.ndarray:
    """Variances along the principal axes, largest first, (d,); 0 with fewer than two vectors."""
    if moments.n < 2:
        return np.zeros(len(moments.sum))
    found = np.linalg.eigvalsh(moments.covariance)[::-1]
    # What float64 leaves of equal vectors after the mean is taken off is no variance.
    rounding = 1e-14 * np.trace(moments.second) / moments.n
    return np.where(found > max(DEAD * found[0], rounding), found, 0.0)


def participation_ratio(variances: np.ndarray) -> float:
    """PR = (sum l)^2 / sum l^2, the number of directions that the variance is spread over.

    Args:
        variances: l, along the principal axes, (d,), not below 0.
    Returns:
        Directions in [1, d]; NaN where nothing varies. Too small at finite n: an isotropic
        Gaussian has about d / (1 + d / n).

    >>> participation_ratio(np.array([2.0, 2.0, 0.0])), participation_ratio(np.array([3.0, 1.0]))
    (2.0, 1.6)
    """
    squares = np.square(variances).sum()
    return float(variances.sum() ** 2 / squares) if squares > 0 else math.nan


def participation_ratio_corrected(variances: np.ndarray, n: int, d: int | None = None) -> float:
    """The participation ratio of the population, estimated from a sample of n vectors.

    With v = n - 1 and S the unbiased covariance, v^2 / ((v - 1)(v + 2)) (tr S^2 - (tr S)^2 / v)
    estimates tr C^2 without bias, and (tr S)^2 less 2 / v of that estimates (tr C)^2; their ratio
    is returned, exact for Gaussian vectors drawn independently. Words of one sentence are not
    independent, so of a text it corrects too little.

    Args:
        variances: population variances along the principal axes, (d,).
        n: vectors they were computed from.
        d: the most directions that there can be; len(variances) unless said.
    Returns:
        Directions in [1, d]; NaN where nothing varies or n < 3.
    Source:
        Bai and Saranadasa (1996), Statistica Sinica 6, 311-329.
    """
    d = d or len(variances)
    squares = np.square(variances).sum()
    if n < 3 or squares <= 0:
        return math.nan
    v = n - 1
    of_square = (n / v) ** 2 * squares  # tr S^2
    square_of = (n / v * variances.sum()) ** 2  # (tr S)^2
    square = v**2 / ((v - 1) * (v + 2)) * (of_square - square_of / v)
    if square <= 0:  # fewer vectors than would tell it from isotropy
        return float(d)
    return float(np.clip((square_of - 2 * square / v) / square, 1.0, d))


def effective_rank(variances: np.ndarray) -> float:
    """exp(-sum p ln p), p = s / sum s, with s the singular values of the centred vectors.

    Of the variances, their squares, the number would be smaller; both are called by this name.

    Args:
        variances: along the principal axes, (d,).
    Returns:
        Directions in [1, d]; NaN where nothing varies.
    Source:
        Roy and Vetterli (2007), The effective rank, EUSIPCO.

    >>> round(effective_rank(np.array([4.0, 4.0, 4.0, 0.0])), 12)
    3.0
    """
    s = np.sqrt(variances[variances > 0])
    if not len(s):
        return math.nan
    p = s / s.sum()
    return float(np.exp(-(p * np.log(p)).sum()))


def iso_score(variances: np.ndarray, d: int | None = None) -> float:
    """How evenly the variance is spread: 1 = over all directions, 0 = along one.

    With l' = l sqrt(d) / |l| and the isotropy defect |l' - 1| / sqrt(2 (d - sqrt d)), the score is
    ((d - defect^2 (d - sqrt d))^2 - d) / (d (d - 1)). It is the participation ratio once more:
    (PR - 1) / (d - 1).

    Args:
        variances: l, along the principal axes, (d,).
        d: directions that could vary; len(variances) unless said.
    Returns:
        Score in [0, 1]; NaN where nothing varies or d = 1.
    Source:
        Rudman et al. (2022), section 4, https://aclanthology.org/2022.findings-acl.262.

    >>> [round(iso_score(np.array(l)), 12) for l in ([1.0, 1.0, 1.0], [3.0, 1.0])]
    [1.0, 0.6]
    """
    d = d or len(variances)
    length = np.linalg.norm(variances)
    if length <= 0 or d < 2:
        return math.nan
    normalised = np.zeros(d)
    normalised[: len(variances)] = variances[:d] * math.sqrt(d) / length
    defect = np.linalg.norm(normalised - 1) / math.sqrt(2 * (d - math.sqrt(d)))
    return float(((d - defect**2 * (d - math.sqrt(d))) ** 2 - d) / (d * (d - 1)))


def pc1_share(variances: np.ndarray) -> float:
    """Share of the variance along the first principal axis, in [1 / d, 1]; NaN if nothing varies.

    Source:
        Used as anisotropy by Razzhigaev et al. (2024), https://aclanthology.org/2024.findings-eacl.58.

    >>> pc1_share(np.array([3.0, 1.0]))
    0.75
    """
    total = variances.sum()
    return float(variances.max() / total) if total > 0 else math.nan


def isotropic_variances(d: int, n: int) -> np.ndarray:
    """Variances that n vectors of an isotropic Gaussian with variance 1 show, largest first, (d,).

    The quantiles of their limit law: with g = d / (n - 1) they lie between (1 - sqrt g)^2 and
    (1 + sqrt g)^2, although all of them are 1 in truth. All 0 with fewer than two vectors.

    Source:
        Marchenko and Pastur (1967), https://doi.org/10.1070/SM1967v001n04ABEH001994.
    """
    if n < 2:
        return np.zeros(d)
    n_alive = min(d, n - 1)
    g = n_alive / max(d, n - 1)
    theta = (np.arange(GRID) + 0.5) * np.pi / GRID
    x = 1 + g - 2 * math.sqrt(g) * np.cos(theta)  # ascending
    share = np.cumsum(np.sin(theta) ** 2 / x)
    quantiles = (np.arange(n_alive) + 0.5) / n_alive
    found = np.interp(quantiles, share / share[-1], x) * max(d / (n - 1), 1.0)
    return np.concatenate([found[::-1], np.zeros(d - n_alive)])
