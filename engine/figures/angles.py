"""The distribution of angles to the mean direction, one row a layer, and the cone that it is,
drawn to scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, model_colour, styled, translucent

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
    figure = go.Figure()
    colour, names = model_colour(model), list(angles)
    for row, (name, median) in enumerate(zip(names, medians, strict=True)):
        _add_hill(figure, row, name, angles[name], colour)
        _add_median(figure, row, median, colour)
    degrees, density = null
    figure.add_trace(
        go.Scatter(
            x=degrees,
            y=density * HILL,
            name="no preferred direction (same width)",
            line={"color": NEUTRAL, "dash": "dot", "width": 1.5},
            hoverinfo="skip",
        )
    )
    styled(
        figure,
        height=120 + 64 * len(names),
        x_title="angle to the mean direction (degrees)",
        y_title="layer",
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=names, range=[-0.1, len(names) + 0.15]
    )
    figure.update_xaxes(range=[20, 125], ticksuffix="°")
    return figure


def _add_hill(figure: go.Figure, row: int, name: str, angles: np.ndarray, colour: str) -> None:
    edges = np.arange(0, 180 + BIN_DEG, BIN_DEG)
    counts = np.histogram(angles, edges)[0]
    figure.add_trace(_baseline(row))
    figure.add_trace(
        go.Scatter(
            x=(edges[:-1] + edges[1:]) / 2,
            y=row + counts * (HILL / max(counts.max(), 1)),
            fill="tonexty",
            fillcolor=translucent(colour, 0.30),
            line={"color": colour, "width": 2},
            hovertemplate=f"layer {name}<br>%{{x:.0f}}°<extra></extra>",
            showlegend=False,
        )
    )


def _add_median(figure: go.Figure, row: int, median: float, colour: str) -> None:
    figure.add_trace(
        go.Scatter(
            x=[median, median],
            y=[row, row + HILL],
            mode="lines",
            line={"color": colour, "width": 2.5},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    figure.add_annotation(
        x=124, y=row + 0.3, text=f"median {median:.0f}°", showarrow=False, xanchor="right"
    )


def _baseline(row: int) -> go.Scatter:
    return go.Scatter(
        x=[0, 180],
        y=[row, row],
        line={"color": NEUTRAL, "width": 0.6},
        hoverinfo="skip",
        showlegend=False,
    )
