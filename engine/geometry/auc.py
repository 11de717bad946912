"""How often is a pair that should be closer the closer one, and how sure is that?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.geometry.bootstrap import percentile_interval, sentence_weights

AT_ONCE = 100_000  # weights of pairs: more would leave the processor's cache
MANY_PAIRS = 2**18


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
    found = []
    new = np.flatnonzero(np.diff(scores, prepend=np.nan) != 0)  # where a larger score begins
    for weights in weightings:
        positives = weights * positive.astype(weights.dtype)
        negatives = weights - positives
        if len(new) < len(scores):  # a column for each score, of all that have it
            positives, negatives = (
                np.add.reduceat(each, new, axis=1) for each in (positives, negatives)
            )
        below = np.cumsum(negatives, axis=1)
        totals = np.prod([each.sum(axis=1, dtype=np.float64) for each in (positives, negatives)], 0)
        if len(new) < len(scores):
            below -= negatives / 2
        # Not as a product of BLAS, whose threads would wait for each other at every weighting.
        sums = (positives * below).sum(axis=1, dtype=np.float64)
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
    # Whole numbers: their sums are exact in half the bytes, unless there are very many.
    exact = np.float32 if len(scores) < MANY_PAIRS else np.float64
    replicates = np.ascontiguousarray(sentence_weights(0, n_sentences, seed).T, dtype=exact)
    n_some = max(1, AT_ONCE // max(len(scores), 1))
    some = (replicates[start : start + n_some] for start in range(0, len(replicates), n_some))
    # `take` is twice as fast here as an index would be.
    weightings = (np.multiply(w.take(first, axis=1), w.take(second, axis=1)) for w in some)
    return percentile_interval(_of_ascending(positive[order], scores[order], weightings))
