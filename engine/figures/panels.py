"""Two figures beside each other: one legend, a title above each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go

from engine.figures.theme import text

GAP = 0.11  # between the two, as a share of the width; the right one's axis title stands in it
AXES = ("xaxis", "yaxis")


def side_by_side(left: go.Figure, right: go.Figure, titles: tuple[str, str]) -> go.Figure:
    """Both figures with axes of their own; what is called alike is listed once in the legend.

    Args:
        left: one pair of axes; its layout (height, legend, font) is that of the whole.
        right: one pair of axes.
        titles: what stands above each.
    """
    shape = left.layout.to_plotly_json()
    other = right.layout.to_plotly_json()
    middle = (1 - GAP) / 2
    shape["xaxis"] |= {"domain": [0, middle], "anchor": "y"}
    shape["xaxis2"] = other["xaxis"] | {"domain": [middle + GAP, 1], "anchor": "y2"}
    shape["yaxis2"] = other["yaxis"] | {"anchor": "x2"}
    for kind in ("shapes", "annotations"):
        moved = [_second(one) for one in other.get(kind, ())]
        shape[kind] = [*shape.get(kind, ()), *moved]
    starts = (0.0, middle + GAP)
    shape["annotations"] += [
        {
            "text": f"<b>{text(title, 60)}</b>", "x": start, "xref": "paper", "y": 1,
            "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False,
            "font": {"size": 15},
        }
        for title, start in zip(titles, starts, strict=True)
    ]  # fmt: skip
    shape["margin"]["t"] = 64
    shape["legend"]["y"] = 1.12
    return go.Figure(data=[*_grouped(left), *_on_the_right(left, right)], layout=shape)


def _grouped(figure: go.Figure) -> Iterator[dict[str, Any]]:
    for trace in figure.data:
        told = trace.to_plotly_json()
        yield told | {"legendgroup": told["name"]} if told.get("name") else told


def _on_the_right(left: go.Figure, right: go.Figure) -> Iterator[dict[str, Any]]:
    listed = {trace.name for trace in left.data if trace.showlegend is not False}
    for told in _grouped(right):
        told |= {"xaxis": "x2", "yaxis": "y2"}
        if told.get("name") in listed:
            told["showlegend"] = False
        yield told


def _second(mark: dict[str, Any]) -> dict[str, Any]:
    """A line or label of the right figure, on its axes."""
    return mark | {
        key: mark[key].replace(axis, f"{axis}2", 1)
        for key, axis in (("xref", "x"), ("yref", "y"))
        if mark.get(key, "").startswith(axis)
    }
