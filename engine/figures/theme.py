"""One visual language: the colours, sizes and layout that every figure shares.

Colours are Okabe & Ito's (https://jfly.uni-koeln.de/color/), which stay apart for colour-blind
readers, each slightly darkened or lightened to reach 3:1 on both backgrounds; a colour never
stands alone but with a marker or a label.
"""

from __future__ import annotations

import html
import textwrap
from typing import Any

CATEGORICAL = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#8A7A00",
    "#3AA3DA",
    "#7A5CC0",
    "#8C564B",
)
SEQUENTIAL = ("#2A3B8F", "#2F6FA8", "#2C9C98", "#63B86A", "#C3BE3F", "#F2C14E")
DIVERGING = ("#2166AC", "#92B5D1", "#D8D8D8", "#E5A27C", "#B2432B")
NEUTRAL = "#8A8F98"

# One colour and one marker a model, everywhere. A model that is not listed takes a further one by
# its name. An untrained twin has its model's colour and an open marker.
MODEL_COLOURS = {
    "word2vec": "#8C564B",
    "glove": "#8A7A00",
    "cove": "#D55E00",
    "elmo": "#009E73",
    "awd-lstm": "#CC79A7",
    "minilm": "#0072B2",
}
MODEL_MARKERS = {
    "word2vec": "square",
    "glove": "diamond",
    "cove": "triangle-up",
    "elmo": "cross",
    "awd-lstm": "star",
    "minilm": "circle",
}
TWIN = "-untrained"
_FURTHER_MARKERS = ("triangle-down", "x", "pentagon", "hexagon")


def model_colour(name: str) -> str:
    """The colour of a model in every figure."""
    further = [colour for colour in CATEGORICAL if colour not in MODEL_COLOURS.values()]
    known = name.removesuffix(TWIN)
    return MODEL_COLOURS.get(known, further[_stable_number(name) % len(further)])


def model_marker(name: str) -> str:
    """The marker of a model in every figure, so that no curve is told by colour alone."""
    further = _FURTHER_MARKERS[_stable_number(name) % len(_FURTHER_MARKERS)]
    known = MODEL_MARKERS.get(name.removesuffix(TWIN), further)
    return f"{known}-open" if name.endswith(TWIN) else known


def palette() -> dict[str, list[str]]:
    """The colours, as the cloud viewer takes them."""
    return {
        "categorical": list(CATEGORICAL),
        "sequential": list(SEQUENTIAL),
        "diverging": list(DIVERGING),
    }


def layout(*, height: int = 420, x_title: str = "", y_title: str = "") -> dict[str, Any]:
    """The common layout; text and background colours come from the page's light or dark theme.

    Plain data: Plotly checks a figure given whole once, and one that is changed step by step at
    every step, which takes several times as long.
    """
    return {
        "height": height,
        "margin": {"l": 64, "r": 24, "t": 24, "b": 56},
        "font": {"size": 15},
        "legend": {"orientation": "h", "y": 1.08, "x": 0, "yanchor": "bottom"},
        "hoverlabel": {"font": {"size": 14}},
        "xaxis": {"title": {"text": x_title}, "zeroline": False},
        "yaxis": {"title": {"text": y_title}, "zeroline": False},
        "plot_bgcolor": "rgba(0,0,0,0)",
        "paper_bgcolor": "rgba(0,0,0,0)",
    }


def text(words: str, width: int = 70) -> str:
    """User text for a label or hover box: escaped, and broken into lines."""
    if len(words) <= width and words.isprintable() and words == words.strip():
        return html.escape(words, quote=False)  # most labels; wrapping thousands takes long
    # Plotly shows &quot; as it stands; quotes mean nothing outside of a tag.
    return "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(words, width))


def translucent(colour: str, alpha: float) -> str:
    """An RGBA colour of a hex one.

    >>> translucent("#0072B2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _stable_number(name: str) -> int:
    return sum(name.encode())
