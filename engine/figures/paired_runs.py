"""Runs with and without a trick: each pair as a line between two points, and the mean difference
with its interval beside them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
ROOM = 0.05  # of accuracy, beyond what is drawn


@dataclass(frozen=True)
class PairedAccuracies:
    """The pairs of one text."""

    without: Sequence[float]  # (n_pairs,), in [0, 1]
    with_it: Sequence[float]  # (n_pairs,)
    seeds: Sequence[int]  # (n_pairs,)
    difference: tuple[float, float, float]  # mean, and 95 % interval; NaN bounds for one pair


def paired_runs(by_text: Mapping[str, PairedAccuracies], names: tuple[str, str]) -> go.Figure:
    """Left: accuracy without and with the trick. Right: the mean difference.

    Args:
        by_text: title of a text -> its pairs.
        names: what stands under the two columns, without and with the trick.
    """
    shape = layout(height=440, y_title="accuracy")
    shape["xaxis"] |= {
        "domain": [0, 0.54], "range": [-0.25, 1.25], "tickvals": [0, 1],
        "ticktext": [text(name, 24) for name in names],
    }  # fmt: skip
    every = [value for of in by_text.values() for value in (*of.without, *of.with_it)]
    shape["yaxis"] |= {"tickformat": ".2f", "range": [min(every) - ROOM, max(every) + ROOM]}
    shape["xaxis2"] = {
        "domain": [0.66, 1], "anchor": "y2", "range": [-0.5, len(by_text) - 0.5],
        "tickvals": list(range(len(by_text))), "ticktext": [text(name, 14) for name in by_text],
        "zeroline": False,
    }  # fmt: skip
    shape["yaxis2"] = {
        "anchor": "x2", "title": {"text": "difference"}, "tickformat": "+.2f", "zeroline": False,
        "range": _around_zero([edge for of in by_text.values() for edge in of.difference]),
    }  # fmt: skip
    shape["shapes"] = [
        {
            "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
            "x0": 0, "x1": 1, "xref": "x2 domain", "y0": 0, "y1": 0, "yref": "y2",
        }
    ]  # fmt: skip
    traces: list[dict[str, Any]] = []
    for place, (title, pairs) in enumerate(by_text.items()):
        traces += _pairs(title, pairs, place)
        traces.append(_difference(pairs, place))
    return go.Figure(data=traces, layout=shape)


def _around_zero(edges: Sequence[float]) -> list[float]:
    """A range that shows all edges and is the same to both sides.

    >>> _around_zero([0.02, -0.04, math.nan])
    [-0.09, 0.09]
    """
    most = max((abs(edge) for edge in edges if math.isfinite(edge)), default=0.0) + ROOM
    return [-most, most]


def _pairs(title: str, found: PairedAccuracies, place: int) -> list[dict[str, Any]]:
    colour, symbol = CATEGORICAL[place % len(CATEGORICAL)], SYMBOLS[place % len(SYMBOLS)]
    return [
        {
            "type": "scatter", "mode": "lines+markers", "x": [0, 1], "y": [before, after],
            "name": text(title), "legendgroup": title, "showlegend": number == 0,
            "line": {"color": colour, "width": 2},
            "marker": {"symbol": symbol, "size": 11},
            "hovertemplate": f"seed {seed}: %{{y:.3f}}<extra>{text(title)}</extra>",
        }
        for number, (before, after, seed) in enumerate(
            zip(found.without, found.with_it, found.seeds, strict=True)
        )
    ]  # fmt: skip


def _difference(found: PairedAccuracies, place: int) -> dict[str, Any]:
    mean, low, high = found.difference
    trace: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "x": [place], "y": [mean], "xaxis": "x2",
        "yaxis": "y2", "showlegend": False,
        "marker": {"symbol": SYMBOLS[place % len(SYMBOLS)], "size": 14,
                   "color": CATEGORICAL[place % len(CATEGORICAL)]},
        "hovertemplate": "%{y:+.3f}<extra></extra>",
    }  # fmt: skip
    if low == low:  # NaN for a single pair
        trace["error_y"] = {
            "type": "data", "symmetric": False, "array": [high - mean], "arrayminus": [mean - low],
            "width": 6, "thickness": 2.5,
        }  # fmt: skip
    return trace
