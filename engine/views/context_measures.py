"""What context does to a word's vectors, as measures of a layer: each with its meaning and what it
must be held against.
"""

from __future__ import annotations

from engine.geometry.measurements import LayerGeometry
from engine.geometry.static_vector import StaticShare
from engine.views.shape_measures import ShapeMeasure, Value
from engine.views.shaped import shape_of

RARE = "no word stands here often enough"
AS_MANY = (
    "Dashed: as many random words, which a single vector explains in part too. Only what lies "
    "above the dashed curve is the word's own; the band is the interval of that distance, over "
    "words."
)
OVER_TYPES = "intervals 95 %, normal, over word types"
OF_RANDOM = "as many random words would show"


def _share(name: str) -> tuple[Value, Value]:
    """One of the three definitions: of the words, and of as many random words."""

    def value(layer: LayerGeometry) -> float:
        found: float = getattr(shape_of(layer).static.value, name)
        return found

    def null(layer: LayerGeometry) -> float:
        found: float = getattr(shape_of(layer).static.null, name)
        return found

    return value, null


def _about(value: float, margin: float) -> tuple[float, float]:
    return value - margin, value + margin


def _inter_type_interval(layer: LayerGeometry) -> tuple[float, float]:
    types = shape_of(layer).types
    return _about(types.inter, types.inter_margin)


def _intra_type_interval(layer: LayerGeometry) -> tuple[float, float]:
    types = shape_of(layer).types
    return _about(types.intra, types.intra_margin)


def _static(title: str, name: str, meaning: str) -> ShapeMeasure:
    value, null = _share(name)

    def interval(layer: LayerGeometry) -> tuple[float, float]:
        return _about(value(layer), getattr(shape_of(layer).static.margin, name))

    return ShapeMeasure(
        title,
        "share that one vector explains",
        "share that one vector explains",
        f"{meaning} {AS_MANY}",
        value,
        null,
        interval,
        against=OF_RANDOM,
        missing=RARE,
        how_sure=OVER_TYPES,
    )


STATIC_MEASURES = {
    "static_uncentred": _static(
        "As published",
        StaticShare._fields[0],
        "The largest part of a word's occurrences that lies along one direction, s₁² / Σ sᵢ², "
        "not centred: the formula of Ethayarajh (2019). Where all words share a direction it is "
        "high for any words, so it stays close to self-similarity.",
    ),
    "static_centred": _static(
        "Centred (PC 1)",
        StaticShare._fields[1],
        "The same after the word's mean is taken off: the share of its first principal component. "
        "With n occurrences it cannot be below 1 / (n - 1).",
    ),
    "static_along": _static(
        "Variance along it",
        StaticShare._fields[2],
        "Variance along the uncentred direction, as part of all variance: probably what the "
        "published values below 5 % are. It is near 0 wherever the mean dominates.",
    ),
}

TYPE_MEASURES = {
    "inter_type": ShapeMeasure(
        "Between word types",
        "inter-type cosine",
        "mean cosine of two word types",
        "The mean cosine of two different words, every word type counting once (Cai et al. 2021). "
        "Dashed: after each island of the cloud is moved to the origin.",
        lambda layer: shape_of(layer).types.inter,
        lambda layer: shape_of(layer).types.clustered_inter,
        _inter_type_interval,
        against="with its islands centred it would be",
        how_sure=OVER_TYPES,
    ),
    "intra_type": ShapeMeasure(
        "Within a word type",
        "intra-type cosine",
        "mean cosine within a word type",
        "The mean cosine of two occurrences of one word, every word type counting once (Cai et "
        "al. 2021). Dashed: after each island of the cloud is moved to the origin.",
        lambda layer: shape_of(layer).types.intra,
        lambda layer: shape_of(layer).types.clustered_intra,
        _intra_type_interval,
        against="with its islands centred it would be",
        missing="no word occurs twice",
        how_sure=OVER_TYPES,
    ),
    "clusters": ShapeMeasure(
        "Islands",
        "number of islands",
        "clusters (k-means, best silhouette)",
        "In how many islands the cloud falls: 1 unless a split into 2 to 15 has a silhouette of "
        "at least .1. Dashed: a cloud in one piece.",
        lambda layer: shape_of(layer).types.n_clusters,
        lambda layer: 1.0,
        digits=0,
        against="a cloud in one piece has",
    ),
    "intra_sentence": ShapeMeasure(
        "To its sentence",
        "likeness of a word to its sentence",
        "similarity of a word with its sentence's mean",
        "A word is part of its sentence's mean, so even a bag of random words is like its words. "
        "Dashed: bags of random words, as long as the sentences.",
        lambda layer: layer.intra_sentence_similarity,
        lambda layer: shape_of(layer).intra_sentence_null,
        lambda layer: layer.intra_sentence_interval,
        against="bags of random words would show",
        missing="too few words, or sentences of one word",
    ),
}
