"""Ways of reading the target's texts, one below the other: the accuracy that each leads to, one
colour a number of labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, layout, text

ROW, AROUND = 54, 130  # pixels: a row, and what stands above and below all of them
SYMBOLS = ("circle", "diamond", "square", "triangle-up")


@dataclass(frozen=True)
class Reached:
    """What the readings lead to with so many labels; (n_readings,) each."""

    n_labels: int
    mean: Sequence[float]
    lowest: Sequence[float]  # seed
    highest: Sequence[float]


def reading_rows(
    titles: Sequence[str], details: Sequence[str], found: Sequence[Reached]
) -> go.Figure:
    """The readings from top to bottom; bars from the lowest to the highest seed.

    Args:
        titles: of the readings.
        details: a second line for each, such as its perplexity.
        found: one series a number of labels.
    """
    shape = layout(height=ROW * len(titles) + AROUND, x_title="accuracy on test texts")
    shape["xaxis"]["tickformat"] = ".2f"
    shape["yaxis"] |= {
        "tickvals": list(range(len(titles))), "range": [len(titles) - 0.5, -0.5],
        "automargin": True,
        "ticktext": [
            f"{text(title, 40)}<br>{text(detail, 44)}"
            for title, detail in zip(titles, details, strict=True)
        ],
    }  # fmt: skip
    return go.Figure(data=[_series(place, one) for place, one in enumerate(found)], layout=shape)


def _series(place: int, found: Reached) -> dict[str, Any]:
    rows = list(zip(found.lowest, found.mean, found.highest, strict=True))
    return {
        "type": "scatter", "mode": "markers+text", "name": f"{found.n_labels:,} labels",
        "showlegend": True, "x": list(found.mean), "y": list(range(len(rows))),
        "text": [f"{mean:.3f}" for mean in found.mean], "textposition": "top center",
        "marker": {"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 12,
                   "color": CATEGORICAL[place % len(CATEGORICAL)]},
        "error_x": {"type": "data", "symmetric": False, "width": 5, "thickness": 2.5,
                    "array": [high - mean for _, mean, high in rows],
                    "arrayminus": [mean - low for low, mean, _ in rows]},
        "hovertemplate": f"{found.n_labels:,} labels<br>accuracy %{{x:.3f}}<extra></extra>",
    }  # fmt: skip
