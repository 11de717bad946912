"""The pairs of different words from different sentences, from a layer's sums: what the mean cosine
is over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.geometry.bootstrap import percentile_interval
from engine.geometry.layer_sums import LayerSums
from engine.geometry.type_counts import TypeCounts


@dataclass(frozen=True)
class RandomPairs:
    """Sum of the cosines of all such pairs, ordered, and how many there are."""

    total: float
    n: float
    replicate_totals: np.ndarray  # of each bootstrap replicate over sentences, (B,)
    replicate_n: np.ndarray

    @property
    def mean_cosine(self) -> float:
        """NaN where there is no pair."""
        return self.total / self.n if self.n > 0 else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Of the mean cosine, 95 %, bootstrap over sentences."""
        some = self.replicate_n > 0
        return percentile_interval(self.replicate_totals[some] / self.replicate_n[some])


def random_pairs(sums: LayerSums, counts: TypeCounts, n_types: int) -> RandomPairs:
    """All pairs, minus those inside a sentence, minus those of one type in different sentences:
    |sum u|^2 - sum_s |S_s|^2 - sum_w (|S_w|^2 - sum_s |S_sw|^2).

    In a bootstrap replicate the type term keeps each type's own mean cosine and resamples how many
    of its pairs there are; this needs no sums per type and replicate, which would not fit in
    memory.
    """
    same_type = (
        np.square(sums.type_sums[:n_types]).sum(axis=1) - sums.type_within_sentences[:n_types]
    )
    same_type_pairs = counts.same_type_pairs(n_types)
    mean_same_type = np.divide(
        same_type, same_type_pairs, out=np.zeros(n_types), where=same_type_pairs > 0
    )
    replicate_pairs = (
        np.square(counts.replicate_n[:n_types]) - counts.replicate_within[:n_types]
    )  # (n_types, B)
    replicate_totals = np.square(sums.replicate_sums).sum(axis=1) - sums.replicate_within
    return RandomPairs(
        float(np.square(sums.sum_unit).sum() - sums.within_sentences - same_type.sum()),
        counts.n_pairs(n_types),
        replicate_totals - mean_same_type @ replicate_pairs,
        np.square(counts.replicate_words)
        - counts.replicate_sentence_pairs
        - replicate_pairs.sum(axis=0),
    )


def replicate_shares(sums: LayerSums, pairs: RandomPairs, by_dimension: np.ndarray) -> np.ndarray:
    """What share of the mean cosine each dimension makes in each bootstrap replicate, (B, d).

    What pairs inside sentences and types take from a dimension's square is known in all and, of
    each replicate, for all dimensions together; it is divided among them as it is in all.

    Args:
        by_dimension: sum over the pairs of u_k v_k, (d,), which add up to `pairs.total`.
    """
    squares = np.square(sums.replicate_sums)  # (B, d)
    taken = np.square(sums.sum_unit) - by_dimension  # (d,)
    taken_in_all = squares.sum(axis=1) - pairs.replicate_totals  # (B,)
    with np.errstate(invalid="ignore", divide="ignore"):  # there may be no pair
        parts = squares - np.outer(taken_in_all, taken / taken.sum())
        found: np.ndarray = parts / pairs.replicate_totals[:, None]
    return found
