"""Cures for anisotropy side by side: a row a cure, a panel a measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import DIVERGING, NEUTRAL, layout, model_colour, model_marker, text

ROW, AROUND = 40, 130  # pixels: a row, and what stands above and below all of them
GAP = 0.03  # of the width, between panels
BETTER, WORSE, UNCLEAR = "better", "worse", "not clear"
COLOURS = {BETTER: DIVERGING[0], WORSE: DIVERGING[-1], UNCLEAR: NEUTRAL}
SYMBOLS = {BETTER: "triangle-right", WORSE: "triangle-left", UNCLEAR: "circle-open"}


@dataclass(frozen=True)
class Point:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Panel:
    """One measure of every cure, top row first."""

    title: str
    subtitle: str
    points: Sequence[Point | None]  # (n_rows,)
    of_change: bool  # changes against 0, better to the right; otherwise values
    group: str = ""  # panels of one group share their scale


def cure_panels(rows: Sequence[str], panels: Sequence[Panel], model: str) -> go.Figure:
    """A row a cure; values as the model's marker, changes as a triangle that points to better or
    worse, or as an open circle where the interval holds 0.

    Args:
        rows: names of the cures, top row first.
        panels: the measures, from left to right.
        model: whose marker the values have.
    """
    shape = layout(height=ROW * len(rows) + AROUND)
    shape["margin"] |= {"t": 64, "l": 132, "r": 12, "b": 40}
    shape["legend"] |= {"y": -0.08, "yanchor": "top", "x": 1, "xanchor": "right"}
    shape["yaxis"] |= {
        "tickvals": list(range(len(rows))), "ticktext": [text(row) for row in rows],
        "range": [len(rows) - 0.5, -0.5], "showgrid": True,
    }  # fmt: skip
    shape["shapes"], shape["annotations"] = [], []
    traces: list[dict[str, Any]] = []
    width = (1 - GAP * (len(panels) - 1)) / len(panels)
    for number, panel in enumerate(panels):
        start = number * (width + GAP)
        axis = "x" if number == 0 else f"x{number + 1}"
        shape[f"xaxis{number + 1 if number else ''}"] = _axis(panel, panels, (start, start + width))
        shape["annotations"] += _titles(panel, axis)
        if panel.of_change:
            shape["shapes"].append(_zero(axis))
        kinds = (BETTER, WORSE, UNCLEAR) if panel.of_change else ("",)
        first = panel is next((one for one in panels if one.of_change), None)
        traces += [_trace(panel, kind, axis, rows, model, legend=first) for kind in kinds]
    return go.Figure(data=traces, layout=shape)


def kind_of(point: Point) -> str:
    """Whether a change is clearly one, by its interval.

    >>> kind_of(Point(0.1, 0.05, 0.15)), kind_of(Point(0.1, -0.05, 0.25))
    ('better', 'not clear')
    """
    return BETTER if point.low > 0 else WORSE if point.high < 0 else UNCLEAR


def _axis(panel: Panel, panels: Sequence[Panel], domain: tuple[float, float]) -> dict[str, Any]:
    alike = [one for one in panels if one.group == panel.group] if panel.group else [panel]
    edges = [e for one in alike for p in one.points if p for e in (p.low, p.high, p.value)]
    edges = [edge for edge in edges if math.isfinite(edge)] + [0.0]
    low, high = min(edges), max(edges)
    room = 0.12 * (high - low) or 0.01
    return {
        "domain": list(domain), "anchor": "y", "zeroline": False, "nticks": 3,
        "range": [low - room, high + room], "tickfont": {"size": 12}, "tickangle": 0,
        "tickformat": "+.3~f" if panel.of_change else ".2~f",
    }  # fmt: skip


def _titles(panel: Panel, axis: str) -> list[dict[str, Any]]:
    at = {"x": 0.5, "xref": f"{axis} domain", "y": 1, "yref": "paper", "showarrow": False}
    return [
        {**at, "text": f"<b>{text(panel.title)}</b>", "yshift": 40, "font": {"size": 14}},
        {**at, "text": text(panel.subtitle), "yshift": 20,
         "font": {"size": 12, "color": NEUTRAL}},
    ]  # fmt: skip


def _zero(axis: str) -> dict[str, Any]:
    return {
        "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
        "x0": 0, "x1": 0, "xref": axis, "y0": 0, "y1": 1, "yref": "paper",
    }  # fmt: skip


def _trace(
    panel: Panel, kind: str, axis: str, rows: Sequence[str], model: str, *, legend: bool
) -> dict[str, Any]:
    chosen = [
        (row, point)
        for row, point in enumerate(panel.points)
        if point and math.isfinite(point.value) and (not kind or kind_of(point) == kind)
    ]
    colour = COLOURS[kind] if kind else model_colour(model)
    digits = "+.3f" if panel.of_change else ".3f"
    return {
        "type": "scatter", "mode": "markers", "xaxis": axis, "yaxis": "y",
        # A kind that does not occur stands in the legend all the same.
        "x": [point.value for _, point in chosen] or [None],
        "y": [row for row, _ in chosen] or [None],
        "name": f"{kind} than raw" if kind in (BETTER, WORSE) else kind,
        "legendgroup": kind, "showlegend": legend and bool(kind),
        "marker": {
            "symbol": SYMBOLS[kind] if kind else model_marker(model),
            "size": 12, "color": colour, "line": {"width": 2, "color": colour},
        },
        "error_x": {
            "type": "data", "symmetric": False, "thickness": 2, "width": 0, "color": colour,
            "array": [point.high - point.value for _, point in chosen],
            "arrayminus": [point.value - point.low for _, point in chosen],
        },
        "customdata": [[text(rows[row]), point.low, point.high] for row, point in chosen],
        "hovertemplate": f"%{{customdata[0]}}<br>{text(panel.title)} %{{x:{digits}}} "
        f"[%{{customdata[1]:{digits}}}, %{{customdata[2]:{digits}}}]<extra></extra>",
    }  # fmt: skip
