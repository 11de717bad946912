"""Curves over a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from engine.figures.theme import layout

DASHES = ("solid", "dash", "dot", "dashdot")


def validation_curve(
    steps: Sequence[int], figures: Mapping[str, Sequence[float]], colour: str
) -> go.Figure:
    """What was measured on the validation text as the steps went by, on a logarithmic axis.

    Args:
        steps: batches done at each measurement, (n,).
        figures: name -> values, (n,) each.
    """
    traces = [
        {
            "type": "scatter",
            "x": list(steps),
            "y": list(values),
            "name": name.replace("_", " "),
            "mode": "lines+markers",
            "line": {"color": colour, "width": 2.5, "dash": dash},
            "hovertemplate": "step %{x:,}<br>%{y:.3g}",
        }
        for (name, values), dash in zip(figures.items(), DASHES, strict=False)
    ]
    shape = layout(height=260, x_title="steps (batches)", y_title="on the validation text")
    shape["yaxis"]["type"] = "log"
    return go.Figure(data=traces, layout=shape)
