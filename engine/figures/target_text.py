"""Two texts side by side: the words typical of each, how far apart their words are, how much of
each a vocabulary does not know, and how well a language model foretells each before and after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, DIVERGING, NEUTRAL, layout, text

TARGET, GENERAL = DIVERGING[-1], DIVERGING[0]
BOTH = "both"  # of what belongs to the two texts together
RIGHT = 0.64  # where the panels begin, as a share of the width


@dataclass(frozen=True)
class Bar:
    """A measured number with its interval, if it has one."""

    name: str
    value: float
    interval: tuple[float, float] | None
    of: str  # "target", "general" or BOTH


@dataclass(frozen=True)
class Panel:
    """A few numbers in one unit."""

    title: str
    bars: Sequence[Bar]
    number: str  # format of what is written at a bar


def target_text(
    typical: Sequence[tuple[str, float]], panels: Sequence[Panel], names: tuple[str, str]
) -> go.Figure:
    """Left: typical words as bars, the target's to the right. Right: the panels, one below the
    other.

    Args:
        typical: (word, z), the target's words first, the strongest first.
        names: of the target and of the general text.
    """
    shape = layout(height=max(460, 26 * len(typical) + 90))
    shape["margin"] |= {"l": 110, "r": 36, "b": 60}
    shape["xaxis"] |= {
        "domain": [0, RIGHT - 0.2], "title": {"text": "log-odds in standard errors"},
    }  # fmt: skip
    shape["yaxis"] |= {
        "autorange": "reversed", "tickvals": list(range(len(typical))),
        "ticktext": [text(word, 18) for word, _ in typical], "showgrid": False,
    }  # fmt: skip
    traces: list[dict[str, Any]] = []
    for name, sign, colour in ((names[0], 1, TARGET), (names[1], -1, GENERAL)):
        rows = [(row, z) for row, (_, z) in enumerate(typical) if z * sign > 0]
        traces.append(_words(f"typical of: {name}", rows, colour, sign))
    height = 1 / len(panels)
    for place, panel in enumerate(panels):
        top = 1 - place * height
        _add_panel(shape, traces, panel, place + 2, (top - height + 0.1, top - 0.07))
    shape["barmode"] = "overlay"
    return go.Figure(data=traces, layout=shape)


def _words(name: str, rows: Sequence[tuple[int, float]], colour: str, sign: int) -> dict[str, Any]:
    return {
        "type": "bar", "orientation": "h", "name": text(name), "x": [z for _, z in rows],
        "y": [row for row, _ in rows],
        "marker": {"color": colour, "pattern": {"shape": "" if sign > 0 else "/", "solidity": 0.2}},
        "text": [f"{z:+.0f}" for _, z in rows], "textposition": "outside", "cliponaxis": False,
        "constraintext": "none", "hovertemplate": "z = %{x:.1f}<extra></extra>",
    }  # fmt: skip


def _add_panel(
    shape: dict[str, Any], traces: list[dict[str, Any]], panel: Panel, number: int,
    domain: tuple[float, float],
) -> None:  # fmt: skip
    x, y = f"x{number}", f"y{number}"
    most = max(max(bar.value, bar.interval[1] if bar.interval else 0) for bar in panel.bars)
    shape[f"xaxis{number}"] = {
        "domain": [RIGHT + 0.1, 1], "anchor": y, "range": [0, 1.35 * most or 1], "zeroline": False,
        "showticklabels": False, "showgrid": False,
    }  # fmt: skip
    shape[f"yaxis{number}"] = {
        "domain": list(domain), "anchor": x, "autorange": "reversed", "showgrid": False,
        "tickvals": list(range(len(panel.bars))),
        "ticktext": [text(bar.name, 24) for bar in panel.bars],
    }  # fmt: skip
    shape.setdefault("annotations", []).append(
        {
            "text": text(panel.title, 60), "showarrow": False, "x": RIGHT - 0.08, "xref": "paper",
            "xanchor": "left", "y": domain[1] + 0.01, "yref": "paper", "yanchor": "bottom",
        }
    )  # fmt: skip
    colours = {"target": TARGET, "general": GENERAL, BOTH: CATEGORICAL[6]}
    trace: dict[str, Any] = {
        "type": "bar", "orientation": "h", "xaxis": x, "yaxis": y, "showlegend": False,
        "x": [bar.value for bar in panel.bars], "y": list(range(len(panel.bars))),
        "marker": {"color": [colours.get(bar.of, NEUTRAL) for bar in panel.bars]},
        "hoverinfo": "skip",
    }  # fmt: skip
    numbers = {
        "type": "scatter", "mode": "text", "xaxis": x, "yaxis": y, "showlegend": False,
        "x": [bar.interval[1] if bar.interval else bar.value for bar in panel.bars],
        "y": list(range(len(panel.bars))), "textposition": "middle right", "cliponaxis": False,
        "text": [f" {bar.value:{panel.number}}" for bar in panel.bars], "hoverinfo": "skip",
    }  # fmt: skip
    if any(bar.interval for bar in panel.bars):
        spans = [bar.interval or (bar.value, bar.value) for bar in panel.bars]
        trace["error_x"] = {
            "type": "data", "symmetric": False, "width": 4,
            "array": [high - b.value for b, (_, high) in zip(panel.bars, spans, strict=True)],
            "arrayminus": [b.value - low for b, (low, _) in zip(panel.bars, spans, strict=True)],
        }  # fmt: skip
    traces += [trace, numbers]
