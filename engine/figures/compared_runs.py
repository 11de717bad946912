"""Two trainings on one picture: the same figure of both over their batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

STYLES = (("solid", "circle"), ("dash", "diamond"))


@dataclass(frozen=True)
class RunCurve:
    """A figure of one run."""

    title: str
    steps: Sequence[int]  # batches done
    values: Sequence[float]
    stages: Sequence[tuple[int, str]]  # (first batch, name)
    half_widths: Sequence[float] | None = None  # of the 95 % interval


@dataclass(frozen=True)
class FigureAxis:
    """The figure's name, its bounds and its scale."""

    title: str
    low: float
    high: float
    is_log: bool


def compared_runs(curves: Sequence[RunCurve], axis: FigureAxis) -> go.Figure:
    """One line a run, told apart by colour, dash and marker; a thin line where a stage begins."""
    shape = layout(height=420, x_title="batches of the run", y_title=axis.title)
    if axis.is_log:
        shape["yaxis"] |= {"type": "log", "range": [math.log10(axis.low), math.log10(axis.high)]}
    else:
        shape["yaxis"]["range"] = [axis.low, axis.high]
    traces = [_line(curve, place) for place, curve in enumerate(curves)]
    shape["shapes"] = [
        _border(step, place) for place, curve in enumerate(curves) for step, _ in curve.stages[1:]
    ]
    return go.Figure(data=traces, layout=shape)


def _line(curve: RunCurve, place: int) -> dict[str, Any]:
    dash, symbol = STYLES[place % len(STYLES)]
    few = len(curve.steps) < 80
    found = {
        "type": "scatter",
        "x": list(curve.steps),
        "y": list(curve.values),
        "name": text(curve.title, 48),
        "mode": "lines+markers" if few else "lines",
        "line": {"color": CATEGORICAL[place], "dash": dash, "width": 2.5},
        "marker": {"symbol": symbol, "size": 9},
        "hovertemplate": "batch %{x:,}<br>%{y:.3g}",
    }
    if curve.half_widths is not None:
        found["error_y"] = {"type": "data", "array": list(curve.half_widths), "width": 3}
    return found


def _border(step: int, place: int) -> dict[str, Any]:
    dash, _ = STYLES[place % len(STYLES)]
    return {
        "type": "line",
        "line": {"dash": "dot" if dash == "dash" else "solid", "color": NEUTRAL, "width": 1},
        **{"x0": step, "x1": step, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"},
    }
