"""One quantity in several cases: a row a case, a dot with its interval, one axis for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, model_marker, text

ROW, AROUND = 52, 110  # pixels: a row, and what stands above and below all of them


@dataclass(frozen=True)
class Dot:
    """One case."""

    label: str
    n: int  # what it was measured on
    value: float
    low: float  # 95 % interval
    high: float


def dot_rows(dots: Sequence[Dot], model: str, x_title: str, reference_label: str) -> go.Figure:
    """The cases from top to bottom; the axis holds 0, which is what "nothing" would be.

    Args:
        dots: the cases.
        model: whose colour and marker they have.
        x_title: what is measured.
        reference_label: what a value of 0 means.
    """
    rows = list(range(len(dots)))
    shape = layout(height=ROW * len(dots) + AROUND, x_title=x_title)
    shape["margin"]["t"] = 36
    shape["xaxis"] |= {"rangemode": "tozero", "tickformat": ".2f"}
    shape["yaxis"] |= {
        "tickvals": rows, "range": [len(dots) - 0.5, -0.5], "automargin": True,
        "ticktext": [f"{text(dot.label, 34)}<br>n = {dot.n:,}" for dot in dots],
    }  # fmt: skip
    shape["shapes"] = [
        {
            "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
            "x0": 0, "x1": 0, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain",
        }
    ]  # fmt: skip
    shape["annotations"] = [
        {
            "text": reference_label, "font": {"color": NEUTRAL, "size": 13}, "showarrow": False,
            "x": 0, "xref": "x", "xanchor": "left", "y": 1, "yref": "y domain",
            "yanchor": "bottom",
        }
    ]  # fmt: skip
    trace = {
        "type": "scatter", "mode": "markers", "showlegend": False,
        "x": [dot.value for dot in dots], "y": rows,
        "marker": {"symbol": model_marker(model), "size": 13, "color": model_colour(model)},
        "error_x": {
            "type": "data", "symmetric": False, "thickness": 2.5, "width": 6,
            "array": [dot.high - dot.value for dot in dots],
            "arrayminus": [dot.value - dot.low for dot in dots],
        },
        "customdata": [[text(dot.label), dot.low, dot.high] for dot in dots],
        "hovertemplate": "%{customdata[0]}<br>%{x:.3f} [%{customdata[1]:.3f}, "
        "%{customdata[2]:.3f}]<extra></extra>",
    }  # fmt: skip
    return go.Figure(data=[trace], layout=shape)
