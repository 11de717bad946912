"""How far each state moved when one word of the sentence was changed: words across, layers and
directions upwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, SEQUENTIAL, layout, text

GAP = 0.13  # between two panels, as a share of the width
N_LABELLED = 26  # columns of all panels up to which the numbers fit into their cells


@dataclass(frozen=True)
class Moved:
    """One model's changes."""

    title: str
    labels: Sequence[str]  # of the rows, from the bottom
    changes: np.ndarray  # (n_rows, n_words), relative; 0 = not a bit of it; nan = no vector


def moved(models: Sequence[Moved], words: Sequence[str], changed: int) -> go.Figure:
    """A panel a model. A state that did not move at all has no colour.

    Args:
        words: at each place, the changed one as "old → new".
        changed: its place.
    """
    shape = layout(height=150 + 44 * max(len(one.labels) for one in models))
    for axis in ("xaxis", "yaxis"):
        del shape[axis]
    shape |= {"annotations": [], "shapes": []}
    shape["margin"] = {"l": 112, "r": 24, "t": 44, "b": 96}
    width = (1 - GAP * (len(models) - 1)) / len(models)
    largest = max(float(np.nanmax(one.changes)) for one in models) or 1.0
    traces = []
    for number, one in enumerate(models, start=1):
        start = (number - 1) * (width + GAP)
        shape[f"xaxis{number}"] = {
            "domain": [start, start + width],
            "anchor": f"y{number}",
            "tickvals": list(range(len(words))),
            "ticktext": [text(word, 16) for word in words],
            "tickfont": {"size": 14},
            "tickangle": -45 if len(words) > 6 else 0,
            "range": [-0.6, len(words) - 0.4],
            "showgrid": False,
            "zeroline": False,
        }
        shape[f"yaxis{number}"] = {
            "anchor": f"x{number}",
            "tickvals": list(range(len(one.labels))),
            "ticktext": [text(label) for label in one.labels],
            "tickfont": {"size": 14},
            "showgrid": False,
            "zeroline": False,
        }
        shape["annotations"].append(_title(one.title, start))
        shape["shapes"].append(_column(number, changed, len(one.labels)))
        traces.append(_cells(one, number, words, largest))
    for trace in traces:
        trace["texttemplate"] = "%{text}" if len(words) * len(models) <= N_LABELLED else None
    return go.Figure(data=traces, layout=shape)


def _cells(one: Moved, number: int, words: Sequence[str], largest: float) -> dict[str, Any]:
    labels = [[_size(value) for value in row] for row in one.changes]
    return {
        "type": "heatmap",
        "z": np.where(one.changes == 0, np.nan, one.changes),
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "text": labels,
        "customdata": [[text(word) for word in words]] * len(one.labels),
        "textfont": {"size": 12},
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
        "xgap": 2,
        "ygap": 2,
        "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
        "zmin": 0,
        "zmax": largest,
        "showscale": number == 1,
        "colorbar": {"title": {"text": "moved"}, "thickness": 12},
    }


def _size(value: float) -> str:
    """A change as it is read: exactly 0 is told from nearly 0.

    >>> _size(0.0), _size(0.0004), _size(0.25), _size(float("nan"))
    ('0', '<.01', '0.25', '')
    """
    if np.isnan(value) or value == 0:
        return "0" if value == 0 else ""
    return f"{value:.2f}" if value >= 0.01 else "<.01"


def _title(title: str, start: float) -> dict[str, Any]:
    place = {"x": start, "xref": "paper", "xanchor": "left", "y": 1.0, "yref": "paper"}
    return {"text": f"<b>{text(title)}</b>", **place, "yanchor": "bottom", "showarrow": False}


def _column(number: int, changed: int, n_rows: int) -> dict[str, Any]:
    """A frame around the word that was changed."""
    return {
        "type": "rect", "xref": f"x{number}", "yref": f"y{number}",
        "x0": changed - 0.5, "x1": changed + 0.5, "y0": -0.5, "y1": n_rows - 0.5,
        "line": {"color": NEUTRAL, "width": 2.5},
    }  # fmt: skip
