"""What is read from each layer: a panel a task, all on one scale from chance to everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import NEUTRAL, layout, model_colour, model_marker, text, translucent

GAP = 0.035  # between two panels, as a share of the width


@dataclass(frozen=True)
class Read:
    """One model's accuracy at every layer, with its interval."""

    model: str
    title: str
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def probes(panels: Mapping[str, Sequence[Read]], chance: Mapping[str, float],
           layer_names: Sequence[str]) -> go.Figure:  # fmt: skip
    """Panels side by side.

    Args:
        panels: what is read -> the models it is read from.
        chance: what is read -> the accuracy of a reader that knows nothing.
    """
    width = (1 - GAP * (len(panels) - 1)) / len(panels)
    shape = layout(height=430, y_title="accuracy")
    shape["margin"]["t"] = 64
    shape["legend"]["y"] = 1.14
    shape |= {"annotations": [], "shapes": []}
    traces: list[dict[str, Any]] = []
    for number, (title, read) in enumerate(panels.items(), start=1):
        x, y = (f"{axis}{number if number > 1 else ''}" for axis in "xy")
        start = (number - 1) * (width + GAP)
        shape[x.replace("x", "xaxis")] = {
            "domain": [start, start + width], "anchor": y, "zeroline": False,
            "tickvals": list(range(len(layer_names))),
            "ticktext": [name.partition(" ")[0] for name in layer_names],
            "title": {"text": "layer"}, "range": [-0.3, len(layer_names) - 0.7],
        }  # fmt: skip
        shape[y.replace("y", "yaxis")] = {
            "anchor": x, "range": [0, 1.02], "tickformat": ".1f", "zeroline": False,
            "showticklabels": number == 1, "title": {"text": "accuracy" if number == 1 else ""},
        }  # fmt: skip
        shape["annotations"].append(
            {
                "text": f"<b>{text(title, 24)}</b>", "x": start, "xref": "paper", "y": 1,
                "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False,
                "font": {"size": 15}, "align": "left",
            }
        )  # fmt: skip
        shape["shapes"].append(
            {
                "type": "line", "line": {"dash": "dot", "color": NEUTRAL, "width": 1.5},
                "x0": 0, "x1": 1, "xref": f"{x} domain", "y0": chance[title], "y1": chance[title],
                "yref": y,
            }
        )  # fmt: skip
        for one in read:
            traces += _curve(one, x, y, layer_names, in_legend=number == 1)
    return go.Figure(data=traces, layout=shape)


def _curve(
    one: Read, x: str, y: str, layer_names: Sequence[str], *, in_legend: bool
) -> list[dict[str, Any]]:
    places, colour = list(range(len(one.mean))), model_colour(one.model)
    axes = {"xaxis": x, "yaxis": y, "legendgroup": one.model}
    band = {
        "type": "scatter", "x": [*places, *reversed(places)], "y": [*one.high, *reversed(one.low)],
        "fill": "toself", "fillcolor": translucent(colour, 0.18), "line": {"width": 0},
        "hoverinfo": "skip", "showlegend": False, "mode": "lines", **axes,
    }  # fmt: skip
    is_twin = model_marker(one.model).endswith("-open")
    line = {
        "type": "scatter", "x": places, "y": list(one.mean), "mode": "lines+markers",
        "name": one.title, "showlegend": in_legend,
        "line": {"color": colour, "width": 3, "dash": "dash" if is_twin else "solid"},
        "marker": {"symbol": model_marker(one.model), "size": 11, "color": colour,
                   "line": {"width": 2, "color": colour}},
        "customdata": [f"{name}: {mean:.3f} [{low:.3f}, {high:.3f}]" for name, mean, low, high in
                       zip(layer_names, one.mean, one.low, one.high, strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>", **axes,
    }  # fmt: skip
    return [band, line]
