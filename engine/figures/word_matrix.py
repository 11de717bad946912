"""Words against words, a panel a model: how near each two of them are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.cell_text import in_cells
from engine.figures.theme import SEQUENTIAL, layout, text

GAP = 0.04  # between two panels, as a share of the width
ROW, AROUND = 46, 150  # pixels: a row, and what stands above and below all of them


def word_matrix(panels: Mapping[str, np.ndarray], words: Sequence[str]) -> go.Figure:
    """Matrices side by side on one scale from 0 to 1; a word without a vector has no colour.

    Args:
        panels: title -> (n_words, n_words), nan where a word has no vector.
        words: the labels of both axes.
    """
    width = (1 - GAP * (len(panels) - 1)) / len(panels)
    shape = layout(height=ROW * len(words) + AROUND)
    for axis in ("xaxis", "yaxis"):
        del shape[axis]
    shape["margin"] = {"l": 100, "r": 24, "t": 48, "b": 100}
    shape["annotations"] = []
    labels, traces = [text(word, 16) for word in words], []
    for number, (title, values) in enumerate(panels.items(), start=1):
        start = (number - 1) * (width + GAP)
        places = {
            "tickvals": list(range(len(words))), "ticktext": labels, "showgrid": False,
            "zeroline": False, "tickfont": {"size": 14}, "ticks": "",
        }  # fmt: skip
        shape[f"xaxis{number}"] = {
            **places, "domain": [start, start + width], "anchor": f"y{number}", "tickangle": -35,
            "range": [-0.5, len(words) - 0.5],
        }  # fmt: skip
        shape[f"yaxis{number}"] = {
            **places, "anchor": f"x{number}", "range": [len(words) - 0.5, -0.5],
            "showticklabels": number == 1,
        }  # fmt: skip
        shape["annotations"].append(
            {
                "text": f"<b>{text(title)}</b>", "x": start, "xref": "paper", "xanchor": "left",
                "y": 1.0, "yref": "paper", "yanchor": "bottom", "showarrow": False,
                "font": {"size": 15},
            }
        )  # fmt: skip
        told = [["" if np.isnan(v) else f"{v:.2f}" for v in row] for row in values]
        traces += [_cells(values, labels, number), in_cells(told, values.tolist(), number)]
    return go.Figure(data=traces, layout=shape)


def _cells(values: np.ndarray, labels: Sequence[str], number: int) -> dict[str, Any]:
    return {
        "type": "heatmap", "xaxis": f"x{number}", "yaxis": f"y{number}", "z": values,
        "customdata": [[f"{a} and {b}" for b in labels] for a in labels],
        "hovertemplate": "%{customdata}: %{z:.3f}<extra></extra>",
        "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
        "zmin": 0, "zmax": 1, "xgap": 2, "ygap": 2, "showscale": False,
    }  # fmt: skip
