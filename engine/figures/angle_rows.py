"""Several half-angles of each model: a row a model, a marker a kind, one axis of degrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, text

ROW, AROUND = 60, 130  # pixels: a row, and what stands above and below all of them
SYMBOLS = ("circle", "circle-open", "x-thin")


@dataclass(frozen=True)
class AngleRow:
    """One model."""

    model: str
    label: str
    values: Sequence[float]  # degrees, one a kind
    halves: Sequence[float]  # half-widths of their 95 % intervals


def angle_rows(rows: Sequence[AngleRow], kinds: Sequence[str], x_title: str) -> go.Figure:
    """The rows from top to bottom, a line through the markers of each.

    Args:
        rows: the models.
        kinds: what the values are, in order: at most three.
        x_title: what is measured.
    """
    shape = layout(height=ROW * len(rows) + AROUND, x_title=x_title)
    shape["xaxis"] |= {"ticksuffix": "°"}
    shape["yaxis"] |= {
        "tickvals": list(range(len(rows))), "range": [len(rows) - 0.5, -0.5], "automargin": True,
        "ticktext": [text(row.label, 34) for row in rows],
    }  # fmt: skip
    shape["shapes"] = [
        {
            "type": "line", "line": {"color": NEUTRAL, "width": 1.5}, "layer": "below",
            "x0": min(row.values), "x1": max(row.values), "xref": "x", "y0": place, "y1": place,
            "yref": "y",
        }
        for place, row in enumerate(rows)
    ]  # fmt: skip
    return go.Figure(data=[_kind(rows, *one) for one in enumerate(kinds)], layout=shape)


def _kind(rows: Sequence[AngleRow], number: int, kind: str) -> Mapping[str, Any]:
    colours = [model_colour(row.model) for row in rows]
    return {
        "type": "scatter", "mode": "markers", "name": text(kind), "y": list(range(len(rows))),
        "x": [row.values[number] for row in rows],
        "marker": {"symbol": SYMBOLS[number], "size": 15, "color": colours,
                   "line": {"width": 3, "color": colours}},
        "error_x": {"type": "data", "array": [row.halves[number] for row in rows], "width": 0,
                    "thickness": 2, "color": NEUTRAL},
        "customdata": [[text(row.label), row.halves[number]] for row in rows],
        "hovertemplate": "%{customdata[0]}<br>%{x:.1f}° ± %{customdata[1]:.1f}°<extra>"
        + text(kind) + "</extra>",
    }  # fmt: skip
