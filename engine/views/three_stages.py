"""The three stages' answers to one text, side by side: the language models have no labels, but each
can say how likely the text is and which of its words it did not expect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from engine.figures.three_answers import StageAnswer, three_answers
from engine.runs.store import Store
from engine.views import VIEWS, Needs, Shown
from engine.views.asked_states import (
    NEWEST,
    STAGES,
    place_at,
    places,
    shipped_state,
    state_of,
)
from engine.views.how_right import how_right
from engine.views.own_review import EXAMPLE, check_review

if TYPE_CHECKING:
    from engine.training.ulmfit.answers import TrainedState
    from engine.training.ulmfit.surprise import Surprises

N_SURPRISING = 6
SHORT_TITLES = {"pretrain": "1 · general", "adapt": "2 · target", "classify": "3 · classifier"}
NO_LABELS = "A language model: it has no labels to give."


@dataclass(frozen=True)
class ThreeStagesState:
    """A text, and whose stages are asked; no run = the shipped language model alone."""

    text: str = EXAMPLE
    run: str = ""  # id of a live run
    step: int = NEWEST  # of a checkpoint; each stage answers as it was there


@dataclass(frozen=True)
class _Answer:
    stage: str
    about: str  # which checkpoint
    surprises: Surprises
    labels: tuple[tuple[str, float], ...]


@VIEWS.add("three-stages")
class ThreeStagesView:
    """Surprise and labels, a column a stage."""

    title = "The three stages' answers"
    State = ThreeStagesState

    def needs(self, state: ThreeStagesState) -> Needs:
        """Nothing is encoded."""
        return []

    def show(self, state: ThreeStagesState) -> Shown:
        """What every stage that the run has reached says of the text.

        Raises:
            TextError: no word, too many of them, or no plain text.
            EngineError: no such run or checkpoint.
        """
        check_review(state.text)
        answers = [
            _answer(stage, about, asked, state.text)
            for stage, about, asked in _stages(state.run, state.step)
        ]
        shared = np.logical_and.reduce([one.surprises.known for one in answers])
        columns = [_column(one, shared) for one in answers]
        return Shown(
            figure=three_answers(columns),
            table=_table(answers),
            caption=" · ".join(f"{STAGES[one.stage]}: {one.about}" for one in answers)
            + f" · n = {len(shared):,} words, {int(shared.sum()):,} of them known to all stages · "
            "surprise = −log₂ probability, the mean over the directions that the run reads · "
            "computed live, no chance in it",
            notice=f"{_notice(answers, shared)} {_right(answers, state)}".strip(),
            notes=_notes(answers, state.run),
        )


def _stages(run_id: str, step: int) -> list[tuple[str, str, TrainedState]]:
    """(stage, which checkpoint, its state): the last one of each stage up to a checkpoint."""
    if not run_id:
        return [("pretrain", "as shipped", shipped_state({}))]
    settings: dict[str, Any] = Store().run(run_id).settings
    found = places(run_id)
    last = place_at(found, step).step
    told = []
    for stage in STAGES:
        kept = [one for one in found if one.stage == stage and one.step <= last]
        if kept:
            told.append((stage, f"batch {kept[-1].step:,}", state_of(kept[-1])))
        elif stage == "pretrain" and settings.get("pretrain", {}).get("start", "shipped") in (
            "shipped", "shipped, trained on",
        ):  # fmt: skip
            told.append((stage, "as shipped", shipped_state(settings)))
    return told


def _answer(stage: str, about: str, asked: TrainedState, text: str) -> _Answer:
    labels: tuple[tuple[str, float], ...] = ()
    if asked.label_names:
        chances = asked.classify([text])[0].tolist()
        labels = tuple(zip(asked.label_names, chances, strict=True))
    return _Answer(stage, about, asked.surprises(text), labels)


def _column(one: _Answer, shared: np.ndarray) -> StageAnswer:
    bits = np.where(one.surprises.known, one.surprises.bits, -1.0)
    order = [row for row in np.argsort(-bits, kind="stable") if bits[row] >= 0][:N_SURPRISING]
    return StageAnswer(
        SHORT_TITLES[one.stage],
        f"perplexity {_perplexity(one, shared)}, {_n_unknown(one)} unknown",
        [(one.surprises.words[row], float(bits[row])) for row in order],
        one.labels,
        NO_LABELS,
    )


def _perplexity(one: _Answer, shared: np.ndarray) -> str:
    value = one.surprises.perplexity(shared)
    return "–" if np.isnan(value) else f"{value:,.0f}"


def _n_unknown(one: _Answer) -> int:
    return int((~one.surprises.known).sum())


def _notice(answers: list[_Answer], shared: np.ndarray) -> str:
    n = int(shared.sum())
    if not n:
        return f"None of the {len(shared)} words is known to every stage, so nothing is compared."
    told = ", ".join(f"{_perplexity(one, shared)} in stage {_number(one.stage)}" for one in answers)
    notice = f"Perplexity of the {n:,} words that every stage knows: {told}."
    if labels := answers[-1].labels:
        best, chance = max(labels, key=lambda label: label[1])
        notice += (
            f" Only stage 3 can say what the text is: “{best}”, with a chance of {chance:.2f}."
        )
    return notice


def _right(answers: list[_Answer], state: ThreeStagesState) -> str:
    """How often the classifier that answers is right; "" where none does."""
    n_labels = len(answers[-1].labels)
    if not n_labels:
        return ""
    return how_right(state.run, place_at(places(state.run), state.step).step, n_labels)


def _number(stage: str) -> int:
    return list(STAGES).index(stage) + 1


def _notes(answers: list[_Answer], run_id: str) -> tuple[str, ...]:
    notes = []
    if any(one.stage == "classify" for one in answers):
        notes.append(
            "Stage 3's perplexity is that of the language model inside the classifier: where it is "
            "larger than stage 2's, the classifier has forgotten some of it."
        )
    if len(answers) < len(STAGES):
        there = {one.stage for one in answers}
        missing = [str(_number(stage)) for stage in STAGES if stage not in there]
        why = "at this checkpoint" if run_id else "without a live run"
        notes.append(f"Stage {' and '.join(missing)}: nothing to ask {why}.")
    return tuple(notes)


def _table(answers: list[_Answer]) -> pd.DataFrame:
    words = answers[0].surprises.words
    columns = {
        f"surprise, stage {_number(one.stage)} (bits)": [
            round(float(bits), 2) if known else "unknown word"
            for bits, known in zip(one.surprises.bits, one.surprises.known, strict=True)
        ]
        for one in answers
    }
    table = {name: [str(value) for value in values] for name, values in columns.items()}
    return pd.DataFrame({"place": range(1, len(words) + 1), "word": list(words), **table})
