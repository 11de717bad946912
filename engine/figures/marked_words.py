"""A text as text, each word marked by what it did to an answer: colour for how much and which way,
a number below, and a line under it, solid where the word speaks for the answer and dotted where it
speaks against.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from engine.figures.export import ROWS_OF_TEXT
from engine.figures.theme import DIVERGING, layout, text, translucent

LINE = 76  # characters, the spaces between words included
LONGEST = 24  # characters of a word that are shown
ROW_HEIGHT, TALLEST = 62, 16_000  # pixels
FAINTEST = 0.005  # changes smaller than half a point of a hundred are not marked
FOR, AGAINST = DIVERGING[0], DIVERGING[-1]


@dataclass(frozen=True)
class _Placed:
    """A word and where it stands: its row, and its first and last place on the line."""

    word: str
    change: float
    row: int
    start: float
    end: float


def marked_words(
    words: Sequence[str], changes: Sequence[float], answer: str, *, stretch: int = 1
) -> go.Figure:
    """The words in lines; a text that runs from right to left is laid out so.

    Args:
        words: as typed.
        changes: of the answer's probability, with the word minus without it, in [-1, 1].
        answer: the label that the changes are about.
        stretch: words that share a change and are marked together.
    """
    placed = list(_placed(words, changes, is_right_to_left(words)))
    n_rows = placed[-1].row + 1
    most = max(0.02, max(abs(change) for change in changes))
    shape = layout(height=min(TALLEST, 96 + ROW_HEIGHT * n_rows))
    shape["legend"]["y"] = 1 + 8 / shape["height"]  # close to the text, however long that is
    shape["meta"] = ROWS_OF_TEXT
    shape["margin"] = {"l": 8, "r": 8, "t": 48, "b": 8}
    shape["xaxis"] |= {"visible": False, "range": [-0.5, LINE + 0.5], "fixedrange": True}
    shape["yaxis"] |= {"visible": False, "range": [n_rows - 0.4, -0.6], "fixedrange": True}
    marked = list(_joined(placed, stretch))
    shape["shapes"] = [mark for one in marked for mark in _marks(one, most)]
    traces = [_legend(answer, side) for side in (1, -1)]
    return go.Figure(data=[*traces, _written(placed), _numbers(placed[::stretch])], layout=shape)


def is_right_to_left(words: Sequence[str]) -> bool:
    """Does most of a text run from right to left?

    >>> is_right_to_left(["שלום", "עולם", "ok"]), is_right_to_left(["good", "film"])
    (True, False)
    """
    kinds = [unicodedata.bidirectional(character) for word in words for character in word]
    return sum(kind in {"R", "AL"} for kind in kinds) > sum(kind == "L" for kind in kinds)


def _placed(words: Sequence[str], changes: Sequence[float], mirrored: bool) -> Iterator[_Placed]:
    row, at = 0, 0
    for word, change in zip(words, changes, strict=True):
        shown = word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…"
        width = max(len(shown), 3)  # the number below needs as much
        if at and at + width > LINE:
            row, at = row + 1, 0
        start, end = (LINE - at - width, LINE - at) if mirrored else (at, at + width)
        yield _Placed(shown, float(change), row, start, end)
        at += width + 1


def _joined(placed: Sequence[_Placed], stretch: int) -> Iterator[_Placed]:
    """What is marked as one: the words of a stretch that stand in a row."""
    for start in range(0, len(placed), stretch):
        for row, of_row in groupby(placed[start : start + stretch], key=lambda one: one.row):
            several = list(of_row)
            edges = [edge for one in several for edge in (one.start, one.end)]
            yield _Placed("", several[0].change, row, min(edges), max(edges))


def _marks(one: _Placed, most: float) -> list[dict[str, Any]]:
    """A coloured box behind the word and a line under it."""
    if abs(one.change) < FAINTEST:
        return []
    speaks_for, strength = one.change > 0, abs(one.change) / most
    colour = FOR if speaks_for else AGAINST
    across = {"x0": one.start - 0.3, "x1": one.end + 0.3, "xref": "x", "yref": "y"}
    box = {
        "type": "rect", **across, "y0": one.row - 0.3, "y1": one.row + 0.14, "line": {"width": 0},
        "fillcolor": translucent(colour, round(0.1 + 0.5 * strength, 2)), "layer": "below",
    }  # fmt: skip
    line = {
        "type": "line", **across, "y0": one.row + 0.16, "y1": one.row + 0.16,
        "line": {"color": colour, "width": 1.5 + 3 * strength,
                 "dash": "solid" if speaks_for else "dot"},
    }  # fmt: skip
    return [box, line]


def _written(placed: Sequence[_Placed]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "text", "showlegend": False,
        "x": [(one.start + one.end) / 2 for one in placed],
        "y": [one.row - 0.08 for one in placed],
        "text": [text(one.word) for one in placed], "textfont": {"size": 16},
        "customdata": [f"{100 * one.change:+.1f}" for one in placed],
        "hovertemplate": "%{text}: %{customdata} points<extra></extra>",
    }  # fmt: skip


def _numbers(placed: Sequence[_Placed]) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "text", "showlegend": False, "hoverinfo": "skip",
        "x": [(one.start + one.end) / 2 for one in placed],
        "y": [one.row + 0.32 for one in placed],
        "text": [_points(one.change) for one in placed], "textfont": {"size": 12},
    }  # fmt: skip


def _points(change: float) -> str:
    """Hundredths, with a sign; a dot where there is nothing to tell.

    >>> _points(0.124), _points(-0.03), _points(0.001)
    ('+12', '−3', '·')
    """
    if abs(change) < FAINTEST:
        return "·"
    return f"{100 * change:+.0f}".replace("-", "−")


def _legend(answer: str, side: int) -> dict[str, Any]:
    speaks = "for" if side > 0 else "against"
    return {
        "type": "scatter", "mode": "lines", "x": [None], "y": [None],
        "name": f"speaks {speaks} “{text(answer, 30)}”",
        "line": {"color": FOR if side > 0 else AGAINST, "width": 4,
                 "dash": "solid" if side > 0 else "dot"},
    }  # fmt: skip
