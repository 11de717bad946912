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
    above, below = order[positive[order]], order[~positive[order]]
    starts = np.searchsorted(scores[below], scores[above], side="left")
    ends = np.searchsorted(scores[below], scores[above], side="right")
    has_ties = not np.array_equal(starts, ends)
    found = []
    for weights in weightings:
        negatives = np.zeros((len(weights), len(below) + 1))
        np.cumsum(weights[:, below], axis=1, out=negatives[:, 1:])
        outscored = negatives[:, starts]
        if has_ties:
            outscored = (outscored + negatives[:, ends]) / 2
        positives = weights[:, above]
        totals = positives.sum(axis=1) * negatives[:, -1]
        # Not as a product of BLAS, whose threads would wait for each other at every weighting.
        sums = (positives * outscored).sum(axis=1)
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
    replicates = np.ascontiguousarray(sentence_weights(0, n_sentences, seed).T)
    n_some = max(1, AT_ONCE // max(len(scores), 1))
    some = (replicates[start : start + n_some] for start in range(0, len(replicates), n_some))
    weightings = (weights[:, first] * weights[:, second] for weights in some)
    return percentile_interval(weighted_auc(positive, scores, weightings))
