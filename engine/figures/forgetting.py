"""What two trainings forget and what they learn: perplexity of a text that is not trained on above,
accuracy on the target below, over the same batches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

STYLES = (("solid", "circle"), ("dash", "diamond"))
UPPER, LOWER = (0.56, 1.0), (0.0, 0.42)  # of the height
TICKS = (1, 2, 5)


@dataclass(frozen=True)
class ForgettingCurve:
    """A run: (batches done, value) of what was measured, and where its stages begin."""

    title: str
    perplexity: Sequence[tuple[int, float]]
    accuracy: Sequence[tuple[int, float, float]]  # with the half-width of its 95 % interval
    stages: Sequence[tuple[int, str]]


def forgetting(curves: Sequence[ForgettingCurve], watched: str) -> go.Figure:
    """One line a run in both parts, told apart by colour, dash and marker.

    Args:
        watched: title of the text whose perplexity is watched.
    """
    shape = layout(height=620, x_title="batches of the run")
    values = [value for curve in curves for _, value in curve.perplexity]
    low, high = _bounds(values)
    shape["yaxis"] |= {
        "domain": list(UPPER), "type": "log", "range": [math.log10(low), math.log10(high)],
        "tickvals": _ticks(low, high), "title": {"text": f"perplexity:<br>{text(watched, 24)}"},
    }  # fmt: skip
    shape["yaxis2"] = {
        "domain": list(LOWER), "range": [0, 1], "title": {"text": "accuracy:<br>target text"},
        "tickformat": ".1f", "zeroline": False,
    }  # fmt: skip
    shape["margin"] |= {"l": 92}
    shape["xaxis"] |= {"anchor": "y2"}
    shape["shapes"] = [
        _border(step, place, axis)
        for place, curve in enumerate(curves)
        for step, _ in curve.stages[1:]
        for axis in ("y domain", "y2 domain")
    ]
    shape["annotations"] = [_stage(step, name) for step, name in curves[0].stages]
    traces = [trace for place, curve in enumerate(curves) for trace in _lines(curve, place)]
    return go.Figure(data=traces, layout=shape)


def _lines(curve: ForgettingCurve, place: int) -> list[dict[str, Any]]:
    dash, symbol = STYLES[place % len(STYLES)]
    shared = {
        "type": "scatter", "mode": "lines+markers", "name": text(curve.title, 52),
        "legendgroup": str(place),
        "line": {"color": CATEGORICAL[place], "dash": dash, "width": 2.5},
        "marker": {"symbol": symbol, "size": 9},
    }  # fmt: skip
    upper = {
        **shared, "x": [step for step, _ in curve.perplexity],
        "y": [value for _, value in curve.perplexity],
        "hovertemplate": "batch %{x:,}<br>perplexity %{y:,.1f}",
    }  # fmt: skip
    lower = {
        **shared, "x": [step for step, _, _ in curve.accuracy],
        "y": [value for _, value, _ in curve.accuracy], "yaxis": "y2", "showlegend": False,
        "error_y": {"type": "data", "array": [half for *_, half in curve.accuracy], "width": 3},
        "hovertemplate": "batch %{x:,}<br>accuracy %{y:.3f}",
    }  # fmt: skip
    return [upper, lower]


def _border(step: int, place: int, axis: str) -> dict[str, Any]:
    return {
        "type": "line",
        "line": {"dash": "dot" if place else "solid", "color": NEUTRAL, "width": 1},
        **{"x0": step, "x1": step, "xref": "x", "y0": 0, "y1": 1, "yref": axis},
    }


def _stage(step: int, name: str) -> dict[str, Any]:
    return {
        "text": text(name), "showarrow": False, "x": step, "xref": "x", "xanchor": "left",
        "y": 0.49, "yref": "paper", "yanchor": "middle", "font": {"size": 13},
    }  # fmt: skip


def _bounds(values: Sequence[float]) -> tuple[float, float]:
    """Round numbers around the values, at least a factor of 2 apart.

    >>> _bounds([105.0, 180.0])
    (100.0, 200.0)
    """
    steps = [m * 10.0**e for e in range(-1, 8) for m in TICKS]
    low = max(step for step in steps if step <= min(values))
    high = min(step for step in steps if step >= max(values))
    return (low, high) if high > low else (low, 2 * low)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the bounds, closer together where the bounds are close."""
    marks = TICKS if high / low > 20 else (1, 1.2, 1.5, 2, 3, 4, 5, 6, 8)
    return [
        m * 10.0**e for e in range(-1, 8) for m in marks if low <= m * 10.0**e <= high * (1 + 1e-9)
    ]
