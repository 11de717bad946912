"""How the cosines of pairs are distributed in several models, each beside random directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import layout, model_colour, text, translucent


@dataclass(frozen=True)
class CosineShares:
    """One model's pairs: shares in equal bins of the cosine from -1 to 1."""

    model: str
    title: str
    share: np.ndarray  # (n_bins,)
    isotropic: np.ndarray  # (n_bins,): random directions of the same width
    mean: float


def cosine_histograms(models: Sequence[CosineShares]) -> go.Figure:
    """A filled curve a model, its null dotted in its colour."""
    shape = layout(
        height=440,
        x_title="cosine of two words (0 = at right angles, 1 = one direction)",
        y_title="share of pairs",
    )
    shape["xaxis"] |= {"range": [-0.7, 1.0]}
    shape["yaxis"] |= {"tickformat": ".0%", "rangemode": "tozero"}
    return go.Figure(data=[trace for one in models for trace in _traces(one)], layout=shape)


def _traces(one: CosineShares) -> Iterator[dict[str, Any]]:
    edges = np.linspace(-1.0, 1.0, len(one.share) + 1)
    middles, colour = (edges[:-1] + edges[1:]) / 2, model_colour(one.model)
    yield {
        "type": "scatter", "x": middles, "y": one.share, "name": text(f"{one.title}"),
        "fill": "tozeroy", "fillcolor": translucent(colour, 0.25),
        "line": {"color": colour, "width": 3},
        "hovertemplate": f"%{{x:.2f}}: %{{y:.1%}}<extra>{text(one.title)}</extra>",
    }  # fmt: skip
    yield {
        "type": "scatter", "x": middles, "y": one.isotropic,
        "name": text(f"random directions, as wide as {one.title}"),
        "line": {"color": colour, "width": 2, "dash": "dot"}, "hoverinfo": "skip",
    }  # fmt: skip
    yield {
        "type": "scatter", "x": [one.mean, one.mean], "y": [0, float(one.share.max())],
        "mode": "lines", "line": {"color": colour, "width": 2, "dash": "dash"},
        "hovertemplate": f"mean {one.mean:.3f}<extra>{text(one.title)}</extra>",
        "showlegend": False,
    }  # fmt: skip
