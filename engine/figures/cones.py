"""Cones drawn to scale, a row a model and a column a layer, so that narrowing can be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, text, translucent

WIDTH, HEIGHT = 2.5, 1.75  # of a cell; a cone's side is 1
LEFT, RIGHT, BELOW, ABOVE = 3.6, 1.2, 0.65, 1.15  # around the cells
MIN_COLUMNS = 7  # so that few layers are not drawn larger than many
P95_RADIUS = 1.12  # of the outer dotted arc
UNIT_PIXELS = 54  # of a cone's side on a page of common width


@dataclass(frozen=True)
class DrawnCone:
    """One layer's cone: half of the words lie within the median angle of its axis."""

    layer: str
    median_deg: float
    p95_deg: float
    null_deg: float  # the median angle of isotropic vectors
    null_p95_deg: float  # and their 95th percentile, which depends on the width


def cones(models: Mapping[str, Sequence[DrawnCone]], titles: Mapping[str, str]) -> go.Figure:
    """Every layer's cone, bottom layer on the left; dotted, the angles that hold half and 95 % of
    isotropic vectors as wide.

    Args:
        models: model name -> its layers' cones, bottom to top.
        titles: model name -> its title.
    """
    traces: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    n_columns = max(MIN_COLUMNS, *map(len, models.values()))
    for row, (model, layers) in enumerate(models.items()):
        y = -row * HEIGHT
        labels.append(_label(-1.35, y + 0.35, titles[model], "right", 15))
        for column, cone in enumerate(layers):
            x = column * WIDTH
            hover = (
                f"{titles[model]}, layer {text(cone.layer)}<br>half of the words within "
                f"{cone.median_deg:.1f}°<br>95 % within {cone.p95_deg:.1f}°<br>"
                f"isotropic vectors as wide: {cone.null_deg:.0f}° and {cone.null_p95_deg:.1f}°"
                "<extra></extra>"
            )
            colour = model_colour(model)
            traces += [
                _sector(x, y, cone.p95_deg, translucent(colour, 0.16), hover),
                _sector(x, y, cone.median_deg, translucent(colour, 0.55), hover),
                _arc(x, y, cone.null_deg, 1.0),
                _arc(x, y, cone.null_p95_deg, P95_RADIUS),
            ]
            number = text(cone.layer.partition(" ")[0])  # the whole name would not fit
            name = f"{number} · " if len(layers) > 1 else ""
            labels.append(_label(x, y - 0.3, f"{name}{cone.median_deg:.0f}°", "center", 13))
    bottom = -(len(models) - 1) * HEIGHT - BELOW
    shape = layout(height=24 + round(UNIT_PIXELS * (ABOVE - bottom)))
    shape |= {"annotations": labels, "showlegend": False}
    shape["margin"] = {"l": 8, "r": 8, "t": 16, "b": 8}
    shape["xaxis"] = {"visible": False, "range": [-LEFT, (n_columns - 1) * WIDTH + RIGHT]}
    shape["yaxis"] = {
        "visible": False, "range": [bottom, ABOVE], "scaleanchor": "x", "scaleratio": 1,
    }  # fmt: skip
    return go.Figure(data=traces, layout=shape)


def _sector(x: float, y: float, half_deg: float, fill: str, hover: str) -> dict[str, Any]:
    """A cone seen from the side: its tip at (x, y), its axis upwards."""
    angles = np.radians(np.linspace(-half_deg, half_deg, 61))
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": fill,
        "x": np.r_[x, x + np.sin(angles), x], "y": np.r_[y, y + np.cos(angles), y],
        "line": {"width": 0}, "hoveron": "fills", "hovertemplate": hover, "text": hover,
    }  # fmt: skip


def _arc(x: float, y: float, half_deg: float, radius: float) -> dict[str, Any]:
    angles = np.radians(np.linspace(-half_deg, half_deg, 61))
    return {
        "type": "scatter", "mode": "lines", "hoverinfo": "skip",
        "x": x + radius * np.sin(angles), "y": y + radius * np.cos(angles),
        "line": {"color": NEUTRAL, "width": 1.3, "dash": "dot"},
    }  # fmt: skip


def _label(x: float, y: float, words: str, anchor: str, size: int) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": words, "showarrow": False, "xanchor": anchor,
        "yanchor": "middle", "font": {"size": size},
    }  # fmt: skip
