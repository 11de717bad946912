"""The pictures of a cloud: from layered vectors to quantised places, each with its faithfulness."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.figures.packet import Layout, quantised
from engine.geometry.basis import motion_surviving_alignment, picture
from engine.geometry.cone import cone_half_angle, cone_layout
from engine.geometry.faithfulness import knn_overlap, picture_trustworthiness
from engine.geometry.umap_layout import WARNING, umap_layout
from engine.vectors import LayeredVectors

LABELS = {"pca": "Shared PCA", "cone": "Cone", "umap": "UMAP"}


def pca(vectors: LayeredVectors) -> Layout:
    """One linear picture of all layers, the origin kept."""
    drawn = picture(vectors.layers)
    motions = [
        motion_surviving_alignment(a, b)
        for a, b in zip(drawn.coordinates, drawn.coordinates[1:], strict=False)
    ]
    notes = []
    for layer, share in enumerate(drawn.explained_variance):
        note = f"{share:.0%} of this layer's variance is in the picture"
        if layer:
            note += f" · {motions[layer - 1]:.0%} of the motion into it is more than turning"
        notes.append(
            {"note": f"{note} · {_faithfulness(vectors.layers[layer], drawn.coordinates[layer])}"}
        )
    warning = "A flat shadow of many dimensions: near here is seldom near in the full space."
    return _layout("pca", "linear", drawn.coordinates, warning, notes)


def cone(vectors: LayeredVectors) -> Layout:
    """Every word at its exact angle to the mean direction."""
    places = cone_layout(vectors.layers)
    notes = []
    for layer in vectors.layers:
        median, p95 = cone_half_angle(layer), cone_half_angle(layer, 0.95)
        note = f"half of the words lie within {median:.0f}° of the axis, 95 % within {p95:.0f}°"
        notes.append({"note": note, "median_deg": median, "p95_deg": p95})
    warning = "The angle to the axis is exact. The place around the axis is a projection."
    return _layout("cone", "cone", places, warning, notes)


def umap(
    vectors: LayeredVectors, *, seed: int = 0, on_epoch: Callable[[int, int], None] | None = None
) -> Layout:
    """UMAP fitted once on all layers stacked."""
    places = umap_layout(vectors.layers, seed=seed, on_epoch=on_epoch)
    notes = [
        {"note": _faithfulness(x, drawn)} for x, drawn in zip(vectors.layers, places, strict=True)
    ]
    return _layout("umap", "umap", places, WARNING, notes)


def _layout(
    name: str, kind: str, coordinates: Sequence[np.ndarray], warning: str, notes: list[dict]
) -> Layout:
    places, scale = quantised(coordinates)
    return Layout(LABELS[name], kind, places, scale, warning, tuple(notes))


def _faithfulness(x: np.ndarray, drawn: np.ndarray) -> str:
    if len(x) < 22:
        return "too few words to say how faithful the picture is"
    overlap, trust = knn_overlap(x, drawn), picture_trustworthiness(x, drawn)
    return f"it keeps {overlap:.0%} of the 10 nearest neighbours (trustworthiness {trust:.2f})"
