"""The distribution of angles to the mean direction, one row a layer, and the cone that it is,
drawn to scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, model_colour, styled, translucent

BIN_DEG = 2.0


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
    edges = np.arange(0, 182, BIN_DEG)
    centres = (edges[:-1] + edges[1:]) / 2
    colour = model_colour(model)
    names = list(angles)
    for row, (values, median) in enumerate(zip(angles.values(), medians, strict=True)):
        density = np.histogram(values, edges)[0].astype(float)
        density *= 0.85 / max(density.max(), 1.0)
        figure.add_trace(_baseline(row))
        figure.add_trace(
            go.Scatter(
                x=centres,
                y=row + density,
                fill="tonexty",
                fillcolor=translucent(colour, 0.30),
                line={"color": colour, "width": 2},
                hovertemplate=f"layer {names[row]}<br>%{{x:.0f}}°<extra></extra>",
                showlegend=False,
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[median, median],
                y=[row, row + 0.9],
                mode="lines",
                line={"color": colour, "width": 2.5},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        figure.add_annotation(
            x=124, y=row + 0.3, text=f"median {median:.0f}°", showarrow=False, xanchor="right"
        )
    degrees, density = null
    figure.add_trace(
        go.Scatter(
            x=degrees,
            y=density * 0.85,
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


def _baseline(row: int) -> go.Scatter:
    return go.Scatter(
        x=[0, 180],
        y=[row, row],
        line={"color": NEUTRAL, "width": 0.6},
        hoverinfo="skip",
        showlegend=False,
    )
