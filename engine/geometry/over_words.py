"""Scores of many words at every layer: their mean, and a layer chosen without looking."""

from __future__ import annotations

import numpy as np

from engine.geometry.bootstrap import N_REPLICATES


def chosen_on_others(scores: np.ndarray) -> np.ndarray:
    """For each word its score at the layer that is best for all the other words, (n_words,).

    A layer that is chosen by the score that is then told would flatter the model.

    Args:
        scores: (n_words, n_layers).

    >>> chosen_on_others(np.array([[0.9, 0.5], [0.5, 0.8], [0.5, 0.8]])).tolist()
    [0.5, 0.5, 0.5]
    """
    others = scores.sum(axis=0) - scores
    return scores[np.arange(len(scores)), others.argmax(axis=1)]


def mean_interval(scores: np.ndarray, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of the mean over words, (n_layers,) each: words drawn with replacement, the
    same ones for every layer.

    Args:
        scores: (n_words, n_layers).
    """
    drawn = np.random.default_rng(seed).integers(len(scores), size=(N_REPLICATES, len(scores)))
    low, high = np.quantile(scores[drawn].mean(axis=1), [0.025, 0.975], axis=0)
    return low, high
