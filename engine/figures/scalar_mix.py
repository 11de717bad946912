"""A scalar mix: the learnt weight of each layer, and beside it how often each layer alone, all
layers alike and the learnt mix are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

SYMBOLS = ("circle", "diamond", "square")
APART = 0.22  # between two tasks' marks, in places of the axis
LEFT_END, RIGHT_START = 0.4, 0.5  # of the panels, as shares of the width


@dataclass(frozen=True)
class TaskMarks:
    """One task; everything in [0, 1]."""

    title: str
    weights: Mapping[str, Sequence[float]]  # layer -> of each seed
    accuracies: Mapping[str, Sequence[float]]  # which layers -> of each seed
    word_alone: float  # accuracy of a reader that sees the word and nothing else


def scalar_mix(tasks: Sequence[TaskMarks]) -> go.Figure:
    """Two panels of points: each seed open, their mean filled.

    Args:
        tasks: all of the same layers.
    """
    layers, choices = list(tasks[0].weights), list(tasks[0].accuracies)
    shape = layout(height=440, x_title="layer", y_title="learnt weight")
    shape["margin"] |= {"t": 64, "b": 72}
    shape["legend"]["y"] = 1.12
    shape["xaxis"] |= _places([layer.partition(" ")[0] for layer in layers], 0, LEFT_END)
    shape["yaxis"] |= {"range": [-0.03, 1.03], "tickformat": ".1f"}
    shape["xaxis2"] = {
        **_places([_short(name, layers) for name in choices], RIGHT_START, 1), "anchor": "y2",
        "title": {"text": "layer, or mix of all"},
    }  # fmt: skip
    shape["yaxis2"] = {
        "anchor": "x2", "range": [-0.03, 1.03], "tickformat": ".1f", "zeroline": False,
        "title": {"text": "accuracy"},
    }  # fmt: skip
    shape["shapes"] = [_line(1 / len(layers), "x domain", "y", 0, 1)]
    shape["annotations"] = [
        {
            "text": "all alike", "font": {"color": NEUTRAL, "size": 13}, "showarrow": False,
            "x": 1, "xref": "x domain", "xanchor": "right", "y": 1 / len(layers), "yref": "y",
            "yanchor": "bottom",
        }
    ]  # fmt: skip
    traces: list[dict[str, Any]] = []
    for number, task in enumerate(tasks):
        shift = APART * (number - (len(tasks) - 1) / 2)
        traces += _marks(task, number, shift, list(task.weights.values()), "")
        traces += _marks(task, number, shift, list(task.accuracies.values()), "2")
        traces.append(_word_alone(task.word_alone, len(choices), shift, in_legend=number == 0))
    return go.Figure(data=traces, layout=shape)


def _short(name: str, layers: Sequence[str]) -> str:
    return name.partition(" ")[0] if name in layers else text(name, 8)


def _places(labels: Sequence[str], start: float, end: float) -> dict[str, Any]:
    return {
        "domain": [start, end], "tickvals": list(range(len(labels))), "ticktext": list(labels),
        "range": [-0.5, len(labels) - 0.5], "zeroline": False, "showgrid": False, "tickangle": 0,
    }  # fmt: skip


def _line(y: float, xref: str, yref: str, x0: float, x1: float) -> dict[str, Any]:
    return {
        "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5}, "x0": x0, "x1": x1,
        "xref": xref, "y0": y, "y1": y, "yref": yref,
    }  # fmt: skip


def _marks(
    task: TaskMarks, number: int, shift: float, values: Sequence[Sequence[float]], axis: str
) -> list[dict[str, Any]]:
    colour, symbol = CATEGORICAL[number % len(CATEGORICAL)], SYMBOLS[number % len(SYMBOLS)]
    shared = {
        "type": "scatter", "mode": "markers", "xaxis": f"x{axis}", "yaxis": f"y{axis}",
        "name": text(task.title), "legendgroup": task.title,
        "hovertemplate": f"%{{y:.3f}}<extra>{text(task.title)}</extra>",
    }  # fmt: skip
    means = [sum(of_seeds) / len(of_seeds) for of_seeds in values]
    seeds = [(place + shift, value) for place, of_seeds in enumerate(values) for value in of_seeds]
    return [
        {
            **shared, "x": [x for x, _ in seeds], "y": [y for _, y in seeds], "showlegend": False,
            "marker": {"symbol": f"{symbol}-open", "size": 8, "color": colour, "opacity": 0.8},
        },
        {
            **shared, "x": [place + shift for place in range(len(means))], "y": means,
            "showlegend": not axis, "marker": {"symbol": symbol, "size": 13, "color": colour},
        },
    ]  # fmt: skip


def _word_alone(accuracy: float, n_places: int, shift: float, *, in_legend: bool) -> dict[str, Any]:
    """A dash at each place, beside the task's own marks."""
    return {
        "type": "scatter", "mode": "markers", "xaxis": "x2", "yaxis": "y2",
        "name": "the word alone", "legendgroup": "word alone", "showlegend": in_legend,
        "x": [place + shift for place in range(n_places)], "y": [accuracy] * n_places,
        "marker": {"symbol": "line-ew-open", "size": 16, "color": NEUTRAL, "line": {"width": 3}},
        "hovertemplate": "%{y:.3f}<extra>the word alone</extra>",
    }  # fmt: skip
