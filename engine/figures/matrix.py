"""All pairs of one word's occurrences as a matrix of cosines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import SEQUENTIAL, layout, text


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
    matrix = {
        "type": "heatmap",
        "z": cosines,
        "x": labels,
        "y": labels,
        "text": hover,
        "hovertemplate": "%{text}<br>cosine %{z:.3f}<extra></extra>",
        "texttemplate": "%{z:.2f}" if len(labels) <= 12 else None,
        "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
        "zmin": min(baseline, float(cosines.min())),
        "zmax": 1.0,
        "colorbar": {"title": {"text": "cosine"}},
    }
    shape = layout(height=460, x_title="occurrence", y_title="occurrence")
    shape["xaxis"] |= {"type": "category", "constrain": "domain"}
    shape["yaxis"] |= {"type": "category", "autorange": "reversed", "scaleanchor": "x"}
    return go.Figure(data=[matrix], layout=shape)
