"""Neighbours as a list of bars, nearest first: the shorter, the nearer."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

ROW, AROUND = 36, 110  # pixels
ROOM = 1.18  # of the longest bar, for its number
PATTERNS = ("", "/", "x", ".", "-")  # a colour never stands alone


@dataclass(frozen=True)
class Bar:
    """One neighbour."""

    label: str  # may hold "\0word\0", which is set in bold
    group: str  # its sense, or ""
    told: str  # shown on hovering
    cosine: float


def distance_bars(bars: Sequence[Bar], baseline: float | None = None) -> go.Figure:
    """A bar a neighbour, as long as its cosine distance, the cosine at its end.

    Args:
        bars: nearest first.
        baseline: mean cosine of two random words, a line to compare with.
    """
    rows = list(range(len(bars)))
    groups = list(dict.fromkeys(bar.group for bar in bars))
    traces: list[dict[str, Any]] = []
    for number, group in enumerate(sorted(groups)):
        chosen = [i for i in rows if bars[i].group == group]
        traces.append(
            {
                "type": "bar", "orientation": "h", "name": text(group, 30) or "neighbours",
                "showlegend": len(groups) > 1 or bool(group), "width": 0.6,
                "y": chosen, "x": [max(1 - bars[i].cosine, 0.0) for i in chosen],
                "text": [f"{bars[i].cosine:.2f}" for i in chosen], "textposition": "outside",
                "cliponaxis": False,
                "marker": {
                    "color": CATEGORICAL[number % len(CATEGORICAL)],
                    "pattern": {"shape": PATTERNS[number % len(PATTERNS)], "solidity": 0.25},
                },
                "customdata": [text(bars[i].told) for i in chosen],
                "hovertemplate": "%{customdata}<br>cosine %{text}<extra></extra>",
            }
        )  # fmt: skip
    shape = layout(height=ROW * len(bars) + AROUND, x_title="cosine distance")
    longest = max([1 - bar.cosine for bar in bars] + ([1 - baseline] if baseline else []))
    shape["margin"]["t"] = 56
    if baseline is not None:  # the label of its line stands over the bars
        shape["legend"] |= {"y": 1.02, "x": 0, "xanchor": "right"}
    shape["xaxis"] |= {"range": [0, max(longest, 0.01) * ROOM]}
    shape["yaxis"] |= {
        "tickvals": rows, "ticktext": [_marked(bar.label) for bar in bars],
        "range": [len(bars) - 0.4, -0.6], "automargin": True, "tickfont": {"size": 15},
    }  # fmt: skip
    if baseline is not None:
        _draw_baseline(shape, baseline)
    return go.Figure(data=traces, layout=shape)


def _draw_baseline(shape: dict[str, Any], baseline: float) -> None:
    """A line where two random words would end."""
    shape["shapes"] = [
        {
            "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
            "x0": 1 - baseline, "x1": 1 - baseline, "y0": 0, "y1": 1, "yref": "y domain",
        }
    ]  # fmt: skip
    shape["annotations"] = [
        {
            "text": f"two random words: {baseline:.2f}", "showarrow": False,
            "font": {"size": 13, "color": NEUTRAL}, "x": 1 - baseline, "xanchor": "right",
            "y": 1, "yref": "y domain", "yanchor": "bottom", "xshift": 8,
        }
    ]  # fmt: skip


def _marked(label: str) -> str:
    """The label with its word in bold, everything escaped."""
    parts = label.split("\0")
    escaped = [html.escape(part, quote=False) for part in parts]
    return "".join(f"<b>{p}</b>" if i % 2 else p for i, p in enumerate(escaped))
