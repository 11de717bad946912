"""States as heat strips: a column a word, a row a unit; strips of both directions, apart or
stacked into layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.directions import ARROWS, BACKWARD, COLOURS, FORWARD
from engine.figures.theme import DIVERGING, NEUTRAL, layout, text

ROOM = 4  # rows between two strips, where the arrow stands
GAP = 0.13  # between two panels, as a share of the width


@dataclass(frozen=True)
class Strip:
    """One direction's states at one layer, or the input."""

    label: str
    values: np.ndarray  # (n_units, n_words + 2): initial state left, words, initial state right
    direction: str = ""  # "" for the input
    joined: bool = False  # with the strip below, to one layer


@dataclass(frozen=True)
class Stack:
    """Strips from the input upwards."""

    title: str
    strips: Sequence[Strip]


def build_up(stacks: Sequence[Stack], words: Sequence[str], scale: float) -> go.Figure:
    """Stacks side by side.

    Args:
        words: of the sentence; nan columns at both ends of a strip mean that it starts elsewhere.
        scale: the value that has the strongest colour.
    """
    heights = [_rows(stack) for stack in stacks]
    shape = layout(height=110 + int(max(4.6 * max(heights), min(8 * max(heights), 320))))
    for axis in ("xaxis", "yaxis"):
        del shape[axis]
    shape |= {"annotations": [], "shapes": [], "showlegend": False}
    shape["margin"] = {"l": 112, "r": 24, "t": 44, "b": 64}
    width = (1 - GAP * (len(stacks) - 1)) / len(stacks)
    traces = []
    for number, stack in enumerate(stacks, start=1):
        start = (number - 1) * (width + GAP)
        shape[f"xaxis{number}"] = _words_axis(stack, words, number, [start, start + width])
        shape["annotations"].append(_title(stack.title, start))
        z, ticks = _filled(stack, max(heights), len(words) + 2)
        shape[f"yaxis{number}"] = _strips_axis(ticks, f"x{number}", max(heights))
        shape["annotations"] += _arrows(stack, number, len(words))
        shape["shapes"] += _frames(stack, number, len(words))
        traces.append(_cells(z, number, scale, [*words]))
    return go.Figure(data=traces, layout=shape)


def _bottoms(stack: Stack) -> list[int]:
    """The lowest row of each strip."""
    found, row = [], 0
    for number, strip in enumerate(stack.strips):
        row += 0 if number == 0 else (ROOM if strip.joined else 2 * ROOM)
        found.append(row)
        row += len(strip.values)
    return found


def _rows(stack: Stack) -> int:
    return _bottoms(stack)[-1] + len(stack.strips[-1].values) + ROOM


def _filled(stack: Stack, height: int, width: int) -> tuple[np.ndarray, dict[float, str]]:
    z, ticks = np.full((height, width), np.nan), {}
    for bottom, strip in zip(_bottoms(stack), stack.strips, strict=True):
        z[bottom : bottom + len(strip.values)] = strip.values
        ticks[bottom + (len(strip.values) - 1) / 2] = strip.label
    return z, ticks


def _cells(z: np.ndarray, number: int, scale: float, words: list[str]) -> dict[str, Any]:
    columns = ["h0 = 0", *(text(word) for word in words), "h0 = 0"]
    return {
        "type": "heatmap",
        "z": z,
        "x": list(range(-1, len(words) + 1)),
        "customdata": [columns] * len(z),
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "xgap": 5,
        "hoverongaps": False,
        "hovertemplate": "%{customdata}: %{z:.3f}<extra></extra>",
        "colorscale": [[i / 4, colour] for i, colour in enumerate(DIVERGING)],
        "zmin": -scale,
        "zmax": scale,
        "showscale": number == 1,
        "colorbar": {"title": {"text": "state"}, "thickness": 12},
    }


def _words_axis(
    stack: Stack, words: Sequence[str], number: int, domain: list[float]
) -> dict[str, Any]:
    directions = {strip.direction for strip in stack.strips}
    starts = ["h₀" if direction in directions else "" for direction in (FORWARD, BACKWARD)]
    return {
        "domain": domain,
        "anchor": f"y{number}",
        "tickfont": {"size": 15},
        "tickvals": list(range(-1, len(words) + 1)),
        "ticktext": [starts[0], *(text(word, 16) for word in words), starts[1]],
        "range": [-1.6, len(words) + 0.6],
        "showgrid": False,
        "zeroline": False,
    }


def _strips_axis(ticks: dict[float, str], anchor: str, height: int) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "tickvals": list(ticks),
        "ticktext": [text(label, 16) for label in ticks.values()],
        "tickfont": {"size": 14},
        "range": [-1.5, height + 0.5],
        "showgrid": False,
        "zeroline": False,
    }


def _title(title: str, start: float) -> dict[str, Any]:
    place = {"x": start, "xref": "paper", "xanchor": "left", "y": 1.0, "yref": "paper"}
    return {"text": f"<b>{text(title)}</b>", **place, "yanchor": "bottom", "showarrow": False}


def _arrows(stack: Stack, number: int, n_words: int) -> list[dict[str, Any]]:
    """Above each strip, in the direction in which it was computed."""
    found = []
    for bottom, strip in zip(_bottoms(stack), stack.strips, strict=True):
        if not strip.direction:
            continue
        ends = (-1, n_words - 1) if strip.direction == FORWARD else (n_words, 0)
        y = bottom + len(strip.values) + ROOM / 2 - 0.5
        refs = {"xref": f"x{number}", "yref": f"y{number}", "axref": f"x{number}"}
        found.append({
            **refs, "ayref": f"y{number}", "x": ends[1], "ax": ends[0], "y": y, "ay": y,
            "text": "", "showarrow": True, "arrowhead": 2, "arrowwidth": 2.5,
            "arrowcolor": COLOURS[strip.direction],
        })  # fmt: skip
    return found


def _frames(stack: Stack, number: int, n_words: int) -> list[dict[str, Any]]:
    """A box around each joined pair: one layer."""
    found, bottoms = [], _bottoms(stack)
    for i, strip in enumerate(stack.strips):
        if strip.joined:
            top = bottoms[i] + len(strip.values) + ROOM - 0.5
            found.append({
                "type": "rect", "xref": f"x{number}", "yref": f"y{number}",
                "x0": -1.55, "x1": n_words + 0.55, "y0": bottoms[i - 1] - 1, "y1": top,
                "line": {"color": NEUTRAL, "width": 1.5},
            })  # fmt: skip
    return found


def named(direction: str, layer: str) -> str:
    """How a strip is called.

    >>> named("forward", "1 · biLM 1"), named("backward", "1 · biLM 1")
    ('1 · biLM 1 →', '← 1 · biLM 1')
    """
    arrow = ARROWS[direction]
    return f"{arrow} {layer}" if direction == BACKWARD else f"{layer} {arrow}"
