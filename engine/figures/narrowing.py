"""A quantity as more and more words are measured, and the interval about it that narrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import layout, model_colour, translucent


@dataclass(frozen=True)
class Narrowing:
    """One layer's quantity over the words."""

    n_words: Sequence[int]
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def narrowing(model: str, title: str, found: Narrowing, y_title: str) -> go.Figure:
    """The quantity as a line over the words (logarithmic), its interval as a band.

    Args:
        model: whose colour the line has.
        title: of the line.
        found: the quantity, with its 95 % interval.
        y_title: what it is called.
    """
    shape = layout(height=340, x_title="words measured", y_title=y_title)
    shape["xaxis"] |= {"type": "log", "tickformat": "~s", "dtick": 1 if _decades(found) else "D2"}
    colour = model_colour(model)
    return go.Figure(data=[_band(found, colour), _line(found, colour, title)], layout=shape)


def _decades(found: Narrowing) -> bool:
    """Does the axis span enough powers of ten to show only these?"""
    return bool(found.n_words) and found.n_words[-1] > 300 * max(1, found.n_words[0])


def _band(found: Narrowing, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [*found.n_words, *found.n_words[::-1]],
        "y": [*found.high, *found.low[::-1]],
        "mode": "lines",
        "fill": "toself",
        "fillcolor": translucent(colour, 0.25),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "name": "95 % interval",
    }


def _line(found: Narrowing, colour: str, title: str) -> dict[str, Any]:
    ranges = [f" [{low:.4f}, {high:.4f}]" for low, high in zip(found.low, found.high, strict=True)]
    return {
        "type": "scatter",
        "x": list(found.n_words),
        "y": list(found.values),
        "name": title,
        "mode": "lines+markers" if len(found.n_words) < 60 else "lines",
        "line": {"color": colour, "width": 3},
        "marker": {"size": 7},
        "customdata": ranges,
        "hovertemplate": "%{x:,} words<br>%{y:.4f}%{customdata}<extra></extra>",
    }
