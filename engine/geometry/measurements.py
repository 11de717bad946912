"""From a layer's sums to its numbers, each with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.geometry.bootstrap import percentile_interval
from engine.geometry.layer_shape import LayerShape
from engine.geometry.layer_sums import LayerSums
from engine.geometry.moments import unit
from engine.geometry.random_pairs import RandomPairs
from engine.geometry.type_counts import TypeCounts

BLOCK = 512  # words
PUBLISHED_MIN_COUNT = 5  # occurrences a word needs to enter self-similarity (Ethayarajh 2019)


@dataclass(frozen=True)
class LayerGeometry:
    """One layer, measured. Cosines are dimensionless in [-1, 1], angles are in degrees; NaN = not
    enough words.
    """

    layer: str
    n: int  # word occurrences in the frame
    mean_cosine: (
        float  # over pairs of different words from different sentences: the anisotropy baseline
    )
    mean_cosine_interval: tuple[float, float]  # 95 %, bootstrap over sentences
    cone_half_angle_median_deg: float
    cone_half_angle_p95_deg: float
    angles_deg: (
        np.ndarray
    )  # (n_angles,): angle to the mean direction of every word, or of a random sample of them
    self_similarity: (
        float  # mean over word types of their mean cosine with themselves in other places
    )
    self_similarity_interval: tuple[float, float]  # 95 %, over word types
    n_self_similarity_types: int
    min_count: int  # occurrences a type needed
    intra_sentence_similarity: float
    intra_sentence_interval: tuple[float, float]  # 95 %, bootstrap over sentences
    n_intra_sentences: int
    n_beyond_cap: int = 0  # occurrences of types beyond the cap, see `GeometryStream`
    shape: LayerShape | None = None  # measured where it was asked for

    @property
    def adjusted_self_similarity(self) -> float:
        """Self-similarity minus the layer's mean cosine: what is left of it once any two words are
        alike.
        """
        return self.self_similarity - self.mean_cosine

    @property
    def adjusted_intra_sentence_similarity(self) -> float:
        """Intra-sentence similarity minus the layer's mean cosine."""
        return self.intra_sentence_similarity - self.mean_cosine


def finish(
    name: str,
    sums: LayerSums,
    counts: TypeCounts,
    pairs: RandomPairs,
    n_types: int,
    min_count: int | None,
) -> LayerGeometry:
    """All measures of one layer."""
    angles = _angles_deg(sums)
    if min_count is None:
        reached = bool((counts.n[:n_types] >= PUBLISHED_MIN_COUNT).any())
        min_count = PUBLISHED_MIN_COUNT if reached else 2
    similarity = _self_similarity_by_type(sums, counts, n_types, min_count)
    margin = (
        1.96 * similarity.std(ddof=1) / math.sqrt(len(similarity))
        if len(similarity) > 1
        else math.nan
    )
    mean_similarity = float(similarity.mean()) if len(similarity) else math.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        intra_interval = percentile_interval(sums.replicate_intra / counts.replicate_sentences)
    return LayerGeometry(
        layer=name,
        n=counts.words,
        mean_cosine=pairs.mean_cosine,
        mean_cosine_interval=pairs.interval,
        cone_half_angle_median_deg=float(np.median(angles)) if len(angles) else math.nan,
        cone_half_angle_p95_deg=float(np.quantile(angles, 0.95)) if len(angles) else math.nan,
        angles_deg=angles,
        self_similarity=mean_similarity,
        self_similarity_interval=(mean_similarity - margin, mean_similarity + margin),
        n_self_similarity_types=len(similarity),
        min_count=min_count,
        intra_sentence_similarity=sums.intra_sum / counts.sentences
        if counts.sentences
        else math.nan,
        intra_sentence_interval=intra_interval,
        n_intra_sentences=counts.sentences,
    )


def _self_similarity_by_type(
    sums: LayerSums, counts: TypeCounts, n_types: int, min_count: int
) -> np.ndarray:
    """Mean cosine between a type's occurrences, for each type with enough of them (Ethayarajh
    2019, definition 1).
    """
    enough = np.flatnonzero(counts.n[:n_types] >= max(min_count, 2))
    n = counts.n[enough]
    return (np.square(sums.type_sums[enough]).sum(axis=1) - sums.type_squares[enough]) / (
        n * (n - 1)
    )


def _angles_deg(sums: LayerSums) -> np.ndarray:
    """Angle of each sampled word to the mean direction, degrees, (n_angles,)."""
    axis = unit(sums.sum_unit[None])[0]
    sampled = sums.sample.vectors
    # In blocks: all of them in float64 at once would go through the memory, not the cache.
    blocks = [slice(first, first + BLOCK) for first in range(0, len(sampled), BLOCK)]
    cosines = [unit(sampled[block]) @ axis for block in blocks]
    return np.degrees(np.arccos(np.clip(np.concatenate([np.empty(0), *cosines]), -1.0, 1.0)))
