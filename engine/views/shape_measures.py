"""What a layer's shape can be asked for: each measure with its meaning and its reference."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.geometry.jackknife import N_GROUPS
from engine.geometry.measurements import LayerGeometry
from engine.geometry.von_mises_fisher import mean_direction
from engine.views.measured import BOOTSTRAP
from engine.views.shaped import shape_of

Value = Callable[[LayerGeometry], float]
JACKKNIFE = f"intervals 95 %, jackknife over {N_GROUPS} groups of sentences"
AS_WIDE = "Dashed: isotropic vectors, as many and as wide."
TOO_FEW = "too few words"


@dataclass(frozen=True)
class ShapeMeasure:
    """One number of a layer."""

    title: str  # on a button
    noun: str  # in a sentence
    axis: str
    meaning: str  # one plain sentence, then what the reference is
    value: Value
    reference: Value
    interval: Callable[[LayerGeometry], tuple[float, float]] | None = None
    digits: int = 2
    logarithmic: bool = False
    against: str = "an isotropic cloud would show"  # what the reference is, in a sentence
    missing: str = TOO_FEW  # why there may be none
    how_sure: str = BOOTSTRAP  # what the interval is over

    def say(self, value: float) -> str:
        """The number as a sentence gives it."""
        return f"{value:,.{self.digits}f}"


def _kappa_interval(layer: LayerGeometry) -> tuple[float, float]:
    """Kappa grows with R, so the ends of R's interval give the ends of its own."""
    shape = shape_of(layer)
    low, high = (
        mean_direction(end, (math.nan, math.nan), layer.n, shape.rank_bound).kappa_corrected
        for end in shape.direction.mean_resultant_length_interval
    )
    return low, high


def _top_share(layer: LayerGeometry) -> float:
    shares = shape_of(layer).dimensions.shares
    return shares[0] if shares else math.nan


def _top_share_interval(layer: LayerGeometry) -> tuple[float, float]:
    intervals = shape_of(layer).dimensions.share_intervals
    return intervals[0] if intervals else (math.nan, math.nan)


MEASURES = {
    "participation_ratio": ShapeMeasure(
        "Participation ratio",
        "participation ratio",
        "participation ratio (directions)",
        "How many directions the words spread over, from their middle. It does not see the cone. "
        + AS_WIDE,
        lambda layer: shape_of(layer).spectrum.participation_ratio,
        lambda layer: shape_of(layer).spectrum.participation_ratio_isotropic,
        lambda layer: shape_of(layer).spectrum_intervals.participation_ratio,
        how_sure=JACKKNIFE,
        digits=0,
        logarithmic=True,
    ),
    "effective_rank": ShapeMeasure(
        "Effective rank",
        "effective rank",
        "effective rank (directions)",
        "The same question, but small directions count for more. " + AS_WIDE,
        lambda layer: shape_of(layer).spectrum.effective_rank,
        lambda layer: shape_of(layer).spectrum.effective_rank_isotropic,
        lambda layer: shape_of(layer).spectrum_intervals.effective_rank,
        how_sure=JACKKNIFE,
        digits=0,
        logarithmic=True,
    ),
    "iso_score": ShapeMeasure(
        "IsoScore",
        "IsoScore",
        "IsoScore",
        "The participation ratio on a scale from 0, a single direction, to 1, all of them alike. "
        + AS_WIDE,
        lambda layer: shape_of(layer).spectrum.iso_score,
        lambda layer: shape_of(layer).spectrum.iso_score_isotropic,
        lambda layer: shape_of(layer).iso_score_interval,
        how_sure=JACKKNIFE,
    ),
    "pc1_share": ShapeMeasure(
        "PC1 share",
        "share of PC 1",
        "share of the variance along PC 1",
        "How much of the spread lies along its longest direction. " + AS_WIDE,
        lambda layer: shape_of(layer).spectrum.pc1_share,
        lambda layer: shape_of(layer).spectrum.pc1_share_isotropic,
        lambda layer: shape_of(layer).spectrum_intervals.pc1_share,
        how_sure=JACKKNIFE,
    ),
    "mean_resultant_length": ShapeMeasure(
        "Mean resultant length",
        "mean resultant length",
        "mean resultant length R",
        "How far the directions of all words agree: 1 if they are one direction. " + AS_WIDE,
        lambda layer: shape_of(layer).direction.mean_resultant_length,
        lambda layer: 1 / math.sqrt(layer.n),
        lambda layer: shape_of(layer).direction.mean_resultant_length_interval,
    ),
    "kappa": ShapeMeasure(
        "Concentration κ",
        "concentration κ",
        "von Mises-Fisher κ, corrected for n",
        "How narrow the cone is, if it is round. κ grows with the width of the vectors, so compare "
        "the layers of one model. Dashed: isotropic, 0.",
        lambda layer: shape_of(layer).direction.kappa_corrected,
        lambda layer: 0.0,
        _kappa_interval,
        digits=0,
    ),
    "intrinsic_dimension": ShapeMeasure(
        "Intrinsic dimension",
        "intrinsic dimension",
        "intrinsic dimension (TwoNN)",
        "How many numbers would say where a word stands, judged by its two nearest neighbours. "
        "Dashed: isotropic vectors, as many and as wide, where it falls short of the width too.",
        lambda layer: shape_of(layer).intrinsic.value,
        lambda layer: shape_of(layer).intrinsic.isotropic,
        lambda layer: shape_of(layer).intrinsic.interval,
        how_sure=JACKKNIFE,
        digits=1,
        logarithmic=True,
    ),
    "partition_isotropy": ShapeMeasure(
        "Partition isotropy",
        "partition isotropy",
        "partition isotropy I(W), vectors scaled",
        "Is the sum of exp(c · w) over all words the same whichever way c points? 1 if it is (Mu "
        "and Viswanath 2018); along the cone it is larger than against it. Of vectors over their "
        "root mean square length, as it changes with length. " + AS_WIDE,
        lambda layer: shape_of(layer).partition.scaled,
        lambda layer: shape_of(layer).partition.isotropic,
        lambda layer: shape_of(layer).partition.scaled_interval,
        how_sure=JACKKNIFE,
    ),
    "top_dimension": ShapeMeasure(
        "Top dimension",
        "top dimension's share",
        "share of the mean cosine",
        "How much of the mean cosine a single dimension makes. Dashed: all dimensions alike.",
        _top_share,
        lambda layer: 1 / shape_of(layer).rank_bound,
        _top_share_interval,
        digits=3,
        against="were all dimensions alike, each would have",
        missing="too few words, or a mean cosine that may be 0, which has no parts",
    ),
}
