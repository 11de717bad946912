"""A word's vector in versions of its sentence: how far from the first, how near to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, model_marker, text


@dataclass(frozen=True)
class Step:
    """One version."""

    sentence: str
    to_parent: float  # cosine
    to_second: float  # cosine


def trail(steps: Sequence[Step], baseline: float, model: str) -> go.Figure:
    """The versions in order, numbered and joined; the last one is filled.

    Args:
        steps: the parent first.
        baseline: mean cosine of two random words.
        model: whose colour and marker they have.
    """
    last = len(steps) - 1
    marker = model_marker(model).removesuffix("-open")
    trace = {
        "type": "scatter", "mode": "lines+markers+text", "showlegend": False,
        "x": [step.to_parent for step in steps], "y": [step.to_second for step in steps],
        "text": [str(number + 1) for number in range(len(steps))], "textposition": "top center",
        "textfont": {"size": 16},
        "line": {"color": model_colour(model), "width": 2, "dash": "dot"},
        "marker": {
            "symbol": [marker if n == last else f"{marker}-open" for n in range(len(steps))],
            "size": 15, "color": model_colour(model), "line": {"width": 2},
        },
        "customdata": [text(step.sentence) for step in steps],
        "hovertemplate": "%{customdata}<br>%{x:.3f} with its parent, %{y:.3f} with the second"
        "<extra></extra>",
    }  # fmt: skip
    lowest = min(step.to_second for step in steps)
    moved = min(step.to_parent for step in steps)
    shape = layout(
        height=420, x_title="cosine with the parent (1 = not moved)",
        y_title="cosine with the second sentence's",
    )  # fmt: skip
    shape["xaxis"] |= {"range": [min(moved, 0.9) - 0.02, 1.01]}
    shape["yaxis"] |= {"range": [min(lowest, baseline) - 0.08, 1.06]}
    shape["shapes"] = [
        {
            "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5}, "y0": baseline,
            "y1": baseline, "x0": 0, "x1": 1, "xref": "x domain",
        }
    ]  # fmt: skip
    shape["annotations"] = [
        {
            "text": f"two random words: {baseline:.2f}", "showarrow": False, "x": 0, "y": baseline,
            "xref": "x domain", "xanchor": "left", "yanchor": "bottom",
            "font": {"size": 13, "color": NEUTRAL},
        }
    ]  # fmt: skip
    return go.Figure(data=[trace], layout=shape)
