"""The low-shot experiment: accuracy of each arm by the number of labels it learnt from, or by how
good the language model was that it began with.
"""

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
    """Accuracy of an arm, over the seeds; (n_points,) each."""

    title: str
    x: Sequence[float]  # labels, or a language model's perplexity
    mean: Sequence[float]
    lowest: Sequence[float]
    highest: Sequence[float]


def low_shot_curves(curves: Sequence[ArmCurve], target: float | None = None) -> go.Figure:
    """One line an arm over a logarithmic axis; bars from the lowest to the highest seed.

    Args:
        target: an accuracy that is to be matched, drawn as a level line.
    """
    shape = layout(height=480, x_title="labelled texts", y_title="accuracy on test texts")
    sizes = sorted({n for curve in curves for n in curve.x})
    shape["xaxis"] |= {"type": "log", "tickvals": sizes, "ticktext": [f"{n:,}" for n in sizes]}
    shape["yaxis"]["tickformat"] = ".2f"
    if target is not None:
        shape["shapes"] = [_level(target)]
    hover = "%{x:,} labels<br>accuracy %{y:.3f}"
    return go.Figure(data=[_line(c, place, hover) for place, c in enumerate(curves)], layout=shape)


def accuracy_by_perplexity(
    curves: Sequence[ArmCurve], levels: Sequence[tuple[str, float]]
) -> go.Figure:
    """One line an arm; the better the language model, the further to the right.

    Args:
        levels: title and accuracy of what has no such language model, drawn as level lines.
    """
    shape = layout(
        height=460, x_title="test perplexity of the language model (right: better)",
        y_title="accuracy on test texts",
    )  # fmt: skip
    found = sorted({x for curve in curves for x in curve.x})
    least, most = 0.93 * found[0], 1.07 * found[-1]  # air beside the outermost points
    shape["xaxis"] |= {
        "range": [most, least], "tickvals": found, "ticktext": [f"{x:.1f}" for x in found],
    }  # fmt: skip
    shape["yaxis"]["tickformat"] = ".2f"
    shape["shapes"] = [_level(accuracy) for _, accuracy in levels]
    shape["annotations"] = [
        {"x": 0, "xref": "x domain", "xanchor": "left", "y": accuracy, "yref": "y",
         "yanchor": "bottom", "showarrow": False, "text": f"{text(title)} {accuracy:.3f}",
         "font": {"size": 13}}
        for title, accuracy in levels
    ]  # fmt: skip
    hover = "perplexity %{x:.1f}<br>accuracy %{y:.3f}"
    return go.Figure(data=[_line(c, place, hover) for place, c in enumerate(curves)], layout=shape)


def _level(accuracy: float) -> dict[str, Any]:
    return {
        "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
        "x0": 0, "x1": 1, "xref": "x domain", "y0": accuracy, "y1": accuracy, "yref": "y",
    }  # fmt: skip


def _line(curve: ArmCurve, place: int, hover: str) -> dict[str, Any]:
    pairs = list(zip(curve.lowest, curve.mean, curve.highest, strict=True))
    return {
        "type": "scatter", "mode": "lines+markers", "name": text(curve.title),
        "showlegend": True,
        "x": list(curve.x), "y": list(curve.mean),
        "line": {"color": CATEGORICAL[place % len(CATEGORICAL)], "width": 2.5,
                 "dash": DASHES[place % len(DASHES)]},
        "marker": {"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 11},
        "error_y": {"type": "data", "symmetric": False, "width": 3,
                    "array": [high - mean for _, mean, high in pairs],
                    "arrayminus": [mean - low for low, mean, _ in pairs]},
        "hovertemplate": hover,
    }  # fmt: skip
