"""One layer of one model up close: its pairs' cosines, its cone, its dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.figures.layer_close_up import Histogram, Parts, layer_close_up
from engine.geometry.cone import isotropic_angle_density
from engine.geometry.measurements import LayerGeometry
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.anisotropy import MeasureState
from engine.views.isotropic import widths_of
from engine.views.measured import Measured, caption, unknown_notes
from engine.views.shaped import missing_shape, missing_vectors, shape_of, shaped_layer
from engine.views.sources import Source

ANGLE_EDGES = np.arange(0.0, 182.0, 2.0)
N_DIMENSIONS = 8


@dataclass(frozen=True)
class LayerCloseUpState(MeasureState):
    """As for anisotropy, with one model and one of its layers."""

    models: tuple[str, ...] = ("minilm",)
    layer: int = -1  # counted from the top if negative


@VIEWS.add("layer-close-up")
class LayerCloseUpView:
    """The distributions behind a layer's mean cosine."""

    title = "One layer up close"
    State = LayerCloseUpState

    def needs(self, state: LayerCloseUpState) -> Needs:
        """The vectors, unless the shape of all layers is known."""
        return missing_vectors(state, state.models[:1])

    def work(self, state: LayerCloseUpState) -> Work | None:
        """Measuring the shape of the layer."""
        return missing_shape(state, state.models[0], state.layer)

    def show(self, state: LayerCloseUpState) -> Shown:
        """Three panels.

        Raises:
            EngineError: too few words in the frame, or no pair of words to compare.
        """
        one = shaped_layer(state, state.models[0], state.layer)
        (layer,) = one.layers
        if np.isnan(layer.mean_cosine) or not len(layer.angles_deg):
            raise EngineError(
                f"{one.title} finds no two words here to compare: n = {layer.n:,}. Choose a wider "
                "frame or a longer text."
            )
        cosines, angles, parts = _cosines(layer), _angles(layer), _parts(layer)
        shape = shape_of(layer)
        source = Source(state.source, state.text)
        text = caption([one], source, state.state, state.frame, intervals="no interval")
        where = f"layer {layer.layer} · " if _is_layered(one) else ""
        sampled = f"{shape.pairs.n_pairs:,} pairs of {shape.pairs.n_words:,} words"
        return Shown(
            layer_close_up(cosines, angles, parts, one.model),
            _table(one, layer, cosines),
            f"{where}{text} · cosines: {sampled}",
            _notice(one, layer),
            unknown_notes([one]),
        )


def _is_layered(one: Measured) -> bool:
    return len(widths_of(one.model)) > 1


def _cosines(layer: LayerGeometry) -> Histogram:
    pairs = shape_of(layer).pairs
    edges = np.linspace(-1.0, 1.0, len(pairs.share) + 1)
    told = f"mean {layer.mean_cosine:.2f}"
    return Histogram(_centres(edges), pairs.share, pairs.isotropic, layer.mean_cosine, told)


def _angles(layer: LayerGeometry) -> Histogram:
    counts = np.histogram(layer.angles_deg, ANGLE_EDGES)[0]
    null = isotropic_angle_density(_centres(ANGLE_EDGES), shape_of(layer).rank_bound)
    median = layer.cone_half_angle_median_deg
    shares = counts / max(counts.sum(), 1)
    return Histogram(
        _centres(ANGLE_EDGES), shares, null / null.sum(), median, f"median {median:.0f}°"
    )


def _centres(edges: np.ndarray) -> np.ndarray:
    return (edges[:-1] + edges[1:]) / 2


def _parts(layer: LayerGeometry) -> Parts:
    contributions = shape_of(layer).contributions
    top = np.argsort(-contributions, kind="stable")[:N_DIMENSIONS]
    alike = layer.mean_cosine / len(contributions)
    return Parts(top.tolist(), contributions[top].tolist(), alike)


def _table(one: Measured, layer: LayerGeometry, cosines: Histogram) -> pd.DataFrame:
    """The histogram of cosines as cumulative shares, which also say its quantiles."""
    return pd.DataFrame(
        {
            "model": one.title,
            "layer": layer.layer,
            "cosine up to": cosines.centres + (cosines.centres[1] - cosines.centres[0]) / 2,
            "share of pairs": cosines.shares,
            "share of isotropic pairs": cosines.null,
            "pairs at most so alike": cosines.shares.cumsum(),
        }
    )


def _notice(one: Measured, layer: LayerGeometry) -> str:
    shape = shape_of(layer)
    pairs = shape.pairs
    edges = np.linspace(-1.0, 1.0, len(pairs.share) + 1)
    high = edges[:-1][np.searchsorted(pairs.isotropic.cumsum(), 0.999)]
    beyond = pairs.share[edges[:-1] >= high].sum()
    where = f"layer {layer.layer} of {one.title}" if _is_layered(one) else one.title
    told = (
        f"In {where} {beyond:.0%} of the pairs are more alike than {high:.2f}, which of 1,000 "
        "pairs of isotropic vectors of this width about one would be."
    )
    shares = shape.dimensions.shares
    if not shares:
        return told
    return f"{told} The largest dimension makes {shares[0]:.0%} of the mean cosine."
