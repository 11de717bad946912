"""Towards which of two other words do the occurrences of a word lean?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError
from engine.geometry.bootstrap import percentile_interval, sentence_weights
from engine.geometry.moments import unit


@dataclass(frozen=True)
class Estimate:
    """A mean and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Leaning:
    """Mean cosines of some occurrences with those of two other words."""

    n: int
    first: Estimate  # mean cosine with the first word
    second: Estimate
    lean: Estimate  # first - second
    cosines: np.ndarray  # (n, 2): each occurrence's mean cosine with either word


def leaning(x: np.ndarray, first: np.ndarray, second: np.ndarray, *, seed: int = 0) -> Leaning:
    """Mean over i, j of cos(x_i, first_j), the same of second, and the difference.

    Intervals: bootstrap over sentences, those of the word and those of the two others, each
    occurrence being from a sentence of its own.

    Args:
        x: the word's occurrences, (n, d).
        first, second: occurrences of the two other words, (n_first, d) and (n_second, d).
    Raises:
        ShapeError: no occurrence of one of the three.

    >>> x, axes = np.array([[3.0, 4.0]]), np.eye(2)
    >>> round(leaning(x, axes[:1], axes[1:]).lean.value, 3)
    -0.2
    """
    if not (len(x) and len(first) and len(second)):
        raise ShapeError(
            f"Leaning needs occurrences of three words; got {len(x)}, {len(first)} and "
            f"{len(second)}."
        )
    units = unit(x)
    own, *drawn = _shares((len(x), len(first), len(second)), seed)
    both = np.column_stack([units @ unit(others).mean(axis=0) for others in (first, second)])
    # A mean of cosines is the product of two mean unit vectors.
    replicates = [
        np.einsum("dr,dr->r", units.T @ own, unit(others).T @ share)
        for others, share in zip((first, second), drawn, strict=True)
    ]
    return Leaning(
        len(x),
        _estimate(both[:, 0].mean(), replicates[0]),
        _estimate(both[:, 1].mean(), replicates[1]),
        _estimate((both[:, 0] - both[:, 1]).mean(), replicates[0] - replicates[1]),
        both,
    )


def lean_gap(
    one: np.ndarray, other: np.ndarray, first: np.ndarray, second: np.ndarray, *, seed: int = 0
) -> Estimate:
    """How much more the occurrences `one` lean to the first word than the occurrences `other` do.

    lean(one) - lean(other), bootstrapped together: the two other words' sentences are drawn once
    for both. 0 = both lean alike, as they must where a word has one vector.

    Args: as `leaning`, each (n, d).
    """
    sizes = tuple(map(len, (one, other, first, second)))
    if not min(sizes):
        raise ShapeError("A gap needs occurrences of both kinds and of both other words.")
    shares = _shares(sizes, seed)
    towards = unit(first).T @ shares[2] - unit(second).T @ shares[3]  # (d, n_replicates)
    apart = unit(one).T @ shares[0] - unit(other).T @ shares[1]  # (d, n_replicates)
    replicates = np.einsum("dr,dr->r", apart, towards)
    mean = unit(one).mean(axis=0) - unit(other).mean(axis=0)
    value = mean @ (unit(first).mean(axis=0) - unit(second).mean(axis=0))
    return _estimate(float(value), replicates)


def _shares(sizes: tuple[int, ...], seed: int) -> list[np.ndarray]:
    """Of each group its sentences' shares in each replicate, (size, n_replicates); NaN where none
    of them was drawn.
    """
    weights = sentence_weights(0, sum(sizes), seed)
    with np.errstate(invalid="ignore"):
        return [w / w.sum(axis=0) for w in np.split(weights, np.cumsum(sizes)[:-1])]


def _estimate(value: float, replicates: np.ndarray) -> Estimate:
    return Estimate(float(value), *percentile_interval(replicates))
