"""All pairs of one word's occurrences as a matrix of cosines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import SEQUENTIAL, styled, text


def cosine_matrix(cosines: np.ndarray, sentences: Sequence[str], baseline: float) -> go.Figure:
    """Cosines between occurrences, numbered by sentence; the scale begins at the baseline of
    random words.

    Args:
        cosines: (n, n), symmetric.
        sentences: the sentence of each occurrence, shown on hovering.
        baseline: mean cosine of random words at this layer.
    """
    labels = [str(i + 1) for i in range(len(cosines))]
    hover = [[f"{text(a)}<br>— and —<br>{text(b)}" for b in sentences] for a in sentences]
    figure = go.Figure(
        go.Heatmap(
            z=cosines,
            x=labels,
            y=labels,
            text=hover,
            hovertemplate="%{text}<br>cosine %{z:.3f}<extra></extra>",
            texttemplate="%{z:.2f}" if len(labels) <= 12 else None,
            colorscale=[[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
            zmin=min(baseline, float(cosines.min())),
            zmax=1.0,
            colorbar={"title": {"text": "cosine"}},
        )
    )
    styled(figure, height=460, x_title="occurrence", y_title="occurrence")
    figure.update_yaxes(autorange="reversed", type="category", scaleanchor="x")
    figure.update_xaxes(type="category", constrain="domain")
    return figure
