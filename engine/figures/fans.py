"""Angles between vectors as fans of arrows: one fan a picture, all to one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.export import ROWS_OF_TEXT
from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

GAP = 2.5  # between the middles of two fans; an arrow is 1 long


@dataclass(frozen=True)
class Fan:
    """Two arrows and the angle between them."""

    title: str
    degrees: float
    cosine: float
    measured: bool = False  # what was measured, beside what was imagined


def fans(pictures: Sequence[Fan], word: str) -> go.Figure:
    """The fans side by side, each symmetric about the vertical.

    Args:
        pictures: from left to right.
        word: whose vectors the arrows are.
    """
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for number, one in enumerate(pictures):
        middle, half = number * GAP, math.radians(one.degrees) / 2
        colours = CATEGORICAL[:2] if one.measured else (NEUTRAL, NEUTRAL)
        for side, colour in zip((-1, 1), colours, strict=True):
            x, y = middle + side * math.sin(half), math.cos(half)
            notes.append(_arrow(middle, x, y, colour))
        shapes.append(_arc(middle, half))
        notes.append(_label(middle, -0.14, f"{one.degrees:.0f}°, cosine {one.cosine:.2f}"))
        title = f"<b>{text(one.title, 30)}</b>" if one.measured else text(one.title, 30)
        notes.append(_label(middle, 1.32, title))
    shape = layout(height=330)
    shape["meta"] = ROWS_OF_TEXT  # on a projector it grows with its type
    shape["margin"] = {"l": 8, "r": 8, "t": 8, "b": 8}
    shape["xaxis"] |= {"visible": False, "range": [-GAP / 2, (len(pictures) - 0.5) * GAP]}
    shape["yaxis"] |= {"visible": False, "range": [-0.3, 1.5], "scaleanchor": "x"}
    shape["shapes"], shape["annotations"] = shapes, notes
    hover = {
        "type": "scatter", "mode": "markers", "showlegend": False, "marker": {"opacity": 0},
        "x": [number * GAP for number in range(len(pictures))], "y": [0.5] * len(pictures),
        "text": [f"{text(one.title)}: two vectors of {text(word, 30)}" for one in pictures],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    return go.Figure(data=[hover], layout=shape)


def _arrow(middle: float, x: float, y: float, colour: str) -> dict[str, Any]:
    return {
        "x": x, "y": y, "ax": middle, "ay": 0, "xref": "x", "yref": "y", "axref": "x",
        "ayref": "y", "text": "", "showarrow": True, "arrowhead": 2, "arrowwidth": 3.5,
        "arrowcolor": colour,
    }  # fmt: skip


def _arc(middle: float, half: float) -> dict[str, Any]:
    steps = [half * (i / 8 - 1) for i in range(17)]
    points = [f"{middle + 0.35 * math.sin(a):.4f},{0.35 * math.cos(a):.4f}" for a in steps]
    return {
        "type": "path", "path": "M " + " L ".join(points), "line": {"color": NEUTRAL, "width": 1.5},
    }  # fmt: skip


def _label(x: float, y: float, words: str) -> dict[str, Any]:
    return {"x": x, "y": y, "text": words, "showarrow": False, "font": {"size": 15}}
