"""The way of every occurrence of a word through the layers, in one picture for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text, translucent

SYMBOLS = ("circle", "triangle-up", "square", "diamond", "cross", "star", "x", "pentagon")
MOST_LINES = 80  # ways drawn; the occurrences themselves are all drawn
MARGIN = 0.06  # of the width
LABEL = "#4A4F57"  # what an island's name stands on
APART = np.array([0.2, 0.07])  # of width and height: what a label covers


@dataclass(frozen=True)
class NamedPlace:
    """A label over some occurrences."""

    word: str
    rows: np.ndarray


def sense_paths(
    places: Sequence[np.ndarray],
    groups: Sequence[str],
    sentences: Sequence[str],
    layer: int,
    names: Sequence[NamedPlace] = (),
    read: int | None = None,
) -> go.Figure:
    """A mark an occurrence at one layer, and a thin line from its first layer to there. A mark
    carries the number of its occurrence, from 1.

    Args:
        places: (n, 2) each, one per layer.
        groups: the sense of each occurrence, or its group, (n,).
        sentences: shown on hovering, (n,).
        layer: the one whose places are marked.
        names: labels of islands.
        read: the occurrence whose whole way stands out.
    """
    kinds = sorted(set(groups))
    drawn = np.random.default_rng(0).permutation(len(groups))[:MOST_LINES]
    traces: list[dict[str, Any]] = []
    for number, kind in enumerate(kinds):
        colour = CATEGORICAL[number % len(CATEGORICAL)]
        rows = [row for row in sorted(drawn.tolist()) if groups[row] == kind]
        if layer:
            traces.append(_ways(places[: layer + 1], rows, colour))
        chosen = [row for row, group in enumerate(groups) if group == kind]
        marker = {"symbol": SYMBOLS[number % len(SYMBOLS)], "size": 12, "color": colour}
        told = [text(sentences[row]) for row in chosen]
        traces.append(_marks(places[layer], chosen, told, kind) | {"marker": marker})
    if read is not None:
        traces.append(_whole_way(places, read, layer))
    every = np.concatenate(list(places))
    low, high = every.min(axis=0), every.max(axis=0)
    room = MARGIN * float((high - low).max())
    shape = layout(height=620)
    for axis, number in (("xaxis", 0), ("yaxis", 1)):
        shape[axis] |= {
            "range": [float(low[number]) - room, float(high[number]) + room],
            "showticklabels": False, "showgrid": False,
        }  # fmt: skip
    shape["yaxis"] |= {"scaleanchor": "x"}
    shape["margin"] |= {"l": 16, "b": 16, "t": 40}
    shape["annotations"] = _names(names, places[layer], high - low)
    return go.Figure(data=traces, layout=shape)


def _marks(place: np.ndarray, rows: Sequence[int], told: list[str], kind: str) -> dict[str, Any]:
    shown = {"marker": {"opacity": 0.9}}  # also after a click on another one
    return {
        "type": "scatter", "mode": "markers", "name": text(kind, 30) or "no sense",
        "x": place[rows, 0].tolist(), "y": place[rows, 1].tolist(), "opacity": 0.9,
        "text": told, "customdata": [[row + 1] for row in rows],
        "selected": shown, "unselected": shown,
        "hovertemplate": "%{text}<extra>" + text(kind, 30) + "</extra>",
    }  # fmt: skip


def _ways(places: Sequence[np.ndarray], rows: Sequence[int], colour: str) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for row in rows:
        x += [*(float(place[row, 0]) for place in places), None]
        y += [*(float(place[row, 1]) for place in places), None]
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "showlegend": False,
        "hoverinfo": "skip", "line": {"color": translucent(colour, 0.35), "width": 1.2},
    }  # fmt: skip


def _whole_way(places: Sequence[np.ndarray], row: int, layer: int) -> dict[str, Any]:
    """One occurrence at every layer, numbered, with a ring where it stands at this one."""
    x, y = np.array([place[row] for place in places]).T.tolist()
    return {
        "type": "scatter", "mode": "lines+markers+text", "x": x, "y": y, "name": "the one to read",
        "line": {"color": NEUTRAL, "width": 3}, "hoverinfo": "skip",
        "text": [str(number) for number in range(len(places))], "textposition": "top center",
        "marker": {
            "symbol": "circle-open", "color": NEUTRAL, "line": {"width": 3},
            "size": [22 if number == layer else 6 for number in range(len(places))],
        },
    }  # fmt: skip


def _names(
    names: Sequence[NamedPlace], places: np.ndarray, extent: np.ndarray
) -> list[dict[str, Any]]:
    """The labels that cover no other one."""
    kept: list[tuple[NamedPlace, np.ndarray]] = []
    for one in names:
        spot = np.median(places[one.rows], axis=0)
        if all((np.abs(spot - other) > APART * extent).any() for _, other in kept):
            kept.append((one, spot))
    return [_name(one, float(x), float(y)) for one, (x, y) in kept]


def _name(one: NamedPlace, x: float, y: float) -> dict[str, Any]:
    return {
        "text": f"<b>{text(one.word, 40)}</b>", "x": x, "y": y, "showarrow": False,
        # Light on dark in either theme, since a figure does not know which one it stands in.
        "font": {"size": 16, "color": "#FFFFFF"}, "yshift": 22, "bgcolor": LABEL, "borderpad": 3,
    }  # fmt: skip
