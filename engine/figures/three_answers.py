"""What each of three stages says of a text: the words that surprise it most, and the labels that
it gives, if it has any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, NEUTRAL, layout, text

GAP = 0.09  # between columns, as a share of the width
UPPER, LOWER = (0.4, 0.82), (0.0, 0.24)  # of the height


@dataclass(frozen=True)
class StageAnswer:
    """A column."""

    title: str
    facts: str  # below the title
    surprising: Sequence[tuple[str, float]]  # (word, bits), the most surprising first
    labels: Sequence[tuple[str, float]] = field(default=())  # (name, probability)
    no_labels: str = ""  # why there are none


def three_answers(columns: Sequence[StageAnswer]) -> go.Figure:
    """The columns side by side: above surprise, on one scale for all; below the labels."""
    shape = layout(height=580)
    shape["margin"] |= {"l": 96, "t": 16, "b": 40}
    shape["annotations"] = []
    most = max((bits for c in columns for _, bits in c.surprising), default=1.0)
    traces: list[dict[str, Any]] = []
    width = (1 - GAP * (len(columns) - 1)) / len(columns)
    for place, column in enumerate(columns):
        left = place * (width + GAP)
        across = (left + (0.02 if place else 0), min(1.0, left + width))  # rounding goes over
        shape["annotations"] += _head(column, across[0])
        _add(shape, 2 * place + 1, across, UPPER, [0, 1.25 * most])
        _add(shape, 2 * place + 2, across, LOWER, [0, 1.3])
        rows = [(word, bits, f"{bits:.1f}") for word, bits in column.surprising]
        traces.append(_bars(shape, 2 * place + 1, rows, NEUTRAL))
        chances = [(name, p, f"{p:.2f}") for name, p in column.labels]
        traces.append(_bars(shape, 2 * place + 2, chances, CATEGORICAL[0]))
        if not column.labels:
            shape["annotations"].append(_note(column.no_labels, across))
    return go.Figure(data=traces, layout=shape)


def _head(column: StageAnswer, left: float) -> list[dict[str, Any]]:
    shared = {"showarrow": False, "xref": "paper", "yref": "paper", "xanchor": "left", "x": left}
    labels = "chance of each label"
    return [
        {**shared, "text": f"<b>{text(column.title, 40)}</b><br>{text(column.facts, 44)}"
         "<br>most surprising words, in bits",
         "y": 1.0, "yanchor": "top", "align": "left"},
        {**shared, "text": labels, "y": LOWER[1] + 0.03, "yanchor": "bottom"},
    ]  # fmt: skip


def _add(
    shape: dict[str, Any], number: int, across: tuple[float, float], up: tuple[float, float],
    span: Sequence[float],
) -> None:  # fmt: skip
    name = "" if number == 1 else str(number)
    shape[f"xaxis{name}"] = {
        "domain": list(across), "anchor": f"y{name}", "range": list(span), "zeroline": False,
        "showticklabels": False, "showgrid": False, "title": {"text": ""},
    }  # fmt: skip
    shape[f"yaxis{name}"] = {
        "domain": list(up), "anchor": f"x{name}", "autorange": "reversed", "showgrid": False,
        "zeroline": False,
    }  # fmt: skip


def _bars(
    shape: dict[str, Any], number: int, rows: Sequence[tuple[str, float, str]], colour: str
) -> dict[str, Any]:
    name = "" if number == 1 else str(number)
    shape[f"yaxis{name}"] |= {
        "tickvals": list(range(len(rows))), "ticktext": [text(word, 14) for word, *_ in rows],
        "range": [len(rows) - 0.5, -0.5], "autorange": False,
    }  # fmt: skip
    return {
        "type": "bar", "orientation": "h", "xaxis": f"x{name}", "yaxis": f"y{name}",
        "x": [value for _, value, _ in rows], "y": list(range(len(rows))),
        "marker": {"color": colour}, "text": [told for *_, told in rows],
        "textposition": "outside", "cliponaxis": False, "showlegend": False, "hoverinfo": "skip",
    }  # fmt: skip


def _note(words: str, across: tuple[float, float]) -> dict[str, Any]:
    return {
        "text": text(words, 24), "showarrow": False, "xref": "paper", "yref": "paper",
        "x": across[0], "xanchor": "left", "y": LOWER[1] - 0.02, "yanchor": "top",
        "align": "left", "font": {"color": NEUTRAL},
    }  # fmt: skip
