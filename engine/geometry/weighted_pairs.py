"""Mean cosine of a vocabulary whose words count as often as they are used."""

from __future__ import annotations

import numpy as np

from engine.geometry.bootstrap import percentile_interval, sentence_weights
from engine.geometry.moments import unit


def weighted_mean_cosine(x: np.ndarray, weights: np.ndarray) -> float:
    """Mean cosine of two different rows, each drawn as often as its weight says.

    (|sum w u|^2 - sum w^2 |u|^2) / ((sum w)^2 - sum w^2), u_i = x_i / |x_i|: with a vocabulary's
    word frequencies, the random pairs of running text.

    Args:
        x: vectors, shape (n, d).
        weights: of the rows, not below 0, (n,).
    Returns:
        Mean cosine in [-1, 1], dimensionless; NaN where no two rows have weight.
    Source:
        Frequencies instead of a uniform choice: Yokoi et al. (2024),
        https://arxiv.org/abs/2411.00680.

    >>> x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    >>> weighted_mean_cosine(x, np.array([2.0, 1.0, 1.0]))  # pairs weigh 2, 2 and 1
    0.4
    """
    return float(_weighted_mean_cosines(unit(x), weights[:, None])[0])


def weighted_interval(x: np.ndarray, weights: np.ndarray, seed: int) -> tuple[float, float]:
    """95 % interval of `weighted_mean_cosine`: Poisson bootstrap over the rows."""
    drawn = sentence_weights(0, len(x), seed)
    return percentile_interval(_weighted_mean_cosines(unit(x), weights[:, None] * drawn))


def _weighted_mean_cosines(u: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The mean cosine under each column of weights, (n, k) -> (k,)."""
    squares = np.square(weights)
    n_pairs = np.square(weights.sum(axis=0)) - squares.sum(axis=0)
    total = np.square(weights.T @ u).sum(axis=1) - squares.T @ np.square(u).sum(axis=1)
    return np.divide(total, n_pairs, out=np.full(len(total), np.nan), where=n_pairs > 0)
