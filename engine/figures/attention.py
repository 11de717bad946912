"""Which words of one sentence stand behind which words of the other: a growing table of shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import SEQUENTIAL, layout, text

N_LABELLED = 14  # words up to which the numbers fit into their cells


def attention(
    shares: np.ndarray,
    columns: Sequence[str],
    rows: Sequence[str],
    beside: Sequence[str] = (),
    y_title: str = "",
) -> go.Figure:
    """Rows sum to 1; rows that are not known yet are nan and stay empty.

    Args:
        shares: (n_rows, n_columns).
        columns: a word each.
        rows: a word each.
        beside: a line of text at the right of each row, "" for none.
    """
    cells = {
        "type": "heatmap",
        "z": shares,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "text": [[f"{share:.2f}" if share >= 0.005 else "" for share in row] for row in shares],
        "texttemplate": "%{text}" if len(columns) <= N_LABELLED else None,
        "customdata": [[f"{text(row)} ← {text(column)}" for column in columns] for row in rows],
        "hovertemplate": "%{customdata}: %{z:.3f}<extra></extra>",
        "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
    }
    shape = layout(height=120 + 36 * len(rows), y_title=y_title)
    shape["margin"] |= {"l": 120, "t": 64, "b": 24}
    shape["xaxis"] |= {
        "tickvals": list(range(len(columns))),
        "ticktext": [text(word, 16) for word in columns],
        "domain": [0, 0.6 if any(beside) else 1],
        "side": "top",
        "tickfont": {"size": 15},
        "showgrid": False,
    }
    shape["yaxis"] |= {
        "tickvals": list(range(len(rows))),
        "ticktext": [text(word) for word in rows],
        "range": [len(rows) - 0.5, -0.5],
        "tickfont": {"size": 15},
        "showgrid": False,
    }
    shape["annotations"] = [_beside(row, line) for row, line in enumerate(beside) if line]
    return go.Figure(data=[cells], layout=shape)


def _beside(row: int, line: str) -> dict[str, Any]:
    place = {"x": 0.62, "xref": "paper", "xanchor": "left", "y": row, "yref": "y"}
    return {"text": text(line, 200), "showarrow": False, "align": "left", **place}
