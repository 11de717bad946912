"""A question and two contexts: which word of the context is nearest to each word of the question, a
row a layer, and how much nearer the whole question is to one of the contexts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.cell_text import in_cells
from engine.figures.theme import DIVERGING, SEQUENTIAL, layout, text

ROW, AROUND = 34, 130  # pixels: a row, and what stands above and below all of them
GAP, LAST = 0.035, 0.15  # between the panels, and the width of the last one, as shares of the width
LONGEST = 11  # letters of a word in its cell

Cell = tuple[str, float] | None  # the nearest word and its margin; None without a vector


@dataclass(frozen=True)
class Row:
    """One layer."""

    label: str
    first: Sequence[Cell]  # of each word of the question, in the first context
    second: Sequence[Cell]
    difference: float  # of the whole question's cosines, first context minus second


def two_inputs(rows: Sequence[Row], asked: Sequence[str], contexts: tuple[str, str]) -> go.Figure:
    """A panel a context, and a column for the whole question.

    Args:
        rows: layers from the bottom.
        asked: the words of the question.
        contexts: what stands above the panels.
    """
    width = (1 - 2 * GAP - LAST) / 2
    starts = (0.0, width + GAP, 1 - LAST)
    shape = layout(height=ROW * len(rows) + AROUND)
    for axis in ("xaxis", "yaxis"):
        del shape[axis]
    shape["margin"] = {"l": 96, "r": 24, "t": 56, "b": 44}
    shape["annotations"] = []
    columns = ([f"<b>{text(word, 16)}</b>" for word in asked],) * 2 + (["first − second"],)
    titles = (*contexts, "whole question")
    for number, (start, names, title) in enumerate(zip(starts, columns, titles, strict=True), 1):
        end = start + (LAST if number == len(starts) else width)
        shape[f"xaxis{number}"] = {
            "domain": [start, end], "anchor": f"y{number}", "tickvals": list(range(len(names))),
            "ticktext": names, "showgrid": False, "zeroline": False, "tickfont": {"size": 14},
            "ticks": "",
        }  # fmt: skip
        shape[f"yaxis{number}"] = {
            "anchor": f"x{number}", "tickvals": list(range(len(rows))), "showgrid": False,
            "ticktext": [text(row.label) for row in rows], "showticklabels": number == 1,
            "zeroline": False, "tickfont": {"size": 14}, "ticks": "",
            "range": [-0.5, len(rows) - 0.5],  # alike, so that a layer is one row of all panels
        }  # fmt: skip
        shape["annotations"].append(_title(title, start))
    panels = [[row.first for row in rows], [row.second for row in rows]]
    cells = [_nearest(panel, number) for number, panel in enumerate(panels, start=1)]
    words = [
        in_cells([[_told(cell) for cell in row] for row in panel],
                 [[None if cell is None else cell[1] for cell in row] for row in panel], number)
        for number, panel in enumerate(panels, start=1)
    ]  # fmt: skip
    return go.Figure(data=[*cells, *words, _differences(rows)], layout=shape)


def _told(cell: Cell) -> str:
    return "" if cell is None else f"{cell[0][:LONGEST]} {cell[1]:.2f}"


def _nearest(rows: Sequence[Sequence[Cell]], number: int) -> dict[str, Any]:
    return {
        "type": "heatmap", "xaxis": f"x{number}", "yaxis": f"y{number}",
        "z": [[None if cell is None else cell[1] for cell in row] for row in rows],
        "customdata": [["" if cell is None else text(cell[0]) for cell in row] for row in rows],
        "hovertemplate": "nearest: %{customdata}, margin %{z:.3f}<extra></extra>",
        "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
        "zmin": 0, "zmax": 1, "xgap": 2, "ygap": 2, "showscale": False,
    }  # fmt: skip


def _differences(rows: Sequence[Row]) -> dict[str, Any]:
    values = [row.difference for row in rows]
    largest = max(map(abs, values)) or 1.0
    return {
        "type": "heatmap", "xaxis": "x3", "yaxis": "y3", "z": [[value] for value in values],
        "text": [[_difference(value)] for value in values],
        "texttemplate": "%{text}", "hovertemplate": "%{text}<extra></extra>",
        "colorscale": [[i / 4, colour] for i, colour in enumerate(DIVERGING)],
        "zmin": -largest, "zmax": largest, "xgap": 2, "ygap": 2, "textfont": {"size": 13},
        "showscale": False,
    }  # fmt: skip


def _difference(value: float) -> str:
    """A difference as it is read: exactly 0 is told from nearly 0.

    >>> _difference(0.0), _difference(-0.0002), _difference(0.016)
    ('0', '≈ 0', '+0.016')
    """
    if value == 0:
        return "0"
    return f"{value:+.3f}" if abs(value) >= 0.0005 else "≈ 0"


def _title(title: str, start: float) -> dict[str, Any]:
    short = title if len(title) <= 44 else f"{title[:42]} …"
    return {
        "text": f"<b>{text(short)}</b>", "x": start, "xref": "paper", "xanchor": "left", "y": 1.0,
        "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"size": 15},
    }  # fmt: skip
