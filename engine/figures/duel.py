"""Two contexts of one word: a solid curve for their cosine, a shaded floor for what any two words
reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from engine.figures.curves import Axes, Curve, curves_by_layer


def duel(
    values: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    layer_names: Mapping[str, Sequence[str]],
    titles: Mapping[str, str],
) -> go.Figure:
    """Cosine (solid) and random-word baseline (dashed) by layer.

    Args:
        values: model name -> (cosines, baselines), one each per layer.
    """
    curves = {}
    for model, (cosines, baseline) in values.items():
        curves[model, "same word"] = Curve(cosines)
        curves[model, "random words"] = Curve(baseline, dashed=True)
    axes = Axes("cosine similarity", 1.0, "identical", (-0.08, 1.08))
    return curves_by_layer(curves, layer_names, axes, titles)
