"""The shape of a layer's cloud beyond its mean cosine: spectrum, cone, rogue dimensions, types.

What follows from sums is of all words; what needs vectors is of a uniform random sample of them,
which is all of them while they are few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.geometry.bootstrap import percentile_interval
from engine.geometry.intra_null import intra_sentence_null
from engine.geometry.intrinsic_dimension import IntrinsicDimension, intrinsic_dimension
from engine.geometry.layer_sums import LayerSums
from engine.geometry.pair_histogram import PairHistogram, pair_histogram
from engine.geometry.partition import PartitionIsotropy, partition_isotropies
from engine.geometry.random_pairs import RandomPairs, replicate_shares
from engine.geometry.rogue_dimensions import RogueDimensions, rogue_dimensions
from engine.geometry.spectrum import Spectrum, spectrum
from engine.geometry.spectrum_interval import SpectrumIntervals, spectrum_intervals
from engine.geometry.static_vector import StaticShares, static_shares
from engine.geometry.type_cosines import TypeCosines, type_cosines
from engine.geometry.type_counts import TypeCounts
from engine.geometry.von_mises_fisher import MeanDirection, mean_direction

SAMPLE = 8_192  # words; of a random sample the first ones are one too


@dataclass(frozen=True)
class LayerShape:
    """One layer's cloud, measured; NaN = not enough words."""

    n_sample: int  # words that `dimensions`' means, `partition`, `types`' clusters, `static` are of
    rank_bound: int  # directions that the layer can fill
    spectrum: Spectrum
    spectrum_intervals: SpectrumIntervals
    direction: MeanDirection
    contributions: np.ndarray  # (d,): what each dimension adds to the mean cosine
    dimensions: RogueDimensions
    partition: PartitionIsotropy
    types: TypeCosines
    static: StaticShares
    intrinsic: IntrinsicDimension
    pairs: PairHistogram
    intra_sentence_null: float  # intra-sentence similarity of bags of random words

    @property
    def iso_score_interval(self) -> tuple[float, float]:
        """95 %, over sentences: IsoScore is (PR - 1) / (d - 1)."""
        if self.rank_bound < 2:
            return math.nan, math.nan
        low, high = self.spectrum_intervals.participation_ratio
        return (low - 1) / (self.rank_bound - 1), (high - 1) / (self.rank_bound - 1)


@dataclass(frozen=True)
class Asked:
    """What is asked of the shape, alike for every layer."""

    n_types: int
    min_count: int  # occurrences that a type needs
    seed: int


def layer_shape(
    sums: LayerSums,
    counts: TypeCounts,
    pairs: RandomPairs,
    asked: Asked,
    rank_bound: int,
) -> LayerShape:
    """The shape of one layer from its sums and its sample.

    Args:
        pairs: those that the mean cosine is over.
        rank_bound: directions that the layer can fill.
    """
    assert sums.shape is not None
    moments, n_types = sums.shape.moments, asked.n_types
    pair_sums = sums.shape.pair_sums(sums.type_sums[:n_types])  # (d,)
    sample = sums.sample.first(SAMPLE)
    contributions = pair_sums / pairs.n if pairs.n > 0 else np.full(len(pair_sums), np.nan)
    # A mean cosine that may be 0 has no parts that dimensions could have shares of.
    shares = None if pairs.interval[0] <= 0 else replicate_shares(sums, pairs, pair_sums)
    own = sums.type_sums[:n_types], sums.type_squares[:n_types], counts.n[:n_types]
    found = spectrum(moments, rank_bound)
    return LayerShape(
        len(sample.vectors),
        rank_bound,
        found,
        spectrum_intervals(found, sample, moments.n),
        _direction(sums, counts, rank_bound),
        contributions,
        rogue_dimensions(contributions, sample, shares),
        partition_isotropies(moments, sample, rank_bound),
        type_cosines(*own, sample, asked.seed),
        static_shares(sample, asked.min_count),
        intrinsic_dimension(sample.vectors, rank_bound, sample.sentence_ids),
        pair_histogram(sample, rank_bound),
        intra_sentence_null(sample, counts.lengths),
    )


def _direction(sums: LayerSums, counts: TypeCounts, d: int) -> MeanDirection:
    n = counts.words
    resultant = min(float(np.linalg.norm(sums.sum_unit)) / n, 1.0) if n else math.nan
    with np.errstate(invalid="ignore", divide="ignore"):  # a replicate may draw no word
        replicates = np.linalg.norm(sums.replicate_sums, axis=1) / counts.replicate_words
    return mean_direction(resultant, percentile_interval(replicates), n, d)
