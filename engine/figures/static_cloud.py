"""A still picture of one layer of a cloud, for browsers without WebGL2 and for print."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures.packet import Layout
from engine.figures.theme import SEQUENTIAL, text
from engine.figures.theme import layout as common_layout

MAX_POINTS = 3_000


def static_cloud(
    layout: Layout, layer: int, words: Sequence[str], colours: np.ndarray,
    title: str = "cosine to the axis", *, seed: int = 0,
) -> go.Figure:  # fmt: skip
    """Two dimensions of the layout; the cone is seen from the side, so that its opening shows.

    Args:
        layer: which layer.
        colours: of each word at this layer, (n,), such as its cosine with the mean direction.
        title: what that is.
    """
    places = (layout.places[layer].astype(np.float64) / 65535 * 2 - 1) * layout.scale
    shown = np.sort(np.random.default_rng(seed).permutation(len(places))[:MAX_POINTS])
    across, up = (0, 2) if layout.kind == "cone" else (0, 1)
    figure = go.Figure(
        go.Scattergl(
            x=places[shown, across],
            y=places[shown, up],
            mode="markers",
            text=[text(words[row]) for row in shown],
            customdata=colours[shown],
            showlegend=False,
            hovertemplate=f"%{{text}}<br>{title} %{{customdata:.2f}}<extra></extra>",
            marker={
                "size": 5,
                "color": colours[shown],
                "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
                "colorbar": {"title": {"text": text(title, 12)}},
                "opacity": 0.75,
            },
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[0],
            y=[0],
            mode="markers+text",
            text=["origin"],
            textposition="top center",
            marker={"symbol": "cross", "size": 11},
            showlegend=False,
        )
    )
    titles = (
        ("across the axis", "along the axis") if layout.kind == "cone" else ("axis 1", "axis 2")
    )
    figure.update_layout(common_layout(height=520, x_title=titles[0], y_title=titles[1]))
    figure.update_yaxes(scaleanchor="x")
    return figure
