"""Text in the cells of a heatmap, dark on light cells and light on dark ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.figures.theme import text

DARK, LIGHT = "#111418", "#FFFFFF"
TURN = 0.25  # of the sequential scale from 0 to 1: above it dark letters are read better


def in_cells(
    labels: Sequence[Sequence[str]], shares: Sequence[Sequence[float | None]], number: int
) -> dict[str, Any]:
    """A trace of text over a heatmap whose columns and rows are counted from 0.

    Args:
        labels: by row and column.
        shares: where on the sequential scale from 0 to 1 each cell's colour is; None for no cell.
        number: of the pair of axes.
    """
    places = [
        (column, row, label, share)
        for row, (words, values) in enumerate(zip(labels, shares, strict=True))
        for column, (label, share) in enumerate(zip(words, values, strict=True))
        if label and share is not None
    ]
    return {
        "type": "scatter", "mode": "text", "xaxis": f"x{number}", "yaxis": f"y{number}",
        "x": [column for column, *_ in places], "y": [row for _, row, *_ in places],
        "text": [text(label) for *_, label, _ in places], "hoverinfo": "skip", "showlegend": False,
        "textfont": {
            "size": 13, "color": [LIGHT if share < TURN else DARK for *_, share in places],
        },
    }  # fmt: skip
