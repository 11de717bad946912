"""A curve as a reader expects it, and over it the one that was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text


def drawn_guess(
    points: Sequence[str],
    guess: Sequence[float],
    measured: Sequence[float] | None,
    y_range: tuple[float, float],
    titles: tuple[str, str] = ("", ""),
) -> go.Figure:
    """Two curves over the same points: the guess dashed, the measured one solid.

    Args:
        points: what stands below each value, as a layer's name.
        guess: the reader's values.
        measured: the measured values; None while they are not to be seen.
        y_range: of the scale that was guessed on.
        titles: of the axes.
    """
    places = list(range(len(points)))
    curves = [_curve("your guess", places, guess, NEUTRAL, "diamond-open", "dash")]
    if measured is not None:
        curves.append(_curve("measured", places, measured, CATEGORICAL[0], "circle", "solid"))
    shape = layout(height=340, x_title=titles[0], y_title=titles[1])
    shape["xaxis"] |= {"tickvals": places, "ticktext": [text(point) for point in points]}
    room = (y_range[1] - y_range[0]) * 0.05
    shape["yaxis"]["range"] = [y_range[0] - room, y_range[1] + room]
    shape["showlegend"] = True
    return go.Figure(data=curves, layout=shape)


def _curve(
    name: str, x: list[int], y: Sequence[float], colour: str, marker: str, dash: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": x,
        "y": list(y),
        "line": {"color": colour, "dash": dash, "width": 3},
        "marker": {"color": colour, "symbol": marker, "size": 11},
        "hovertemplate": f"{name}: %{{y:.3g}}<extra></extra>",
    }
