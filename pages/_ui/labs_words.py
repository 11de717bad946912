"""The labs of words with one vector, of two directions, of translation and of the task model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.encoder import title_of
from engine.views.scoreboard import MEASURES as SCORES
from engine.views.task_runs import recorded_inputs
from pages._ui.language import PARTS as LANGUAGE
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


def _translation(state: Any) -> tuple[str, Params]:
    return "50_language_models.py", {
        "lm_part": LANGUAGE["translate"], "translate_text": state.text,
        "translate_said": str(state.said) if state.said >= 0 else "",
    }  # fmt: skip


def _alignment(state: Any) -> tuple[str, Params]:
    return "50_language_models.py", {
        "lm_part": LANGUAGE["translate"], "alignment_name": state.name,
    }  # fmt: skip


def _two_directions(state: Any) -> tuple[str, Params]:
    return "50_language_models.py", {
        "lm_part": LANGUAGE["directions"], "two_text": state.text,
        "two_model": title_of(state.model), "two_step": state.step,
    }  # fmt: skip


def _independence(state: Any) -> tuple[str, Params]:
    return "50_language_models.py", {
        "lm_part": LANGUAGE["directions"], "change_text": state.text, "change_word": state.word,
        "change_into": state.becomes, "change_models": [*map(title_of, state.models)],
    }  # fmt: skip


def _task(state: Any) -> tuple[str, Params]:
    titles = recorded_inputs()
    return "60_what_pretraining_buys.py", {
        "task_inputs": [titles[name] for name in state.inputs if name in titles],
    }


WORD_LABS: Mapping[str, Callable[[Any], tuple[str, Params]]] = {
    "static-neighbours": _static_neighbours,
    "analogies": _analogies,
    "scoreboard": _scoreboard,
    "translation": _translation,
    "alignment": _alignment,
    "two-directions": _two_directions,
    "independence": _independence,
    "task-model": _task,
    "task-blocks": _task,
}
