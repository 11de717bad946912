"""Layers of models as points: one quantity against another, a model's layers joined in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import layout, model_colour, model_marker, text


@dataclass(frozen=True)
class Path:
    """The layers of one model."""

    model: str
    title: str
    layer_names: Sequence[str]
    x: Sequence[float]
    y: Sequence[float]


def layer_paths(paths: Sequence[Path], x_title: str, y_title: str) -> go.Figure:
    """A line a model, from its input to its top, which is drawn larger."""
    shape = layout(height=460, x_title=x_title, y_title=y_title)
    return go.Figure(data=[_path(path) for path in paths], layout=shape)


def _path(path: Path) -> dict[str, Any]:
    n = len(path.x)
    colour = model_colour(path.model)
    return {
        "type": "scatter", "mode": "lines+markers", "name": text(path.title),
        "x": list(path.x), "y": list(path.y), "line": {"color": colour, "width": 1.5},
        "marker": {"symbol": model_marker(path.model), "color": colour,
                   "size": [10] * (n - 1) + [17], "opacity": 1},
        "customdata": [text(name) for name in path.layer_names],
        "hovertemplate": "layer %{customdata}<br>%{x:.3f}, %{y:.3f}<extra>" + text(path.title)
        + "</extra>",
    }  # fmt: skip
