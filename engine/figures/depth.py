"""What the number of layers changes: perplexity by number of layers, sense separation by layer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.directions import ARROWS, COLOURS
from engine.figures.theme import CATEGORICAL, NEUTRAL, layout

DEPTH_COLOURS = (CATEGORICAL[4], CATEGORICAL[2], CATEGORICAL[6], CATEGORICAL[1])
DEPTH_MARKERS = ("square", "circle", "diamond", "triangle-up")
BESIDE = 0.12  # of the way from one place to the next
SYMBOLS = {"forward": "triangle-right", "backward": "triangle-left"}


@dataclass(frozen=True)
class Repeated:
    """A mean over repetitions with its interval, and every repetition by itself."""

    mean: float
    low: float  # nan where a single repetition allows no interval
    high: float
    each: Sequence[float]


def perplexity_by_depth(
    found: Mapping[str, Sequence[Repeated]], depths: Sequence[int]
) -> go.Figure:
    """One line a direction; a small point a seed, bars for the interval.

    Args:
        found: direction -> perplexity at each depth, (n_depths,).
        depths: numbers of layers, (n_depths,).
    """
    traces: list[dict[str, Any]] = []
    for number, (direction, values) in enumerate(found.items()):
        places = [i + (2 * number - 1) * BESIDE for i in range(len(depths))]
        name = f"{ARROWS[direction]} {direction}"
        traces += _series(name, places, values, COLOURS[direction], SYMBOLS[direction], ".1f")
    shape = layout(x_title="LSTM layers of each direction", y_title="test perplexity")
    shape["xaxis"] |= {"tickvals": list(range(len(depths))), "ticktext": list(map(str, depths))}
    shape["xaxis"]["range"] = [-0.5, len(depths) - 0.5]
    return go.Figure(data=traces, layout=shape)


def gain_by_layer(found: Mapping[int, Sequence[Repeated]], layer_names: Sequence[str]) -> go.Figure:
    """One line a depth over the layers, from the characters up.

    Args:
        found: number of layers -> gain at each layer, layer 0 first, (n_layers + 1,).
        layer_names: of the deepest net.
    """
    traces: list[dict[str, Any]] = []
    for number, (depth, values) in enumerate(found.items()):
        shift = (number - (len(found) - 1) / 2) * BESIDE
        places = [layer + shift for layer in range(len(values))]
        style = number % len(DEPTH_COLOURS)
        name = "1 layer" if depth == 1 else f"{depth} layers"
        colour, symbol = DEPTH_COLOURS[style], DEPTH_MARKERS[style]
        traces += _series(name, places, values, colour, symbol, "+.3f")
    shape = layout(y_title="mean sense AUC beyond the untrained net")
    shape["xaxis"] |= {"tickvals": list(range(len(layer_names))), "ticktext": list(layer_names)}
    shape["xaxis"]["range"] = [-0.5, len(layer_names) - 0.5]
    level = {"x0": 0, "x1": 1, "xref": "x domain", "y0": 0, "y1": 0, "yref": "y"}
    line = {"dash": "dot", "color": NEUTRAL, "width": 1.5}
    shape["shapes"] = [{"type": "line", "line": line, **level}]
    return go.Figure(data=traces, layout=shape)


def _series(
    name: str, places: Sequence[float], values: Sequence[Repeated], colour: str, symbol: str,
    digits: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """The line of the means, and the repetitions beside it."""
    bars = [value if math.isfinite(value.low) else None for value in values]
    means = {
        "type": "scatter",
        "x": list(places),
        "y": [value.mean for value in values],
        "name": name,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2.5},
        "marker": {"symbol": symbol, "size": 14, "color": colour},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [bar.high - bar.mean if bar else 0 for bar in bars],
            "arrayminus": [bar.mean - bar.low if bar else 0 for bar in bars],
            "width": 5,
            "color": colour,
        },
        "customdata": [
            f" [{bar.low:{digits}}, {bar.high:{digits}}]" if bar else "" for bar in bars
        ],
        "hovertemplate": f"%{{y:{digits}}}%{{customdata}}<extra>{name}, mean</extra>",
    }
    each = {
        "type": "scatter",
        "x": [x + BESIDE / 2 for x, value in zip(places, values, strict=True) for _ in value.each],
        "y": [one for value in values for one in value.each],
        "name": f"{name}, each seed",
        "mode": "markers",
        "marker": {"symbol": f"{symbol}-open", "size": 9, "color": colour, "line": {"width": 1.5}},
        "hovertemplate": f"%{{y:{digits}}}<extra>{name}, one seed</extra>",
        "showlegend": False,
    }
    return [means, each]
