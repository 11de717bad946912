"""A yes or no by whether a number exceeds a threshold, and how sure the share of right ones is."""

from __future__ import annotations

import numpy as np

from engine.geometry.bootstrap import percentile_interval, sentence_weights


def best_threshold(scores: np.ndarray, truths: np.ndarray) -> float:
    """The threshold whose answers "score > threshold" are right most often; half way between two
    scores, the lowest one of several that are as good.

    Args:
        scores: (n,).
        truths: bool, (n,).

    >>> best_threshold(np.array([0.1, 0.4, 0.6, 0.8]), np.array([False, False, True, True]))
    0.5
    """
    values = np.unique(scores)
    candidates = np.r_[values[0] - 1, (values[1:] + values[:-1]) / 2, values[-1]]
    yes, no = np.sort(scores[truths]), np.sort(scores[~truths])
    right = (
        len(yes) - np.searchsorted(yes, candidates, "right")
        + np.searchsorted(no, candidates, "right")
    )  # fmt: skip
    return float(candidates[right.argmax()])


def share_interval(hits: np.ndarray, groups: np.ndarray, *, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the mean of hits, by a bootstrap over groups: what shares a word is drawn
    together.

    Args:
        hits: (n,), in [0, 1].
        groups: int from 0, (n,).
    """
    weights = sentence_weights(0, int(groups.max()) + 1, seed)[groups]  # (n, n_replicates)
    drawn = weights.sum(axis=0)
    return percentile_interval(hits @ weights / np.where(drawn > 0, drawn, np.nan))
