"""The shape of a layer's cloud: flat JSON keys, each with the reason why it may be missing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.geometry.layer_shape import LayerShape
from engine.geometry.pair_histogram import PairHistogram
from engine.geometry.rogue_dimensions import RogueDimensions
from engine.geometry.static_vector import StaticShares
from engine.geometry.type_cosines import TypeCosines
from engine.geometry.von_mises_fisher import MeanDirection

SPECTRUM = "The frame holds fewer than three vectors, all are equal, or they have one dimension."
DIRECTION = "The frame holds fewer than two words, or they have one dimension or one direction."
PARTITION = "The frame holds no vector that is not 0."
SHARES = "The frame holds no pair, or its mean cosine may be 0, which has no parts."
WITHOUT = "The sample holds no pair, or no dimension would be left, or no cosine differs."
TYPES = "The frame holds fewer than two word types."
REPEATED = "No word occurs twice in the frame (for clusters: in the sample)."
STATIC = "No word occurs {min_count} times in the sample, or its occurrences are all equal."
ISLANDS = "The sample holds fewer than three different vectors."

BAGS = "No sentence holds two words of the frame, or the sample has fewer words than a sentence."
FEW = "The frame holds too few sentences for an interval (20 are needed), or no variance."
ONE_REPEATED = "Fewer than two words occur twice in the frame."
ONE_TYPE = "Fewer than two words occur {min_count} times in the sample."

# The beginnings of keys -> why their value may be missing; the first that fits counts.
WHY = {
    "participation_ratio": SPECTRUM,
    "effective_rank": SPECTRUM,
    "iso_score": SPECTRUM,
    "pc1_share": SPECTRUM,
    "mean_resultant_length": DIRECTION,
    "kappa": DIRECTION,
    "partition_isotropy": PARTITION,
    "top_dimension": SHARES,
    "mean_cosine_without": WITHOUT,
    "informativity": WITHOUT,
    "inter_type": TYPES,
    "cluster_centred_inter": TYPES,
    "intra_type_cosine_margin": ONE_REPEATED,
    "intra_type": REPEATED,
    "cluster_centred_intra": REPEATED,
    "cluster_silhouette": ISLANDS,
    "static_share": STATIC,
    "intrinsic_dimension": ISLANDS,
    "intra_sentence": BAGS,
}
BOOTSTRAPPED = ("mean_resultant_length", "top_dimension")  # other intervals are the jackknife's
OF_WORDS = ("inter_type", "intra_type", "cluster_centred", "static_share")  # of their types


def shape_values(shape: LayerShape) -> dict[str, Any]:
    """Every number of a layer's shape; NaN and None where there is none."""
    of_intrinsic = asdict(shape.intrinsic)
    return {
        "n_sample": shape.n_sample,
        "rank_bound": shape.rank_bound,
        **asdict(shape.spectrum),
        **_intervals(shape),
        **_direction(shape.direction),
        "partition_isotropy": shape.partition.as_they_are,
        "partition_isotropy_scaled": shape.partition.scaled,
        "partition_isotropy_first_order": shape.partition.scaled_first_order,
        "partition_isotropy_second_order": shape.partition.scaled_second_order,
        "partition_isotropy_isotropic": shape.partition.isotropic,
        **_dimensions(shape.dimensions),
        **_types(shape.types),
        **_static(shape.static),
        "intra_sentence_null": shape.intra_sentence_null,
        "intrinsic_dimension": of_intrinsic["value"],
        "intrinsic_dimension_isotropic": of_intrinsic["isotropic"],
        "intrinsic_dimension_n": of_intrinsic["n"],
        "pair_cosines": _pairs(shape.pairs),
    }


def why_missing(key: str) -> str:
    """Why a value of the shape is missing."""
    if key.startswith("static_share") and key.endswith("_margin"):
        return ONE_TYPE
    if "_ci_" in key and not key.startswith(BOOTSTRAPPED):
        return FEW
    return next(reason for start, reason in WHY.items() if key.startswith(start))


def _intervals(shape: LayerShape) -> dict[str, float]:
    intervals = {
        **shape.spectrum_intervals._asdict(),
        "iso_score": shape.iso_score_interval,
        "intrinsic_dimension": shape.intrinsic.interval,
        "partition_isotropy": shape.partition.interval,
        "partition_isotropy_scaled": shape.partition.scaled_interval,
        **{
            f"mean_cosine_without_top_{k}": interval
            for k, interval in shape.dimensions.mean_cosine_without_intervals.items()
        },
    }
    return {
        f"{name}_ci_{end}": value
        for name, bounds in intervals.items()
        for end, value in zip(("low", "high"), bounds, strict=True)
    }


def _direction(direction: MeanDirection) -> dict[str, Any]:
    low, high = direction.mean_resultant_length_interval
    return {
        "mean_resultant_length": direction.mean_resultant_length,
        "mean_resultant_length_ci_low": low,
        "mean_resultant_length_ci_high": high,
        "kappa": direction.kappa,
        "kappa_approximation": direction.kappa_approximation,
        "kappa_corrected": direction.kappa_corrected,
    }


def _dimensions(dimensions: RogueDimensions) -> dict[str, Any]:
    return {
        "top_dimensions": list(dimensions.top) or None,
        "top_dimension_shares": list(dimensions.shares) or None,
        "top_dimension_shares_ci_low": [low for low, _ in dimensions.share_intervals] or None,
        "top_dimension_shares_ci_high": [high for _, high in dimensions.share_intervals] or None,
        **{f"mean_cosine_without_top_{k}": v for k, v in dimensions.mean_cosine_without.items()},
        **{f"informativity_without_top_{k}": v for k, v in dimensions.informativity.items()},
    }


def _types(types: TypeCosines) -> dict[str, Any]:
    return {
        "inter_type_cosine": types.inter,
        "inter_type_cosine_margin": types.inter_margin,
        "intra_type_cosine": types.intra,
        "intra_type_cosine_margin": types.intra_margin,
        "cluster_centred_inter_type_cosine": types.clustered_inter,
        "cluster_centred_intra_type_cosine": types.clustered_intra,
        "n_clusters": types.n_clusters,
        "cluster_silhouette": types.silhouette,
    }


def _static(static: StaticShares) -> dict[str, Any]:
    kinds = {
        "": static.value,
        "_null": static.null,
        "_adjusted": static.adjusted,
        "_adjusted_margin": static.margin,
    }
    return {
        **{
            f"static_share_{name}{kind}": value
            for kind, shares in kinds.items()
            for name, value in shares._asdict().items()
        },
        "static_share_n_types": static.n_types,
    }


def _pairs(pairs: PairHistogram) -> dict[str, Any]:
    return {
        "low": -1.0,
        "high": 1.0,
        "share": pairs.share.tolist(),
        "isotropic_share": pairs.isotropic.tolist(),
        "n_words": pairs.n_words,
        "n_pairs": pairs.n_pairs,
    }
