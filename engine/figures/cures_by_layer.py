"""One cure for anisotropy by layer: several measures, raw vectors beside cured ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from engine.figures.cures import Point
from engine.figures.theme import NEUTRAL, layout, model_colour, model_marker, text, translucent

COLUMNS = 3
BETWEEN, ABOVE = 0.08, 0.22  # of the figure, between panels


@dataclass(frozen=True)
class LayerPanel:
    """One measure at every layer, raw and cured."""

    title: str
    raw: Sequence[Point | None]  # (n_layers,)
    cured: Sequence[Point | None]  # (n_layers,)


def cured_by_layer(
    panels: Sequence[LayerPanel], layer_names: Sequence[str], cure: str, model: str
) -> go.Figure:
    """Three panels a line; raw as a dashed grey line, the cure in the model's colour with its band.

    Args:
        panels: the measures.
        layer_names: names of the layers, from the input up.
        cure: its name.
        model: whose colour the cure has.
    """
    lines = math.ceil(len(panels) / COLUMNS)
    shape = layout(height=90 + 210 * lines)
    shape["margin"] |= {"t": 72, "l": 48, "r": 12, "b": 40}
    shape["legend"] |= {"y": 1.07, "yanchor": "bottom", "x": 1, "xanchor": "right"}
    shape["annotations"] = []
    traces: list[dict[str, Any]] = []
    for number, panel in enumerate(panels):
        column, line = number % COLUMNS, number // COLUMNS
        name = str(number + 1) if number else ""
        width, height = (1 - BETWEEN * (COLUMNS - 1)) / COLUMNS, (1 - ABOVE * (lines - 1)) / lines
        left, top = column * (width + BETWEEN), 1 - line * (height + ABOVE)
        short = [layer.split(" ")[0] for layer in layer_names]
        shape[f"xaxis{name}"] = {
            "domain": [left, left + width], "anchor": f"y{name}", "zeroline": False,
            "tickvals": list(range(len(layer_names))), "ticktext": short,
            "range": [-0.3, len(layer_names) - 0.7],
        }  # fmt: skip
        shape[f"yaxis{name}"] = {
            "domain": [top - height, top], "anchor": f"x{name}", "zeroline": False, "nticks": 5,
        }  # fmt: skip
        shape["annotations"].append({
            "text": f"<b>{text(panel.title)}</b>", "x": left, "xref": "paper", "xanchor": "left",
            "y": top, "yref": "paper", "yanchor": "bottom", "showarrow": False,
            "font": {"size": 14},
        })  # fmt: skip
        traces += _two_lines(panel, name, layer_names, cure, model)
    return go.Figure(data=traces, layout=shape)


def _two_lines(
    panel: LayerPanel, name: str, layer_names: Sequence[str], cure: str, model: str
) -> list[dict[str, Any]]:
    colour = model_colour(model)
    axes = {"xaxis": f"x{name}", "yaxis": f"y{name}"}
    band = [(x, point) for x, point in enumerate(panel.cured) if point]
    found = [{
        "type": "scatter", "mode": "lines", "fill": "toself", **axes, "hoverinfo": "skip",
        "x": [x for x, _ in band] + [x for x, _ in band[::-1]],
        "y": [p.high for _, p in band] + [p.low for _, p in band[::-1]],
        "line": {"width": 0}, "fillcolor": translucent(colour, 0.18), "showlegend": False,
    }]  # fmt: skip
    styles = (("raw", panel.raw, NEUTRAL, "dash"), (cure, panel.cured, colour, "solid"))
    for title, points, line_colour, dash in styles:
        found.append({
            "type": "scatter", "mode": "lines+markers", **axes, "name": text(title),
            "legendgroup": title, "showlegend": not name,
            "x": list(range(len(points))), "y": [p.value if p else None for p in points],
            "line": {"color": line_colour, "width": 2.5, "dash": dash},
            "marker": {"symbol": "line-ew-open" if title == "raw" else model_marker(model),
                       "size": 8, "color": line_colour},
            "customdata": [[layer, p.low if p else None, p.high if p else None]
                           for layer, p in zip(layer_names, points, strict=True)],
            "hovertemplate": "layer %{customdata[0]}<br>%{y:.3f} [%{customdata[1]:.3f}, "
            f"%{{customdata[2]:.3f}}]<extra>{text(title)}</extra>",
        })  # fmt: skip
    return found
