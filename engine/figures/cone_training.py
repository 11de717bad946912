"""A quantity while nets learn: a line a training, word2vec on the left, a biLM on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout

LEFT, RIGHT = (0.0, 0.46), (0.56, 1.0)
DASHES = ("solid", "dash", "dot", "dashdot")
SYMBOLS = ("circle", "diamond", "square", "triangle-up")


@dataclass(frozen=True)
class Learning:
    """One quantity of one training."""

    steps: Sequence[int]
    values: Sequence[float]
    told: str  # when one points at it


def cone_training(
    left: Mapping[str, Sequence[Learning]],
    right: Mapping[str, Sequence[Learning]],
    y_title: str,
) -> go.Figure:
    """A colour, dash and symbol a setting; its seeds are alike.

    Args:
        left, right: setting or layer -> its trainings; an empty panel is left out.
    """
    both = bool(left) and bool(right)
    shape = layout(height=440, x_title="batches", y_title=y_title)
    shape["yaxis"] |= {"zeroline": True, "zerolinecolor": NEUTRAL}
    if both:
        shape["xaxis"] |= {"domain": list(LEFT)}
        shape["xaxis2"] = {
            "domain": list(RIGHT), "anchor": "y2", "title": {"text": "batches"}, "zeroline": False,
        }  # fmt: skip
        shape["yaxis2"] = {
            "anchor": "x2", "matches": "y", "zeroline": True, "zerolinecolor": NEUTRAL,
        }  # fmt: skip
    traces = []
    for number, (name, trainings) in enumerate([*left.items(), *right.items()]):
        on_right = both and number >= len(left)
        traces += _lines(name, trainings, number, "2" if on_right else "")
    return go.Figure(data=traces, layout=shape)


def _lines(
    name: str, trainings: Sequence[Learning], number: int, axis: str
) -> list[dict[str, Any]]:
    colour = CATEGORICAL[number % len(CATEGORICAL)]
    return [
        {
            "type": "scatter", "mode": "lines+markers", "name": name, "legendgroup": name,
            "showlegend": place == 0, "x": list(one.steps), "y": list(one.values),
            "xaxis": f"x{axis}", "yaxis": f"y{axis}",
            "line": {"color": colour, "width": 2.5, "dash": DASHES[number % len(DASHES)]},
            "marker": {"symbol": SYMBOLS[number % len(SYMBOLS)], "size": 6},
            "opacity": 1.0 if place == 0 else 0.55,
            "hovertemplate": f"{one.told}<br>batch %{{x:,}}: %{{y:.3f}}<extra></extra>",
        }
        for place, one in enumerate(trainings)
    ]  # fmt: skip
