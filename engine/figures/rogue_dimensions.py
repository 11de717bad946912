"""The dimensions that make the mean cosine: what each adds, and what is left without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.curves import Curve
from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

LEFT, RIGHT = (0.0, 0.46), (0.56, 1.0)
SYMBOLS = ("circle", "diamond", "square", "triangle-up")
DASHES = ("solid", "dash", "dashdot", "dot")
# A line without the top 1, 3, 5 has the colour of the last one that is left out.
LINES = (NEUTRAL, CATEGORICAL[0], CATEGORICAL[2], CATEGORICAL[4])
RANKS = ("top dimension", "2nd", "3rd", "4th", "5th")


@dataclass(frozen=True)
class TopParts:
    """One layer's mean cosine as a sum; the parts may be below 0."""

    layer: str
    dimensions: Sequence[int]  # the largest part first
    parts: Sequence[float]  # (n_dimensions,)
    others: float  # all other dimensions together


def rogue_dimensions(layers: Sequence[TopParts], left: Mapping[str, Curve]) -> go.Figure:
    """Left: the mean cosine of each layer, stacked from its dimensions' parts. Right: the mean
    cosine without the top ones.

    Args:
        layers: bottom to top.
        left: what is left out -> mean cosine of every layer, with its interval.
    """
    places = list(range(len(layers)))
    names = [text(one.layer, 12) for one in layers]
    shape = layout(height=460, x_title="layer", y_title="mean cosine")
    ticks = {"tickvals": places, "ticktext": names, "range": [-0.6, len(layers) - 0.4]}
    shape["xaxis"] |= {"domain": list(LEFT), **ticks}
    shape["xaxis2"] = {
        "domain": list(RIGHT), "anchor": "y2", "title": {"text": "layer"}, "zeroline": False,
        **ticks,
    }  # fmt: skip
    shape["yaxis2"] = {
        "anchor": "x2", "matches": "y", "zeroline": False,
    }  # fmt: skip
    shape["yaxis"] |= {"zeroline": True, "zerolinecolor": NEUTRAL}
    shape |= {"barmode": "relative", "bargap": 0.35}
    traces = [_bars(layers, rank) for rank in range(max(len(one.parts) for one in layers))]
    traces.append(
        {
            "type": "bar", "name": "all others", "x": places, "y": [one.others for one in layers],
            "marker": {"color": NEUTRAL, "pattern": {"shape": "/", "solidity": 0.3}},
            "hovertemplate": "%{y:.3f}",
        }
    )  # fmt: skip
    for number, (label, curve) in enumerate(left.items()):
        colour = LINES[number]
        traces.append(
            {
                "type": "scatter", "mode": "lines+markers", "name": label, "x": places,
                "y": list(curve.values), "xaxis": "x2", "yaxis": "y2",
                "hovertemplate": "%{y:.3f}", "error_y": curve.error_bars(),
                "line": {"width": 3, "color": colour, "dash": DASHES[number]},
                "marker": {"symbol": SYMBOLS[number], "size": 11, "color": colour},
            }
        )  # fmt: skip
    return go.Figure(data=traces, layout=shape)


def _bars(layers: Sequence[TopParts], rank: int) -> dict[str, Any]:
    """The parts of this rank, each of its layer's own dimension."""
    here = [(place, one) for place, one in enumerate(layers) if rank < len(one.parts)]
    return {
        "type": "bar", "name": RANKS[rank], "x": [place for place, _ in here],
        "y": [one.parts[rank] for _, one in here],
        "customdata": [one.dimensions[rank] for _, one in here],
        "marker": {"color": CATEGORICAL[rank]},
        "hovertemplate": "dimension %{customdata}: %{y:.3f}",
    }  # fmt: skip
