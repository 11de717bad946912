"""Scores of ours, of baselines and of papers, one below the other on one axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, model_marker, text

ROW, AROUND = 40, 130  # pixels: a row, and what stands above and below all of them
OURS, BASELINE, PUBLISHED = "ours", "baseline", "published"
MARKERS = {BASELINE: "line-ns-open", PUBLISHED: "circle-open"}


@dataclass(frozen=True)
class ScoreRow:
    """One score in [0, 1]; without an interval its bounds are NaN."""

    label: str
    whose: str  # OURS, BASELINE or PUBLISHED
    value: float
    low: float = math.nan  # 95 % interval
    high: float = math.nan
    model: str = ""  # whose colour and marker it has, of ours


def score_rows(
    rows: Sequence[ScoreRow], x_title: str, reference: float, reference_label: str
) -> go.Figure:
    """The rows from top to bottom: ours in their models' colours, the others open and grey.

    Args:
        rows: the scores.
        x_title: what is measured.
        reference: what knowing nothing would reach, as a line.
        reference_label: its name.
    """
    shape = layout(height=ROW * len(rows) + AROUND, x_title=x_title)
    shape["margin"]["t"] = 48
    shape["xaxis"] |= {"range": [0.3, 1.0], "tickformat": ".1f"}
    shape["yaxis"] |= {
        "tickvals": list(range(len(rows))), "range": [len(rows) - 0.5, -0.9], "automargin": True,
        "ticktext": [_label(row) for row in rows],
    }  # fmt: skip
    shape["shapes"] = [
        {
            "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
            "x0": reference, "x1": reference, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain",
        }
    ]  # fmt: skip
    shape["annotations"] = [
        {
            "text": reference_label, "font": {"color": NEUTRAL, "size": 13}, "showarrow": False,
            "x": reference, "xref": "x", "xanchor": "left", "y": 1, "yref": "y domain",
            "yanchor": "bottom",
        }
    ]  # fmt: skip
    shape["showlegend"] = False
    return go.Figure(data=[_trace(number, row) for number, row in enumerate(rows)], layout=shape)


def _label(row: ScoreRow) -> str:
    return text(f"{row.label} (published)" if row.whose == PUBLISHED else row.label, 44)


def _trace(number: int, row: ScoreRow) -> dict[str, Any]:
    ours = row.whose == OURS
    known = not math.isnan(row.low)
    told = f" [{row.low:.3f}, {row.high:.3f}]" if known else ""
    return {
        "type": "scatter", "mode": "markers+text", "name": row.label, "x": [row.value],
        "y": [number], "text": [f"{row.value:.3f}"], "textposition": "top center",
        "marker": {
            "symbol": model_marker(row.model) if ours else MARKERS[row.whose], "size": 13,
            "color": model_colour(row.model) if ours else NEUTRAL, "line": {"width": 2},
        },
        "error_x": {
            "type": "data", "symmetric": False, "thickness": 2.5, "width": 6,
            "array": [row.high - row.value], "arrayminus": [row.value - row.low],
        } if known else None,
        "hovertemplate": f"{text(row.label)}, {row.whose}<br>{row.value:.3f}{told}<extra></extra>",
    }  # fmt: skip
