"""Rogue dimensions: the few that make the mean cosine, and what it is without them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from engine.figures import rogue_dimensions as figures
from engine.figures.curves import Curve
from engine.geometry.measurements import LayerGeometry
from engine.geometry.rogue_dimensions import DROPPED
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.anisotropy import MeasureState
from engine.views.measured import BOOTSTRAP, Measured, caption, unknown_notes
from engine.views.shape_measures import JACKKNIFE
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
        left = {"all dimensions": _curve([_mean_cosine(layer) for layer in one.layers])}
        for k in DROPPED:
            without = [_mean_cosine_without(layer, k) for layer in one.layers]
            left[f"without the top {k}"] = _curve(without)
        n = shape_of(one.layers[0]).n_sample
        source = Source(state.source, state.text)
        how_sure = f"{BOOTSTRAP}; without the top: {JACKKNIFE}"
        text = caption([one], source, state.state, state.frame, intervals=how_sure)
        return Shown(
            figures.rogue_dimensions([_parts(layer) for layer in one.layers], left),
            _table(one),
            f"{text} · without the top: n = {n:,}",
            _notice(one),
            unknown_notes([one]),
        )


def _mean_cosine(layer: LayerGeometry) -> tuple[float, float, float]:
    """(value, low, high)."""
    return layer.mean_cosine, *layer.mean_cosine_interval


def _mean_cosine_without(layer: LayerGeometry, k: int) -> tuple[float, float, float]:
    """The same without the top k dimensions."""
    found = shape_of(layer).dimensions
    return found.mean_cosine_without[k], *found.mean_cosine_without_intervals[k]


def _curve(rows: list[tuple[float, float, float]]) -> Curve:
    values, low, high = (list(column) for column in zip(*rows, strict=True))
    return Curve(values, low, high)


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
        for rank, share in enumerate(found.shares, 1):
            low, high = found.share_intervals[rank - 1]
            row |= {f"share of top {rank}": share, f"share {rank}, low": low}
            row[f"share {rank}, high"] = high
        for k in DROPPED:
            value, low, high = _mean_cosine_without(layer, k)
            row |= {f"mean cosine without top {k}": value, f"without {k}, low": low}
            row[f"without {k}, high"] = high
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
    low, high = shape.dimensions.share_intervals[0]
    told = (
        f"{where} one dimension of {len(shape.contributions):,} makes {shares[number]:.0%} "
        f"[{low:.0%}, {high:.0%}] of the mean cosine of {layer.mean_cosine:.2f} ({even:.1%} if all "
        "were alike)"
    )
    without = shape.dimensions.mean_cosine_without[3]
    return f"{told}." if math.isnan(without) else f"{told}; without the top 3 it is {without:.2f}."
