"""What several readers expect in one place: bars side by side, on one scale of probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.directions import COLOURS, fill
from engine.figures.theme import NEUTRAL, layout, model_colour, text

GAP = 0.1  # between two panels, as a share of the width; the words stand there
LABEL_ROOM = 1.3  # the scale reaches so much beyond the longest bar, for the number behind it


@dataclass(frozen=True)
class Panel:
    """One reader's guesses, likeliest first."""

    title: str
    reader: str  # a direction, "combined", or the name of a model
    words: Sequence[str]
    probabilities: Sequence[float]
    grey: frozenset[str] = frozenset()  # words that stand for many


def guesses(panels: Sequence[Panel]) -> go.Figure:
    """One panel a reader, left to right."""
    longest = max(p for panel in panels for p in panel.probabilities)
    width = (1 - GAP * (len(panels) - 1)) / len(panels)
    shape = layout(height=130 + 30 * max(len(panel.words) for panel in panels))
    shape |= {"annotations": [], "showlegend": False}
    shape["margin"] = {"l": 84, "r": 16, "t": 48, "b": 56}
    for axis in ("xaxis", "yaxis"):
        del shape[axis]
    traces = []
    for number, panel in enumerate(panels, start=1):
        start = (number - 1) * (width + GAP)
        x, y = f"x{number}", f"y{number}"
        shape[f"xaxis{number}"] = {
            "domain": [start, start + width],
            "anchor": y,
            "range": [0, longest * LABEL_ROOM],
            "tickformat": ".0%",
            "nticks": 5,
            "zeroline": False,
            "title": {"text": "probability"},
        }
        shape[f"yaxis{number}"] = {
            "anchor": x,
            "autorange": "reversed",
            "tickvals": list(range(len(panel.words))),
            "ticktext": [text(word) for word in panel.words],
            "tickfont": {"size": 15},
            "showgrid": False,
        }
        shape["annotations"].append(_title(panel.title, start))
        traces.append(_bars(panel, x, y))
    return go.Figure(data=traces, layout=shape)


def _title(title: str, start: float) -> dict[str, Any]:
    place = {"x": start, "xref": "paper", "xanchor": "left", "y": 1.0, "yref": "paper"}
    look = {"yanchor": "bottom", "yshift": 8, "showarrow": False, "font": {"size": 15}}
    return {"text": f"<b>{text(title)}</b>", **place, **look}


def _bars(panel: Panel, x: str, y: str) -> dict[str, Any]:
    marker = fill(panel.reader)
    if panel.reader not in (*COLOURS, "combined"):
        marker = {"color": model_colour(panel.reader)}
    grey = [word in panel.grey for word in panel.words]
    if "color" in marker:
        marker = {"color": [NEUTRAL if is_grey else marker["color"] for is_grey in grey]}
    else:
        shapes = ["" if is_grey else marker["pattern"]["shape"] for is_grey in grey]
        marker = {"color": NEUTRAL, "pattern": {**marker["pattern"], "shape": shapes}}
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(panel.probabilities),
        "y": list(range(len(panel.words))),
        "xaxis": x,
        "yaxis": y,
        "marker": marker,
        "text": [_percent(p) for p in panel.probabilities],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [text(word) for word in panel.words],
        "hovertemplate": "%{hovertext}: %{x:.2%}<extra></extra>",
    }


def _percent(p: float) -> str:
    """Two digits that say something.

    >>> _percent(0.153), _percent(0.0123), _percent(0.00004)
    ('15 %', '1.2 %', '< 0.1 %')
    """
    if p < 0.001:
        return "< 0.1 %"
    return f"{p:.0%}".replace("%", " %") if p >= 0.0995 else f"{100 * p:.1f} %"
