"""Text that a model wrote, word by word, each on the colour of how likely it was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import SEQUENTIAL, layout, text

LOG_FLOOR = -4  # a probability of 1 in 10,000 and less has the darkest colour


def written(rows: Sequence[Sequence[str]], probabilities: Sequence[Sequence[float]]) -> go.Figure:
    """One row a continuation.

    Args:
        rows: the words of each.
        probabilities: of each word where it was drawn.
    """
    longest = max((len(row) for row in rows), default=0) or 1
    z = np.full((len(rows), longest), np.nan)
    for line, values in zip(z, probabilities, strict=True):
        line[: len(values)] = np.log10(np.maximum(values, 10.0**LOG_FLOOR))
    labels = [[text(word) for word in row] + [""] * (longest - len(row)) for row in rows]
    hover = [
        [f"{text(word)}: {p:.2%}" for word, p in zip(row, values, strict=True)]
        + [""] * (longest - len(row))
        for row, values in zip(rows, probabilities, strict=True)
    ]
    ticks = list(range(LOG_FLOOR, 1))
    cells = {
        "type": "heatmap",
        "z": z,
        "text": labels,
        "customdata": hover,
        "texttemplate": "%{text}",
        "textfont": {"size": 14},
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
        "xgap": 3,
        "ygap": 8,
        "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
        "zmin": LOG_FLOOR,
        "zmax": 0,
        "colorbar": {
            "title": {"text": "chance"},
            "tickvals": ticks,
            "ticktext": [f"{10.0**tick:.2%}".replace(".00%", "%") for tick in ticks],
        },
    }
    shape = layout(height=110 + 52 * len(rows), x_title="words drawn one after the other")
    shape["xaxis"] |= {"showticklabels": False, "showgrid": False}
    shape["yaxis"] |= {
        "autorange": "reversed",
        "tickvals": list(range(len(rows))),
        "ticktext": [f"draw {i + 1}" for i in range(len(rows))],
        "showgrid": False,
    }
    return go.Figure(data=[cells], layout=shape)
