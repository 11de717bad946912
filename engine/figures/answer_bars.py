"""Answers by their score, the best first: the longer the bar, the better the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from engine.figures.theme import CATEGORICAL, layout, text

ROW, AROUND = 36, 130  # pixels
ROOM = 1.15  # of the longest bar, for its number
GROUPS = ("an answer", "a word of the question")
PATTERNS = ("", "/")  # a colour never stands alone


class Answer(NamedTuple):
    """A word and its score."""

    word: str
    score: float
    of_question: bool


def answer_bars(answers: Sequence[Answer], score_title: str) -> go.Figure:
    """A bar an answer with its score at the end; words of the question are marked.

    Args:
        answers: the best first.
        score_title: what the score is.
    """
    traces: list[dict[str, Any]] = []
    for of_question, name in enumerate(GROUPS):
        chosen = [(i, one) for i, one in enumerate(answers) if one.of_question == of_question]
        if not chosen:
            continue
        traces.append({
            "type": "bar", "orientation": "h", "name": name, "width": 0.6,
            "y": [i for i, _ in chosen], "x": [max(one.score, 0.0) for _, one in chosen],
            "text": [f"{one.score:.2f}" for _, one in chosen], "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": CATEGORICAL[of_question],
                       "pattern": {"shape": PATTERNS[of_question], "solidity": 0.25}},
            "customdata": [text(one.word) for _, one in chosen],
            "hovertemplate": "%{customdata}<br>" + text(score_title) + " %{text}<extra></extra>",
        })  # fmt: skip
    shape = layout(height=ROW * len(answers) + AROUND, x_title=score_title)
    shape["margin"]["t"] = 56
    longest = max((one.score for one in answers), default=1.0)
    shape["xaxis"] |= {"range": [0, max(longest, 0.01) * ROOM]}
    shape["yaxis"] |= {
        "tickvals": list(range(len(answers))), "ticktext": [text(one.word) for one in answers],
        "range": [len(answers) - 0.4, -0.6], "automargin": True, "tickfont": {"size": 15},
    }  # fmt: skip
    shape["showlegend"] = True
    return go.Figure(data=traces, layout=shape)
