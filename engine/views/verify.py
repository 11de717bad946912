"""Computes the recorded clouds and shapes that ship in assets again, and compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from engine.geometry.measurements import LayerGeometry
from engine.geometry.stream import measure
from engine.vectors import LayeredVectors
from engine.views import layouts, recorded_shapes
from engine.views.build import COMMAND, default_frame
from engine.views.recorded import Recorded, path_of, read
from engine.views.shaped import shape_of
from engine.views.sources import Source, encoder, vectors_of

TOLERANCE = (
    2e-3  # of cosines and degrees / 100 between machines: float32 sums differ in their last digits
)
RELATIVE = 1e-2  # of numbers of directions
PICTURE = 1e-2  # of a picture's size

Found = dict[str, tuple[float, float]]  # a number's name -> recorded, computed now


def verify(source: str, model: str) -> list[str]:
    """Compute measures, shapes and linear pictures again and compare; the differences found, as
    sentences.

    UMAP is not computed again: it takes minutes and depends on the processor's rounding.
    """
    kept = read(path_of(source, model))
    shapes = recorded_shapes.read(recorded_shapes.path_of(source, model))
    for about in (kept.about, shapes.about):
        if about["text_sha256"] != Source(source).fingerprint:
            return [f"{source}-{model}: the text has changed since; run `{COMMAND}`."]
        if about["model_sha256"] != encoder(model).card.sha256:
            return [f"{source}-{model}: the weights have changed since; run `{COMMAND}`."]
    vectors = vectors_of(Source(source), model)
    problems = list(_moved(kept, vectors))
    now = measure([vectors], default_frame(source), shape=True)
    for old, shape, new in zip(kept.measurements(), shapes.layers, now, strict=True):
        differing = _differing(_cosines(old, new), TOLERANCE, 0.0)
        pairs = _directions(shape.spectrum.__dict__, shape_of(new).spectrum.__dict__)
        differing |= _differing(pairs, 0.0, RELATIVE)
        problems += [
            f"layer {old.layer}: {name} was {a:.4f}, is {b:.4f}."
            for name, (a, b) in differing.items()
        ]
        if not np.allclose(shape.contributions, shape_of(new).contributions, atol=TOLERANCE):
            problems.append(f"layer {old.layer}: dimensions add other parts to the mean cosine.")
    return [f"{source}-{model}, {problem}" for problem in problems]


def _cosines(old: LayerGeometry, new: LayerGeometry) -> Found:
    return {
        "mean cosine": (old.mean_cosine, new.mean_cosine),
        "self-similarity": (old.self_similarity, new.self_similarity),
        "intra-sentence similarity": (
            old.intra_sentence_similarity,
            new.intra_sentence_similarity,
        ),
        "median angle / 100": (
            old.cone_half_angle_median_deg / 100,
            new.cone_half_angle_median_deg / 100,
        ),
    }


def _directions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Found:
    names = {"participation ratio": "participation_ratio", "effective rank": "effective_rank"}
    return {title: (old[name], new[name]) for title, name in names.items()}


def _differing(pairs: Found, absolute: float, relative: float) -> Found:
    return {
        name: pair
        for name, pair in pairs.items()
        if not np.isclose(*pair, atol=absolute, rtol=relative, equal_nan=True)
    }


def _moved(kept: Recorded, vectors: LayeredVectors) -> Iterator[str]:
    for name, layout in (("pca", layouts.pca(vectors)), ("cone", layouts.cone(vectors))):
        old = kept.layouts[name]
        places = old.places.astype(np.float64) / 65535 * old.scale
        now = layout.places.astype(np.float64) / 65535 * layout.scale
        moved = np.abs(places - now).max() / layout.scale
        if moved > PICTURE:
            yield f"the {name} picture moved by {moved:.1%}."
