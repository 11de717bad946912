"""One cloud on the unit sphere twice, on one scale: as it is, and after something was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import DIVERGING, NEUTRAL, SEQUENTIAL, layout, text

GAP = 0.06  # between the two, as a share of the width
REACH = 1.08  # of the axes, in radii
MARK = DIVERGING[-1]


def two_spheres(
    places: tuple[np.ndarray, np.ndarray],
    titles: tuple[str, str],
    labels: Sequence[str],
    colours: np.ndarray,
    axis_titles: tuple[str, str],
) -> go.Figure:
    """Points in a plane through the origin, inside the sphere's outline; a cross is the origin, a
    ring the mean of the points.

    Args:
        places: of unit vectors in two directions, (n, 2) each; rows are the same words.
        titles: above the two.
        labels: of each word.
        colours: of each word, the same in both, (n,).
        axis_titles: what the two directions are.
    """
    middle = (1 - GAP) / 2
    shape = layout(height=520)
    shape["showlegend"] = False
    shape |= {"annotations": [], "shapes": []}
    shape["margin"]["t"] = 56
    told = np.array([text(label) for label in labels])  # Plotly checks a list word by word
    traces: list[dict[str, Any]] = []
    for number, (points, title) in enumerate(zip(places, titles, strict=True)):
        end = "2" if number else ""
        start = number * (middle + GAP)
        shape[f"xaxis{end}"] = _axis(axis_titles[0]) | {
            "domain": [start, start + middle], "anchor": f"y{end}",
        }  # fmt: skip
        shape[f"yaxis{end}"] = _axis("" if number else axis_titles[1]) | {
            "anchor": f"x{end}", "scaleanchor": f"x{end}",
        }  # fmt: skip
        shape["shapes"].append(_outline(end))
        shape["annotations"].append(_title(title, start))
        on = {"xaxis": f"x{end}", "yaxis": f"y{end}"}
        traces += [_points(points, told, colours) | on, _marks(points) | on]
    return go.Figure(data=traces, layout=shape)


def _axis(title: str) -> dict[str, Any]:
    return {"range": [-REACH, REACH], "title": {"text": title}, "zeroline": False,
            "tickvals": [-1, -0.5, 0, 0.5, 1], "constrain": "domain"}  # fmt: skip


def _outline(end: str) -> dict[str, Any]:
    return {"type": "circle", "x0": -1, "y0": -1, "x1": 1, "y1": 1, "xref": f"x{end}",
            "yref": f"y{end}", "line": {"color": NEUTRAL, "width": 1.5}}  # fmt: skip


def _title(title: str, start: float) -> dict[str, Any]:
    return {"text": f"<b>{text(title, 60)}</b>", "x": start, "xref": "paper", "y": 1,
            "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False,
            "font": {"size": 15}, "align": "left"}  # fmt: skip


def _points(points: np.ndarray, told: np.ndarray, colours: np.ndarray) -> dict[str, Any]:
    return {
        "type": "scattergl", "mode": "markers", "x": points[:, 0].astype(np.float32),
        "y": points[:, 1].astype(np.float32), "text": told,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 4, "opacity": 0.5, "color": colours.astype(np.float32),
            "colorscale": [[i / 5, colour] for i, colour in enumerate(SEQUENTIAL)],
        },
    }  # fmt: skip


def _marks(points: np.ndarray) -> dict[str, Any]:
    mean = points.mean(axis=0)
    return {
        "type": "scattergl", "mode": "markers", "x": [0, mean[0]], "y": [0, mean[1]],
        "marker": {"symbol": ["cross", "circle-open"], "size": [14, 18], "color": MARK,
                   "line": {"width": 3, "color": MARK}},
        "text": ["origin", "mean of the words"], "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
