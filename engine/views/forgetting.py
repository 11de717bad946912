"""Forgetting: what two runs still know of a text that they do not train on, beside what they learn
of their target.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.corpora import training_texts
from engine.errors import EngineError
from engine.figures.forgetting import ForgettingCurve, forgetting
from engine.runs.rows import Logged
from engine.training.events import StageBegan, Validated
from engine.views import VIEWS, Needs, Shown
from engine.views.cockpit.kept_runs import KeptRun, kept_run
from engine.views.tricks import PROTECTION, protected
from engine.views.ulmfit_records import COMMAND, Record, pairs, records

WATCHED, ACCURACY = "watched_perplexity", "accuracy"
STAGES = {"pretrain": "stage 1", "adapt": "stage 2", "classify": "stage 3"}


@dataclass(frozen=True)
class ForgettingState:
    """Which runs; none named = a recorded pair, the real schedule and everything flat at once."""

    first: str = ""  # id, or "recorded-" and a name
    second: str = ""


@VIEWS.add("forgetting")
class ForgettingView:
    """Perplexity of the watched text and accuracy on the target, of two runs."""

    title = "What is forgotten, and what is learnt"
    State = ForgettingState

    def needs(self, state: ForgettingState) -> Needs:
        """Nothing: runs are kept."""
        return []

    def show(self, state: ForgettingState) -> Shown:
        """Both runs on one picture.

        Raises:
            EngineError: a run that is not there, or that did not watch another text.
        """
        runs = [kept_run(ref) for ref in _refs(state)]
        curves = [_curve(run) for run in runs]
        watched = [_watched(run) for run in runs]
        if watched[0] != watched[1]:
            raise EngineError(
                "These runs watched different texts, so their perplexities cannot be compared: "
                f"{watched[0]} and {watched[1]}."
            )
        return Shown(
            figure=forgetting(curves, watched[0]),
            table=_table(curves),
            caption=" · ".join(f"{run.title}: {run.origin}, {run.about['facts']}" for run in runs)
            + " · bars: 95 % interval from the number of texts, normal approximation",
            notice=_notice(curves, watched[0]),
            notes=_notes(runs),
        )


def recorded_pair() -> tuple[str, str] | None:
    """Two recorded runs that differ in what protects from forgetting; None where there are none."""
    found = pairs(records(), PROTECTION, protected)
    told = [(pair.with_it, pair.without) for pair in found if _watches(pair.with_it)]
    return (told[0][0].ref, told[0][1].ref) if told else None


def _refs(state: ForgettingState) -> tuple[str, str]:
    if state.first and state.second and state.first != state.second:
        return state.first, state.second
    if state.first or state.second:
        raise EngineError("Choose two runs to compare.")
    if pair := recorded_pair():
        return pair
    raise EngineError(
        "No two recorded runs show what is forgotten. Choose two of your own, or record them with "
        f"`{COMMAND} --only 'film-sentences-*-0'`."
    )


def _watches(record: Record) -> bool:
    return bool(record.config.watch)


def _curve(run: KeptRun) -> ForgettingCurve:
    told = [one.event for one in run.events if isinstance(one.event, Validated)]
    n = run.about["stages"][-1]["figure"]["n"]
    curve = ForgettingCurve(
        run.title,
        [(e.step, e.figures[WATCHED]) for e in told if WATCHED in e.figures],
        [(e.step, e.figures[ACCURACY], _half(e.figures[ACCURACY], n)) for e in told
         if ACCURACY in e.figures],
        _stages(run.events),
    )  # fmt: skip
    if not curve.perplexity:
        raise EngineError(
            f"{run.title} has not told the perplexity of another text (yet). Runs that you start "
            "on the ULMFiT page measure it."
        )
    return curve


def _stages(events: Sequence[Logged]) -> list[tuple[int, str]]:
    """Where each stage that has batches begins."""
    begun = [one.event for one in events if isinstance(one.event, StageBegan)]
    return [(event.step, STAGES[event.stage]) for event in begun if event.n_batches]


def _half(share: float, n: int) -> float:
    return 1.96 * math.sqrt(share * (1 - share) / n)


def _watched(run: KeptRun) -> str:
    name = run.settings.get("watch", "")
    return training_texts.text_source(name).title if name else ""


def _notice(curves: Sequence[ForgettingCurve], watched: str) -> str:
    told = []
    for curve in curves:
        first, last = curve.perplexity[0][1], curve.perplexity[-1][1]
        learnt = ""
        if curve.accuracy:
            _, accuracy, half = curve.accuracy[-1]
            learnt = f", accuracy {accuracy:.2f} ± {half:.2f} at the end"
        told.append(
            f"{curve.title}: perplexity {first:,.0f} → {last:,.0f} (× {last / first:.2f}){learnt}"
        )
    return f"{watched}, from before stage 2 to the end. {'; '.join(told)}."


def _notes(runs: Sequence[KeptRun]) -> tuple[str, ...]:
    texts = {run.settings.get("classify", {}).get("text") for run in runs}
    notes = [
        "In stage 3 the perplexity is that of the language model inside the classifier, with the "
        "softmax that it had at the end of stage 2."
    ]
    if len(texts) > 1:
        notes.append("The two runs have different target texts, so their words differ too.")
    return tuple(notes)


def _table(curves: Sequence[ForgettingCurve]) -> pd.DataFrame:
    rows = []
    for curve in curves:
        accuracies = {step: (value, half) for step, value, half in curve.accuracy}
        perplexities = dict(curve.perplexity)
        for step in sorted({*accuracies, *perplexities}):
            accuracy, half = accuracies.get(step, (None, None))
            rows.append((curve.title, step, perplexities.get(step), accuracy, half))
    head = ["run", "batch", "perplexity of the watched text", "accuracy", "± 95 %"]
    return pd.DataFrame(rows, columns=head)
