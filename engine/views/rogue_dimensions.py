"""Rogue dimensions: the few that make the mean cosine, and what it is without them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from engine.figures import rogue_dimensions as figures
from engine.geometry.measurements import LayerGeometry
from engine.geometry.rogue_dimensions import DROPPED
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.anisotropy import MeasureState
from engine.views.measured import Measured, caption, unknown_notes
from engine.views.shaped import missing_shapes, missing_vectors, shape_of, shaped
from engine.views.sources import Source


@dataclass(frozen=True)
class RogueDimensionsState(MeasureState):
    """As for anisotropy, with one model."""

    models: tuple[str, ...] = ("minilm",)


@VIEWS.add("rogue-dimensions")
class RogueDimensionsView:
    """What the top dimensions of each layer add to its mean cosine."""

    title = "The dimensions that make the mean cosine"
    State = RogueDimensionsState

    def needs(self, state: RogueDimensionsState) -> Needs:
        """The vectors, unless the shape of the layers is known."""
        return missing_vectors(state, state.models[:1])

    def work(self, state: RogueDimensionsState) -> Work | None:
        """Measuring the shape of the layers."""
        return missing_shapes(state, state.models[:1])

    def show(self, state: RogueDimensionsState) -> Shown:
        """The first model's layers.

        Raises:
            EngineError: fewer than two words in the frame.
        """
        one = shaped(state, state.models[0])
        left = {"all dimensions": [layer.mean_cosine for layer in one.layers]}
        for k in DROPPED:
            label = f"without the top {k}"
            left[label] = [shape_of(x).dimensions.mean_cosine_without[k] for x in one.layers]
        n = shape_of(one.layers[0]).n_sample
        source = Source(state.source, state.text)
        text = caption([one], source, state.state, state.frame, intervals="no interval")
        return Shown(
            figures.rogue_dimensions([_parts(layer) for layer in one.layers], left),
            _table(one),
            f"{text} · without the top: n = {n:,}",
            _notice(one),
            unknown_notes([one]),
        )


def _parts(layer: LayerGeometry) -> figures.TopParts:
    shape = shape_of(layer)
    top = list(shape.dimensions.top)
    parts = shape.contributions[top].tolist()
    others = float(shape.contributions.sum()) - sum(parts)
    return figures.TopParts(layer.layer, top, parts, others)


def _table(one: Measured) -> pd.DataFrame:
    rows = []
    for layer in one.layers:
        found, parts = shape_of(layer).dimensions, _parts(layer)
        row = {"model": one.title, "layer": layer.layer, "n": layer.n}
        row |= {"mean cosine": layer.mean_cosine}
        for rank, (number, part) in enumerate(zip(parts.dimensions, parts.parts, strict=True), 1):
            row |= {f"top {rank}": number, f"part of top {rank}": part}
        for k in DROPPED:
            row[f"mean cosine without top {k}"] = found.mean_cosine_without[k]
            row[f"r² of cosines without top {k}"] = found.informativity[k]
        rows.append(row)
    return pd.DataFrame(rows)


def _notice(one: Measured) -> str:
    shares = [max(shape_of(layer).dimensions.shares, default=math.nan) for layer in one.layers]
    known = [number for number, share in enumerate(shares) if not math.isnan(share)]
    if not known:
        return (
            f"{one.title} has too few words here, or a mean cosine that may be 0, which has no "
            f"parts: n = {one.layers[0].n:,}."
        )
    number = max(known, key=shares.__getitem__)
    layer = one.layers[number]
    shape = shape_of(layer)
    where = f"At layer {layer.layer} of {one.title}" if len(one.layers) > 1 else f"In {one.title}"
    even = 1 / shape.rank_bound
    told = (
        f"{where} one dimension of {len(shape.contributions):,} makes {shares[number]:.0%} of the "
        f"mean cosine of {layer.mean_cosine:.2f} ({even:.1%} if all were alike)"
    )
    without = shape.dimensions.mean_cosine_without[3]
    return f"{told}." if math.isnan(without) else f"{told}; without the top 3 it is {without:.2f}."
