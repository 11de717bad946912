"""How often is a pair that should be closer the closer one, and how sure is that?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.geometry.bootstrap import percentile_interval, sentence_weights

AT_ONCE = 100_000  # weights of pairs: more would leave the processor's cache


def weighted_auc(
    positive: np.ndarray, scores: np.ndarray, weightings: Iterable[np.ndarray]
) -> np.ndarray:
    """AUC under each of many weightings, (n_weightings,); NaN where a side has no weight.

    The chance that a positive outscores a negative, ties half: sum over positives of their weight
    times the weight of the negatives below, and half of those equal.

    Args:
        positive: bool, (n,).
        scores: (n,).
        weightings: some at a time, (n_some, n) each, since all together may be too many.
    """
    order = np.argsort(scores, kind="stable")
    in_order = (weights[:, order] for weights in weightings)
    return _of_ascending(positive[order], scores[order], in_order)


def _of_ascending(
    positive: np.ndarray, scores: np.ndarray, weightings: Iterable[np.ndarray]
) -> np.ndarray:
    """The same of ascending scores, with weights in their order."""
    up, down = positive.astype(float), 1.0 - positive
    first, last = (np.searchsorted(scores, scores, side=side) for side in ("left", "right"))
    has_ties = bool((last - first > 1).any())
    found = []
    for weights in weightings:
        below = np.cumsum(weights * down, axis=1)  # of the negatives up to each score
        total = below[:, -1]
        if has_ties:
            below = np.pad(below, ((0, 0), (1, 0)))
            below = (below[:, first] + below[:, last]) / 2
        positives = weights * up
        totals = positives.sum(axis=1) * total
        # Not as a product of BLAS, whose threads would wait for each other at every weighting.
        sums = (positives * below).sum(axis=1)
        found.append(np.divide(sums, totals, out=np.full(len(sums), np.nan), where=totals > 0))
    return np.concatenate(found)


def auc(positive: np.ndarray, scores: np.ndarray) -> float:
    """The chance that a positive outscores a negative, ties half, in [0, 1]; NaN without either.

    >>> auc(np.array([True, True, False]), np.array([0.9, 0.2, 0.2]))
    0.75
    """
    return float(weighted_auc(positive, scores, [np.ones((1, len(scores)))])[0])


def auc_interval(
    positive: np.ndarray, scores: np.ndarray, first: np.ndarray, second: np.ndarray, seed: int
) -> tuple[float, float]:
    """95 % interval of the AUC of pairs, by a bootstrap over the sentences that they are from.

    Args:
        positive, scores: of each pair, (n_pairs,).
        first, second: the sentence of either word, numbered from 0, (n_pairs,).
    """
    n_sentences = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    order = np.argsort(scores, kind="stable")
    first, second = first[order], second[order]
    replicates = np.ascontiguousarray(sentence_weights(0, n_sentences, seed).T)
    n_some = max(1, AT_ONCE // max(len(scores), 1))
    some = (replicates[start : start + n_some] for start in range(0, len(replicates), n_some))
    # `take` is twice as fast here as an index would be.
    weightings = (w.take(first, axis=1) * w.take(second, axis=1) for w in some)
    return percentile_interval(_of_ascending(positive[order], scores[order], weightings))
