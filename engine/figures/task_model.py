"""The task model's figures: accuracy by number of labels, and each model as a row of blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import (
    CATEGORICAL,
    NEUTRAL,
    layout,
    model_colour,
    model_marker,
    text,
)

# Where a block's weights come from. A colour never stands alone: each block names its kind.
START_COLOURS = {"random": CATEGORICAL[1], "frozen": CATEGORICAL[5], "tuned": CATEGORICAL[2]}
START_NAMES = {
    "random": "random at first: labels teach all of it",
    "frozen": "pretrained, frozen",
    "tuned": "pretrained, then tuned by the labels",
}
ON_COLOUR = "#14171C"  # on all of them at least 4.5:1, whatever the page's theme
ROW_HEIGHT, BLOCK_WIDTH, BLOCK_HEIGHT = 96, 0.86, 0.8  # pixels; shares of a cell


@dataclass(frozen=True)
class AccuracyCurve:
    """Accuracy of one input by number of labels; (n_sizes,) each, over the seeds."""

    title: str
    model: str  # whose colour and marker it has; "" = no pretrained model
    start: str  # "random", "frozen" or "tuned"
    n_labels: Sequence[int]
    mean: Sequence[float]
    lowest: Sequence[float]
    highest: Sequence[float]


def accuracy_by_labels(curves: Sequence[AccuracyCurve], target: float) -> go.Figure:
    """One line an input over a logarithmic axis; bars from the lowest to the highest seed.

    Args:
        target: the accuracy that is compared, drawn as a level line, in [0, 1].
    """
    shape = layout(height=520, x_title="labelled reviews", y_title="accuracy on test reviews")
    sizes = sorted({n for curve in curves for n in curve.n_labels})
    shape["xaxis"] |= {
        "type": "log",
        "tickvals": sizes,
        "ticktext": [f"{n:,}" for n in sizes],
    }
    shape["yaxis"]["tickformat"] = ".2f"
    shape["shapes"] = [
        {
            "type": "line",
            "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
            **{"x0": 0, "x1": 1, "xref": "x domain", "y0": target, "y1": target, "yref": "y"},
        }
    ]
    return go.Figure(data=[_line(curve) for curve in curves], layout=shape)


def block_diagram(rows: Mapping[str, Sequence[tuple[str, str, int]]]) -> go.Figure:
    """Each model from left to right, coloured by where its weights come from.

    Args:
        rows: title -> (name, "random" / "frozen" / "tuned", number of weights) of its blocks, the
            last ones the same in all rows.
    """
    n_columns = max(map(len, rows.values()))
    shapes: list[dict[str, Any]] = []
    places: dict[str, list[tuple[int, int, str]]] = {start: [] for start in START_COLOURS}
    for y, blocks in enumerate(rows.values()):
        first = n_columns - len(blocks)  # the blocks that all share stand below each other
        for x, (name, start, n_weights) in enumerate(blocks, first):
            shapes.append(_box(x, y, START_COLOURS[start]))
            if x > first:
                shapes.append(_link(x, y))
            label = f"<b>{text(name, 20)}</b><br>{n_weights:,}<br>{start}"
            places[start].append((x, y, label))
    shape = layout(height=110 + ROW_HEIGHT * len(rows))
    shape["margin"] |= {"l": 170, "b": 12}
    shape["xaxis"] |= {"visible": False, "range": [-0.5, n_columns - 0.5], "fixedrange": True}
    shape["yaxis"] |= {
        "range": [len(rows) - 0.5, -0.5],
        "tickvals": list(range(len(rows))),
        "ticktext": [text(title, 22) for title in rows],
        "tickfont": {"size": 14},
        "showgrid": False,
        "fixedrange": True,
    }
    shape["shapes"] = shapes
    found = {start: labels for start, labels in places.items() if labels}
    traces = [*map(_legend_entry, found), *(_labels(labels) for labels in found.values())]
    return go.Figure(data=traces, layout=shape)


def _line(curve: AccuracyCurve) -> dict[str, Any]:
    colour = model_colour(curve.model) if curve.model else NEUTRAL
    marker = model_marker(curve.model) if curve.model else "hexagon2"
    frozen = curve.start == "frozen"
    return {
        "type": "scatter",
        "x": list(curve.n_labels),
        "y": list(curve.mean),
        "name": curve.title,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2.5, "dash": "dash" if frozen else "solid"},
        "marker": {"symbol": f"{marker}-open" if frozen else marker, "size": 11},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [h - m for h, m in zip(curve.highest, curve.mean, strict=True)],
            "arrayminus": [m - low for low, m in zip(curve.lowest, curve.mean, strict=True)],
            "width": 3,
        },
        "hovertemplate": "%{x:,} labels<br>accuracy %{y:.3f}",
    }


def _box(x: int, y: int, colour: str) -> dict[str, Any]:
    half, height = BLOCK_WIDTH / 2, BLOCK_HEIGHT / 2
    return {
        "type": "rect",
        "x0": x - half,
        "x1": x + half,
        "y0": y - height,
        "y1": y + height,
        "line": {"color": colour, "width": 2},
        "fillcolor": colour,
        "layer": "below",
    }


def _link(x: int, y: int) -> dict[str, Any]:
    """From the block before to the block at x."""
    return {
        "type": "line",
        "x0": x - 1 + BLOCK_WIDTH / 2,
        "x1": x - BLOCK_WIDTH / 2,
        "y0": y,
        "y1": y,
        "line": {"color": NEUTRAL, "width": 2},
    }


def _legend_entry(start: str) -> dict[str, Any]:
    """A kind of block in the legend; nothing in the figure."""
    return {
        "type": "scatter",
        "x": [None],
        "y": [None],
        "name": START_NAMES[start],
        "mode": "markers",
        "marker": {"symbol": "square", "size": 14, "color": START_COLOURS[start]},
    }


def _labels(places: Sequence[tuple[int, int, str]]) -> dict[str, Any]:
    """What stands in the blocks of one kind."""
    return {
        "type": "scatter",
        "x": [x for x, _, _ in places],
        "y": [y for _, y, _ in places],
        "text": [label for _, _, label in places],
        "mode": "text",
        "textposition": "middle center",
        "textfont": {"size": 14, "color": ON_COLOUR},
        "showlegend": False,
        "hoverinfo": "skip",
    }
