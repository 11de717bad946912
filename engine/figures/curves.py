"""Curves over the layers: one line a model, intervals as bands, a model without layers as a point
on the left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, TWIN, layout, model_colour, model_marker, translucent

DECADES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]  # of a logarithmic axis


@dataclass(frozen=True)
class Curve:
    """A quantity at every layer, with its 95 % interval where it has one."""

    values: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dashed: bool = False
    reference: bool = False  # what nothing would give: thin, without markers, not in the legend

    def error_bars(self) -> dict[str, Any] | None:
        """Its interval as plotly's error bars; none where it has no interval."""
        if self.low is None or self.high is None:
            return None
        above = [high - value for high, value in zip(self.high, self.values, strict=True)]
        below = [value - low for low, value in zip(self.low, self.values, strict=True)]
        return {"type": "data", "symmetric": False, "array": above, "arrayminus": below}


@dataclass(frozen=True)
class Axes:
    """What the axes are called, and the line that means "nothing"."""

    y_title: str
    reference: float | None = None
    reference_label: str = ""
    y_range: tuple[float, float] | None = None
    control: float | None = None  # what a control without the effect reaches
    control_label: str = ""
    logarithmic: bool = False  # for numbers above 0 of models of different widths


def curves_by_layer(
    curves: Mapping[tuple[str, str], Curve],
    layer_names: Mapping[str, Sequence[str]],
    axes: Axes,
    titles: Mapping[str, str],
) -> go.Figure:
    """One curve for each (model, label) over relative depth: 0 = input, 1 = top.

    Args:
        curves: (model name, label of the curve or "") -> the curve.
        layer_names: model name -> names of its layers.
        titles: model name -> its title.
    """
    traces: list[dict[str, Any]] = []
    for (model, label), curve in curves.items():
        n_layers = len(curve.values)
        depth = np.linspace(0, 1, n_layers) if n_layers > 1 else np.zeros(1)
        if n_layers > 1 and curve.low is not None and curve.high is not None:
            traces.append(_band(depth, curve, model_colour(model)))
        name = f"{titles[model]} {label}".strip()
        traces.append(_line(model, name, depth, curve, layer_names[model]))
    shape = layout(x_title="depth: input → top layer", y_title=axes.y_title)
    shape["xaxis"] |= _depth_ticks(layer_names)
    if axes.logarithmic:
        shape["yaxis"] |= {"type": "log", "tickvals": DECADES, "tickformat": ","}
    if axes.y_range:
        shape["yaxis"]["range"] = list(axes.y_range)
    levels = [
        (axes.reference, axes.reference_label, "dot"),
        (axes.control, axes.control_label, "longdash"),
    ]
    shown = [(value, label, dash) for value, label, dash in levels if value is not None]
    shape["shapes"] = [_level(value, dash) for value, _, dash in shown]
    shape["annotations"] = [_level_label(value, label) for value, label, _ in shown]
    return go.Figure(data=traces, layout=shape)


def _level(value: float, dash: str) -> dict[str, Any]:
    """A horizontal line to compare with."""
    return {
        "type": "line",
        "line": {"dash": dash, "color": NEUTRAL, "width": 1.5},
        **{"x0": 0, "x1": 1, "xref": "x domain", "y0": value, "y1": value, "yref": "y"},
    }


def _level_label(value: float, label: str) -> dict[str, Any]:
    """What the line means, under its right end."""
    return {
        "text": label,
        "font": {"color": NEUTRAL, "size": 13},
        "showarrow": False,
        **{"x": 1, "xref": "x domain", "xanchor": "right", "y": value, "yref": "y"},
        "yanchor": "top",
    }


def _line(
    model: str, label: str, depth: np.ndarray, curve: Curve, names: Sequence[str]
) -> dict[str, Any]:
    spans = curve.low is not None and curve.high is not None
    ranges = (
        [
            f" [{low:.3f}, {high:.3f}]"
            for low, high in zip(curve.low or (), curve.high or (), strict=True)
        ]
        if spans
        else [""] * len(curve.values)
    )
    return {
        "type": "scatter",
        "x": depth,
        "y": list(curve.values),
        "name": label,
        "showlegend": not curve.reference,
        "mode": _mode(curve),
        "line": {
            "color": model_colour(model),
            "width": 1.5 if curve.reference else 3,
            "dash": _dash(model, curve),
        },
        "marker": {
            "symbol": _marker(model, curve),
            "size": 11 if len(curve.values) > 1 else 15,
            "color": model_colour(model),
            "line": {"width": 2},
        },
        "error_y": curve.error_bars() if len(curve.values) == 1 else None,
        "customdata": [[name, told, model] for name, told in zip(names, ranges, strict=True)],
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},  # a click picks a layer; it dims nothing
        "hovertemplate": "layer %{customdata[0]}<br>%{y:.3f}%{customdata[1]}<extra>"
        + label
        + "</extra>",
    }


def _dash(model: str, curve: Curve) -> str:
    """An untrained twin is dotted, so that its open markers are not taken for a dashed curve's."""
    dashed = curve.dashed or curve.reference
    if model.endswith(TWIN):
        return "dashdot" if dashed else "dot"
    return "dash" if dashed else "solid"


def _mode(curve: Curve) -> str:
    if len(curve.values) == 1:
        return "markers"
    return "lines" if curve.reference else "lines+markers"


def _marker(model: str, curve: Curve) -> str:
    if curve.reference:
        return "line-ew-open"
    closed = model_marker(model).removesuffix("-open")
    return f"{closed}-open" if curve.dashed or closed != model_marker(model) else closed


def _band(depth: np.ndarray, curve: Curve, colour: str) -> dict[str, Any]:
    low, high = np.array(curve.low or ()), np.array(curve.high or ())
    there = np.isfinite(low) & np.isfinite(high)
    depth, low, high = depth[there], low[there], high[there]
    return {
        "type": "scatter",
        "x": [*depth, *depth[::-1]],
        "y": [*high, *low[::-1]],
        "mode": "lines",
        "fill": "toself",
        "fillcolor": translucent(colour, 0.18),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _depth_ticks(layer_names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The deepest model's layer names; with several depths, the ends only."""
    depths = {len(names) for names in layer_names.values() if len(names) > 1}
    names = max(layer_names.values(), key=len)
    ends = {"tickvals": [0, 0.5, 1], "ticktext": ["input", "half way", "top"]}
    every = {"tickvals": list(np.linspace(0, 1, len(names))), "ticktext": list(names)}
    return {"range": [-0.06, 1.06], **(every if len(depths) == 1 else ends)}
