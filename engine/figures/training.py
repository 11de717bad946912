"""Curves over a training run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from engine.errors import ShapeError
from engine.figures.theme import layout

DASHES = ("solid", "dash", "dot", "dashdot")
GAP = 0.12  # between panels, as a share of the width
LOGARITHMIC = "perplexity"  # a ratio: each halving counts alike


def validation_curve(
    steps: Sequence[int], figures: Mapping[str, Sequence[float]], colour: str
) -> go.Figure:
    """What was measured on the validation text as the steps went by: a panel for each kind of
    figure, a line for each figure of the kind.

    Args:
        steps: batches done at each measurement, (n,).
        figures: name -> values, (n,) each; the name's last word is its kind, as in
            "forward_perplexity".
    Raises:
        ShapeError: more figures of one kind than lines can be told apart.
    """
    kinds = list(dict.fromkeys(_kind(name) for name in figures))
    shape = layout(height=260)
    traces = []
    for number, kind in enumerate(kinds, 1):
        of_kind = [name for name in figures if _kind(name) == kind]
        if len(of_kind) > len(DASHES):
            raise ShapeError(f"A panel holds {len(DASHES)} lines; got {len(of_kind)} of {kind}.")
        axis = "" if number == 1 else str(number)
        values = [value for name in of_kind for value in figures[name]]
        shape |= _axes(kind, axis, _domain(number - 1, len(kinds)), values)
        traces += [
            {
                "type": "scatter",
                "x": list(steps),
                "y": list(figures[name]),
                "name": name.replace("_", " "),
                "mode": "lines+markers",
                "line": {"color": colour, "width": 2.5, "dash": dash},
                "xaxis": f"x{axis}",
                "yaxis": f"y{axis}",
                "hovertemplate": "step %{x:,}<br>%{y:.3g}",
            }
            for name, dash in zip(of_kind, DASHES, strict=False)  # there are dashes to spare
        ]
    return go.Figure(data=traces, layout=shape)


def _kind(name: str) -> str:
    return name.rpartition("_")[2]


def _domain(number: int, n_panels: int) -> list[float]:
    width = (1 - GAP * (n_panels - 1)) / n_panels
    start = number * (width + GAP)
    return [start, start + width]


def _axes(kind: str, axis: str, domain: list[float], values: Sequence[float]) -> dict[str, Any]:
    scale: dict[str, Any] = {}
    if kind == LOGARITHMIC:
        scale = {"type": "log", "tickvals": _round_numbers(min(values), max(values))}
    return {
        f"xaxis{axis}": {
            "title": {"text": "steps (batches)"}, "zeroline": False, "domain": domain,
            "anchor": f"y{axis}",
        },
        f"yaxis{axis}": {
            "title": {"text": kind}, "zeroline": False, "anchor": f"x{axis}", **scale,
        },
    }  # fmt: skip


def _round_numbers(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten, from just below the lowest value to just above the
    highest: Plotly's own marks of a logarithmic axis leave their zeros out.

    >>> _round_numbers(4.7, 43.0)
    [2, 5, 10, 20, 50]
    """
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    marks = [factor * 10**power for power in powers for factor in (1, 2, 5)]
    below = max(mark for mark in marks if mark <= low)
    above = min(mark for mark in marks if mark >= high)
    return [mark for mark in marks if below <= mark <= above]
