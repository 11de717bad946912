"""The learning rate of each layer group, stage by stage, as bars."""

from __future__ import annotations

import math
from collections.abc import Mapping

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, layout, text

PATTERNS = ("", "/", ".", "x")


def group_rates(by_stage: Mapping[str, Mapping[str, float]]) -> go.Figure:
    """One group of bars a layer group, one bar a stage, on a logarithmic axis.

    Args:
        by_stage: title of a stage -> rate of each of its groups, bottom to top.
    """
    shape = layout(height=420, y_title="learning rate")
    every = [math.log10(rate) for rates in by_stage.values() for rate in rates.values()]
    low, high = math.floor(min(every)), math.ceil(max(every))
    decades = [10.0**power for power in range(low, high + 1)]
    shape["yaxis"] |= {
        "type": "log", "range": [low, high + 0.4], "tickvals": decades,
        "ticktext": [f"{rate:.10f}".rstrip("0").rstrip(".") for rate in decades],
    }  # fmt: skip
    groups = list(dict.fromkeys(group for rates in by_stage.values() for group in rates))
    shape["xaxis"] |= {"tickvals": list(range(len(groups))), "ticktext": groups}
    shape |= {"bargap": 0.25, "bargroupgap": 0.06}
    traces = [
        {
            "type": "bar", "name": text(stage),
            "x": [groups.index(group) for group in rates], "y": list(rates.values()),
            "marker": {"color": CATEGORICAL[place],
                       "pattern": {"shape": PATTERNS[place % len(PATTERNS)], "solidity": 0.25}},
            "text": [f"{rate:.2g}" for rate in rates.values()], "textposition": "outside",
            "textangle": -90, "constraintext": "none",
            "cliponaxis": False, "hovertemplate": "%{y:.3g}",
        }
        for place, (stage, rates) in enumerate(by_stage.items())
    ]  # fmt: skip
    return go.Figure(data=traces, layout=shape)
