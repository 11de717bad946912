"""A training in stages as one picture: how fast each layer group learns in each batch, and the
loss below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, SEQUENTIAL, layout, text

UPPER, LOWER = (0.46, 0.9), (0.0, 0.36)  # of the panels, as shares of the height


@dataclass(frozen=True)
class StageSpan:
    """A stage on the axis of batches."""

    title: str
    first: int  # batches done before it
    last: int  # and after its last one


def run_batches(
    groups: Sequence[str], steps: Sequence[int], rates: Sequence[Sequence[float]],
    losses: Sequence[float], stages: Sequence[StageSpan], at: int,
) -> go.Figure:  # fmt: skip
    """A row a layer group, empty where the group is frozen; a line through the batch that is spoken
    of.

    Args:
        groups: titles, bottom to top.
        steps: number of each batch, from 1.
        rates: (n_groups, n_batches), learning rates; 0 where a group is frozen or not there.
        losses: of each batch, nats.
        stages: that have batches.
        at: batches done.
    """
    shape = layout(height=520, y_title="loss, nats", x_title="batches of the run")
    shape["margin"] |= {"l": 100, "t": 16}
    x = {"range": [0, steps[-1] + 0.5], "zeroline": False, "showgrid": False}
    shape["xaxis"] |= {**x, "anchor": "y"}
    shape["yaxis"] |= {"domain": list(LOWER), "rangemode": "tozero"}
    shape["xaxis2"] = {**x, "anchor": "y2", "matches": "x", "showticklabels": False}
    shape["yaxis2"] = {
        "domain": list(UPPER), "anchor": "x2", "tickvals": list(range(len(groups))),
        "ticktext": list(groups), "zeroline": False, "showgrid": False,
        "range": [-0.5, len(groups) - 0.5],
    }  # fmt: skip
    shape["shapes"] = [
        *(_upright(span.first + 0.5, {"dash": "dot", "color": NEUTRAL, "width": 1.5})
          for span in stages if span.first),
        _upright(at + 0.5, {"color": CATEGORICAL[1], "width": 2.5}),
    ]  # fmt: skip
    shape["annotations"] = [_title(span) for span in stages] + [_here(at, steps[-1])]
    loss = [
        _loss([(step, one) for step, one in zip(steps, losses, strict=True)
               if span.first < step <= span.last])
        for span in stages
    ]  # fmt: skip
    return go.Figure(data=[_heat(steps, rates), *loss], layout=shape)


def _loss(points: Sequence[tuple[int, float]]) -> dict[str, Any]:
    """Of one stage: the loss of another is one of something else."""
    return {
        "type": "scatter", "mode": "lines", "x": [x for x, _ in points],
        "y": [y for _, y in points], "line": {"color": CATEGORICAL[0], "width": 2},
        "showlegend": False, "hovertemplate": "batch %{x:,}<br>loss %{y:.3g}<extra></extra>",
    }  # fmt: skip


def _heat(steps: Sequence[int], rates: Sequence[Sequence[float]]) -> dict[str, Any]:
    powers = [[math.log10(rate) if rate > 0 else None for rate in row] for row in rates]
    told = [power for row in powers for power in row if power is not None]
    low, high = math.floor(min(told)), math.ceil(max(told))
    return {
        "type": "heatmap", "x": list(steps), "y": list(range(len(rates))), "z": powers,
        "customdata": [list(row) for row in rates], "xaxis": "x2", "yaxis": "y2",
        "zmin": low, "zmax": high, "colorscale": list(SEQUENTIAL), "ygap": 3, "hoverongaps": False,
        "colorbar": {
            "title": {"text": "learning rate", "side": "right"},
            "len": UPPER[1] - UPPER[0] + 0.1, "y": UPPER[1] + 0.04, "yanchor": "top",
            "tickvals": list(range(low, high + 1)),
            "ticktext": [f"10<sup>{power}</sup>" for power in range(low, high + 1)],
        },
        "hovertemplate": "batch %{x:,}<br>rate %{customdata:.3g}<extra></extra>",
    }  # fmt: skip


def _upright(x: float, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "line", "line": line, "x0": x, "x1": x, "xref": "x", "y0": 0, "y1": UPPER[1],
        "yref": "paper",
    }  # fmt: skip


def _title(span: StageSpan) -> dict[str, Any]:
    return {
        "text": f"<b>{text(span.title, 30)}</b>", "x": (span.first + span.last) / 2, "xref": "x",
        "y": UPPER[1], "yref": "paper", "yanchor": "bottom", "showarrow": False,
        "font": {"size": 15},
    }  # fmt: skip


def _here(at: int, last: int) -> dict[str, Any]:
    """What the line stands for, on the side of it that has room."""
    is_left = at < last / 2
    return {
        "text": f"batch {at:,}", "x": at + 0.5, "xref": "x", "y": sum((UPPER[0], LOWER[1])) / 2,
        "yref": "paper", "showarrow": False, "xanchor": "left" if is_left else "right",
        "xshift": 6 if is_left else -6, "font": {"size": 14},
    }  # fmt: skip
