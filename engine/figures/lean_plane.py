"""Occurrences of a word by their cosine with two other words; on the diagonal both are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, model_colour, model_marker, text

SYMBOLS = ("circle", "triangle-up", "cross", "star")
MARGIN = 0.03


@dataclass(frozen=True)
class Places:
    """Occurrences of one sense."""

    label: str
    cosines: np.ndarray  # (n, 2)
    sentences: tuple[str, ...]


def lean_plane(
    groups: Sequence[Places],
    fixed: Mapping[str, tuple[str, float, float]],
    titles: tuple[str, str],
    baseline: float,
    extent: np.ndarray,
) -> go.Figure:
    """A dot an occurrence, a large mark a static model, a cross where two random words stand.

    Args:
        groups: the occurrences, by sense.
        fixed: static model -> (its title, its two cosines).
        titles: of the axes.
        baseline: mean cosine of two random words.
        extent: (n, 2); all that must lie inside the axes, the same for every layer, so that
            layers can be compared.
    """
    low, high = float(extent.min()) - MARGIN, float(extent.max()) + MARGIN
    traces = [_occurrences(group, number) for number, group in enumerate(groups)]
    traces += [_static(model, *told) for model, told in fixed.items()]
    traces.append(
        {
            "type": "scatter", "mode": "markers", "name": "two random words",
            "x": [baseline], "y": [baseline],
            "marker": {"symbol": "x-thin", "size": 13, "line": {"width": 3, "color": NEUTRAL}},
            "hovertemplate": "%{x:.2f}<extra>two random words</extra>",
        }
    )  # fmt: skip
    shape = layout(height=560, x_title=titles[0], y_title=titles[1])
    shape["xaxis"] |= {"range": [low, high], "constrain": "domain"}
    shape["yaxis"] |= {"range": [low, high], "scaleanchor": "x", "constrain": "domain"}
    shape["shapes"] = [
        {
            "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
            "x0": low, "y0": low, "x1": high, "y1": high, "layer": "below",
        }
    ]  # fmt: skip
    shape["annotations"] = [
        _corner(f"nearer: {titles[1].split()[-1]}", 0.02, 0.97, "left"),
        _corner(f"nearer: {titles[0].split()[-1]}", 0.98, 0.03, "right"),
    ]
    return go.Figure(data=traces, layout=shape)


def _occurrences(group: Places, number: int) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers", "name": group.label,
        "x": group.cosines[:, 0].tolist(), "y": group.cosines[:, 1].tolist(),
        "marker": {
            "symbol": SYMBOLS[number % len(SYMBOLS)], "size": 12,
            "color": CATEGORICAL[number % len(CATEGORICAL)], "opacity": 0.8,
        },
        "text": [text(sentence) for sentence in group.sentences],
        "hovertemplate": "%{text}<br>%{x:.2f} · %{y:.2f}<extra></extra>",
    }  # fmt: skip


def _static(model: str, title: str, x: float, y: float) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "markers+text", "name": f"{title}: the one mouse",
        "x": [x], "y": [y], "text": [f"{title} "], "textposition": "middle left",
        "marker": {"symbol": model_marker(model), "size": 16, "color": model_colour(model)},
        "hovertemplate": "%{x:.2f} · %{y:.2f}<extra>" + title + "</extra>",
    }  # fmt: skip


def _corner(label: str, x: float, y: float, side: str) -> dict[str, Any]:
    return {
        "text": label, "showarrow": False, "font": {"size": 13, "color": NEUTRAL},
        "x": x, "y": y, "xref": "x domain", "yref": "y domain", "xanchor": side,
    }  # fmt: skip
