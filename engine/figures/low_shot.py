"""The low-shot experiment: accuracy of each arm by the number of labels it learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid")


@dataclass(frozen=True)
class ArmCurve:
    """Accuracy of an arm, over the seeds; (n_sizes,) each."""

    title: str
    n_labels: Sequence[int]
    mean: Sequence[float]
    lowest: Sequence[float]
    highest: Sequence[float]


def low_shot_curves(curves: Sequence[ArmCurve], target: float | None = None) -> go.Figure:
    """One line an arm over a logarithmic axis; bars from the lowest to the highest seed.

    Args:
        target: an accuracy that is to be matched, drawn as a level line.
    """
    shape = layout(height=480, x_title="labelled texts", y_title="accuracy on test texts")
    sizes = sorted({n for curve in curves for n in curve.n_labels})
    shape["xaxis"] |= {"type": "log", "tickvals": sizes, "ticktext": [f"{n:,}" for n in sizes]}
    shape["yaxis"]["tickformat"] = ".2f"
    if target is not None:
        shape["shapes"] = [
            {
                "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
                "x0": 0, "x1": 1, "xref": "x domain", "y0": target, "y1": target, "yref": "y",
            }
        ]  # fmt: skip
    return go.Figure(data=[_line(c, place) for place, c in enumerate(curves)], layout=shape)


def _line(curve: ArmCurve, place: int) -> dict[str, Any]:
    pairs = list(zip(curve.lowest, curve.mean, curve.highest, strict=True))
    return {
        "type": "scatter", "mode": "lines+markers", "name": text(curve.title),
        "showlegend": True,
        "x": list(curve.n_labels), "y": list(curve.mean),
        "line": {"color": CATEGORICAL[place % len(CATEGORICAL)], "width": 2.5,
                 "dash": DASHES[place % len(DASHES)]},
        "marker": {"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 11},
        "error_y": {"type": "data", "symmetric": False, "width": 3,
                    "array": [high - mean for _, mean, high in pairs],
                    "arrayminus": [mean - low for low, mean, _ in pairs]},
        "hovertemplate": "%{x:,} labels<br>accuracy %{y:.3f}",
    }  # fmt: skip
