"""How surprising each word of a sentence is to a reader from the left and to one from the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures.directions import ARROWS, BACKWARD, FORWARD, fill
from engine.figures.theme import layout, text


def surprise(
    bits: dict[str, np.ndarray], labels: Sequence[str], unknown: Sequence[bool]
) -> go.Figure:
    """Two bars a word, one a direction; a word that is unknown to the model is marked.

    Args:
        bits: direction -> surprise in bits, (n_places,), nan where the direction says nothing.
        labels: what stands at each place, (n_places,).
        unknown: True where the bar is about `<unk>` instead of the word, (n_places,).
    """
    titles = {FORWARD: "given the words before", BACKWARD: "given the words after"}
    places = list(range(len(labels)))
    traces = [
        {
            "type": "bar",
            "name": f"{ARROWS[direction]} {titles[direction]}",
            "x": places,
            "y": [None if np.isnan(value) else float(value) for value in values],
            "marker": fill(direction),
            "text": ["" if np.isnan(value) else f"{value:.1f}" for value in values],
            "textposition": "outside",
            "textangle": 0,
            "cliponaxis": False,
            "hovertext": [text(label) for label in labels],
            "hovertemplate": "%{hovertext}: %{y:.2f} bits<extra></extra>",
        }
        for direction, values in bits.items()
    ]
    shape = layout(height=400, y_title="surprise (bits)")
    shape["xaxis"] |= {
        "tickvals": places,
        "ticktext": [
            text(label, 18) + ("<br>(as &lt;unk&gt;)" if is_unknown else "")
            for label, is_unknown in zip(labels, unknown, strict=True)
        ],
        "tickfont": {"size": 15},
        "range": [-0.6, len(labels) - 0.4],
    }
    shape |= {"bargap": 0.25, "bargroupgap": 0.05}
    return go.Figure(data=traces, layout=shape)
