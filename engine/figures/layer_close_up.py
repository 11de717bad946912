"""One layer up close: the cosines of its pairs, the angles to its axis, its dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, translucent

PANELS = ((0.0, 0.3), (0.35, 0.65), (0.77, 1.0))
AXES = (("x", "y"), ("x2", "y2"), ("x3", "y3"))


@dataclass(frozen=True)
class Histogram:
    """Shares in equal bins beside those that nothing would give."""

    centres: np.ndarray  # (n_bins,)
    shares: np.ndarray  # (n_bins,)
    null: np.ndarray  # (n_bins,)
    middle: float  # a line: the mean, or the median
    told: str  # at the line


@dataclass(frozen=True)
class Parts:
    """What the largest dimensions add to the mean cosine."""

    dimensions: list[int]
    parts: list[float]
    alike: float  # what each would add if all were alike


def layer_close_up(cosines: Histogram, angles: Histogram, parts: Parts, model: str) -> go.Figure:
    """Three panels, side by side."""
    colour = model_colour(model)
    shape = layout(height=400)
    shape["legend"] |= {"y": 1.12}
    titles = ("cosine of a random pair", "angle to the axis (degrees)", "dimension, largest first")
    for number, (domain, title) in enumerate(zip(PANELS, titles, strict=True), 1):
        key = "" if number == 1 else str(number)
        shape[f"xaxis{key}"] = {
            "domain": list(domain), "anchor": f"y{key}", "title": {"text": title},
            "zeroline": False,
        }  # fmt: skip
        shape[f"yaxis{key}"] = {"anchor": f"x{key}", "zeroline": False, "rangemode": "tozero"}
    shape["xaxis"] |= {"range": _seen(cosines)}
    shape["xaxis2"] |= {"range": _seen(angles), "ticksuffix": "°"}
    shape["xaxis3"] |= {"type": "category"}
    for key in ("yaxis", "yaxis2"):
        shape[key] |= {"showticklabels": False, "showgrid": False}
    shape["yaxis3"] |= {"title": {"text": "adds to the mean cosine"}}
    shape["annotations"] = [_told(cosines, "x", "y"), _told(angles, "x2", "y2")]
    traces = [
        *_hill(cosines, colour, *AXES[0], "pairs of this layer"),
        *_hill(angles, colour, *AXES[1], ""),
        *_bars(parts, colour),
    ]
    return go.Figure(data=traces, layout=shape)


def _seen(one: Histogram) -> list[float]:
    """The range that holds more than a thousandth of either curve's peak."""
    most = np.maximum(one.shares / one.shares.max(), one.null / one.null.max())
    there = one.centres[most > 1e-3]
    width = one.centres[1] - one.centres[0]
    return [float(there[0] - width), float(there[-1] + width)]


def _hill(one: Histogram, colour: str, x: str, y: str, name: str) -> list[dict[str, Any]]:
    common = {"type": "scatter", "mode": "lines", "x": one.centres, "xaxis": x, "yaxis": y}
    top = max(one.shares.max(), one.null.max())
    return [
        common | {
            "y": one.shares, "fill": "tozeroy", "fillcolor": translucent(colour, 0.3),
            "line": {"color": colour, "width": 2, "shape": "hvh"}, "name": name or "this layer",
            "showlegend": bool(name), "hovertemplate": "%{x:.2f}: %{y:.2%}",
        },
        common | {
            "y": one.null, "line": {"color": NEUTRAL, "width": 1.5, "dash": "dot"},
            "name": "no preferred direction (same width)", "showlegend": bool(name),
            "hoverinfo": "skip",
        },
        common | {
            "x": [one.middle, one.middle], "y": [0, top], "line": {"color": colour, "width": 2.5},
            "showlegend": False, "hoverinfo": "skip",
        },
    ]  # fmt: skip


def _told(one: Histogram, x: str, y: str) -> dict[str, Any]:
    return {
        "x": one.middle, "y": float(max(one.shares.max(), one.null.max())), "text": one.told,
        "xref": x, "yref": y, "showarrow": False, "yanchor": "bottom", "font": {"size": 13},
    }  # fmt: skip


def _bars(parts: Parts, colour: str) -> list[dict[str, Any]]:
    names = [f"#{number}" for number in parts.dimensions]
    return [
        {
            "type": "bar", "x": names, "y": parts.parts, "xaxis": "x3", "yaxis": "y3",
            "marker": {"color": colour}, "showlegend": False,
            "hovertemplate": "dimension %{x}: %{y:.4f}<extra></extra>",
        },
        {
            "type": "scatter", "mode": "lines", "x": names, "y": [parts.alike] * len(names),
            "xaxis": "x3", "yaxis": "y3", "line": {"color": NEUTRAL, "width": 1.5, "dash": "dash"},
            "name": "if all dimensions were alike", "hoverinfo": "skip",
        },
    ]  # fmt: skip
