"""From a figure to its lab: words with one vector, and all words at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.encoder import title_of
from engine.views.scoreboard import MEASURES as SCORES
from pages._ui.polysemy import PARTS as POLYSEMY

Params = dict[str, Any]


def _static_neighbours(state: Any) -> tuple[str, Params]:
    return "30_polysemy.py", {
        "poly_part": POLYSEMY["neighbours"], "near_word_senses": state.word,
        "near_static": title_of(state.model), "near_also": ", ".join(state.also),
    }  # fmt: skip


def _analogies(state: Any) -> tuple[str, Params]:
    return "30_polysemy.py", {
        "poly_part": POLYSEMY["neighbours"], "analogy_question": state.question,
        "analogy_model": title_of(state.model), "analogy_rule": state.question_words,
        "analogy_method": state.method,
    }  # fmt: skip


def _scoreboard(state: Any) -> tuple[str, Params]:
    return "30_polysemy.py", {
        "poly_part": POLYSEMY["scoreboard"], "score_models": [*map(title_of, state.models)],
        "score_measure": SCORES[state.measure_name],
    }  # fmt: skip


WORD_LABS: Mapping[str, Callable[[Any], tuple[str, Params]]] = {
    "static-neighbours": _static_neighbours,
    "analogies": _analogies,
    "scoreboard": _scoreboard,
}
