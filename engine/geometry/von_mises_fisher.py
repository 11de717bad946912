"""The cone as a distribution: the von Mises-Fisher law of unit vectors about a mean direction."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.errors import ShapeError

NEWTON_STEPS = 2
TINY = 1e-300


@dataclass(frozen=True)
class MeanDirection:
    """How far the unit vectors of a layer agree, as a length and as a concentration."""

    mean_resultant_length: float  # R, in [0, 1]
    mean_resultant_length_interval: tuple[float, float]  # 95 %, bootstrap over sentences
    kappa: float  # maximum likelihood
    kappa_approximation: float  # in closed form
    kappa_corrected: float  # from R corrected for finite n


def mean_direction(
    resultant: float, interval: tuple[float, float], n: int, d: int
) -> MeanDirection:
    """Concentration of n unit vectors in d dimensions whose mean has this length.

    R of n isotropic directions is about 1 / sqrt(n), not 0. R^2 less what n vectors have by
    chance is (n R^2 - 1) / (n - 1), the mean cosine of all pairs; from its root follows the
    corrected concentration, 0 where it is negative.
    """
    if not n or d < 2:
        return MeanDirection(resultant, interval, math.nan, math.nan, math.nan)
    unbiased = (n * resultant**2 - 1) / (n - 1) if n > 1 else math.nan
    corrected = math.nan if n < 2 else kappa(math.sqrt(max(unbiased, 0.0)), d)
    return MeanDirection(
        resultant, interval, kappa(resultant, d), kappa_approximation(resultant, d), corrected
    )


def kappa_approximation(resultant: float, d: int) -> float:
    """Concentration of a von Mises-Fisher law, R (d - R^2) / (1 - R^2).

    Args:
        resultant: R, the length of the mean unit vector, in [0, 1].
        d: dimensions, 2 or more.
    Returns:
        kappa >= 0; 0 = no direction is preferred, infinite = one direction only.
    Raises:
        ShapeError: a length outside [0, 1], or fewer than two dimensions.
    Source:
        Banerjee et al. (2005), https://www.jmlr.org/papers/v6/banerjee05a.html.

    >>> round(kappa_approximation(0.5, 4), 6)
    2.5
    """
    if not 0 <= resultant <= 1 + 1e-9 or d < 2:
        raise ShapeError(
            f"kappa needs a mean resultant length in [0, 1] and d >= 2; got {resultant} and {d}."
        )
    left = 1 - resultant**2
    # Equal float32 vectors leave about 1e-15 here, which says nothing of their concentration.
    return resultant * (d - resultant**2) / left if left > 1e-13 else math.inf


def kappa(resultant: float, d: int) -> float:
    """Concentration of the likeliest von Mises-Fisher law: the kappa with A_d(kappa) = R.

    A_d(kappa) = I_{d/2}(kappa) / I_{d/2 - 1}(kappa). From the closed form, two Newton steps with
    A_d' = 1 - A_d^2 - (d - 1) A_d / kappa.

    Args:
        resultant: R, the length of the mean unit vector, in [0, 1].
        d: dimensions, 2 or more.
    Returns:
        kappa >= 0. Says how narrow a cone is only as far as the directions follow this law, whose
        cones are round; in d dimensions even a wide cone has a kappa of hundreds.
    Raises:
        ShapeError: a length outside [0, 1], or fewer than two dimensions.
    Source:
        Sra (2012), https://doi.org/10.1007/s00180-011-0232-x.
    """
    found = kappa_approximation(resultant, d)
    if found == 0 or math.isinf(found):
        return found
    for _ in range(NEWTON_STEPS):
        ratio = bessel_ratio(d / 2, found)
        slope = 1 - ratio**2 - (d - 1) / found * ratio
        if slope <= 0:  # rounding: the closed form is as good as it gets
            break
        found -= (ratio - resultant) / slope
    return found


def bessel_ratio(order: float, x: float) -> float:
    """I_order(x) / I_{order - 1}(x) of the modified Bessel functions, in [0, 1).

    Perron's continued fraction, x / (x + 2v - (2v + 1) x / (2v + 1 + 2x - (2v + 3) x / (2v + 2 +
    2x - ...))) with v the order, which neither overflows nor underflows where the functions do.

    Source:
        Gautschi and Slavik (1978), Mathematics of Computation 32, 865-875.

    >>> round(bessel_ratio(1.5, 2.0), 12), round(1 / math.tanh(2.0) - 1 / 2.0, 12)
    (0.537314720728, 0.537314720728)
    """
    v = order
    # Lentz's method: the fraction as a product of ratios of its convergents.
    fraction = front = x + 2 * v
    back, step = 0.0, 1
    while True:
        numerator = -(2 * v + 2 * step - 1) * x
        denominator = 2 * v + step + 2 * x
        back = 1 / (denominator + numerator * back or TINY)
        front = denominator + numerator / front or TINY
        fraction *= front * back
        if abs(front * back - 1) < 1e-15:
            return x / fraction
        step += 1
