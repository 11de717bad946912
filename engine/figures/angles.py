"""The distribution of angles to the mean direction, one row a layer, and the cone that it is,
drawn to scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, translucent

BIN_DEG = 2.0
HILL = 0.85  # height of a hill; rows are 1 apart


def angle_ridges(
    angles: Mapping[str, np.ndarray],
    model: str,
    null: tuple[np.ndarray, np.ndarray],
    medians: Sequence[float],
) -> go.Figure:
    """One histogram a layer, stacked upwards; the dotted curve is what directions without
    preference would give.

    Args:
        angles: layer name -> angles to the mean direction in degrees.
        null: (degrees, density) of an isotropic cloud of the same width, density scaled to a peak
            of 1.
        medians: median angle of each layer in degrees.
    """
    colour, names = model_colour(model), list(angles)
    traces: list[dict[str, Any]] = []
    for row, (name, median) in enumerate(zip(names, medians, strict=True)):
        traces += [_baseline(row), _hill(row, name, angles[name], colour)]
        traces.append(_median(row, median, colour))
    degrees, density = null
    traces.append(
        {
            "type": "scatter",
            "x": degrees,
            "y": density * HILL,
            "name": "no preferred direction (same width)",
            "line": {"color": NEUTRAL, "dash": "dot", "width": 1.5},
            "hoverinfo": "skip",
        }
    )
    shape = layout(
        height=120 + 64 * len(names),
        x_title="angle to the mean direction (degrees)",
        y_title="layer",
    )
    shape["xaxis"] |= {"range": [20, 125], "ticksuffix": "°"}
    shape["yaxis"] |= {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "range": [-0.1, len(names) + 0.15],
    }
    shape["annotations"] = [_median_label(row, median) for row, median in enumerate(medians)]
    return go.Figure(data=traces, layout=shape)


def _hill(row: int, name: str, angles: np.ndarray, colour: str) -> dict[str, Any]:
    edges = np.arange(0, 180 + BIN_DEG, BIN_DEG)
    counts = np.histogram(angles, edges)[0]
    return {
        "type": "scatter",
        "x": (edges[:-1] + edges[1:]) / 2,
        "y": row + counts * (HILL / max(counts.max(), 1)),
        "fill": "tonexty",
        "fillcolor": translucent(colour, 0.30),
        "line": {"color": colour, "width": 2},
        "hovertemplate": f"layer {name}<br>%{{x:.0f}}°<extra></extra>",
        "showlegend": False,
    }


def _median(row: int, median: float, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [median, median],
        "y": [row, row + HILL],
        "mode": "lines",
        "line": {"color": colour, "width": 2.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _median_label(row: int, median: float) -> dict[str, Any]:
    return {
        "x": 124,
        "y": row + 0.3,
        "text": f"median {median:.0f}°",
        "showarrow": False,
        "xanchor": "right",
    }


def _baseline(row: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [0, 180],
        "y": [row, row],
        "line": {"color": NEUTRAL, "width": 0.6},
        "hoverinfo": "skip",
        "showlegend": False,
    }
