"""The claim that stage 1 of ULMFiT has one learning rate for all parameters, by a run's events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine.errors import EngineError
from engine.figures.group_rates import group_rates
from engine.runs.recorded import recording
from engine.runs.rows import Logged
from engine.training.events import Batch
from engine.views import VIEWS, Needs, Shown
from engine.views.claims import FAILS, HOLDS, Claim, Effect, Verdict
from engine.views.cockpit.about import RECORDED
from engine.views.cockpit.kept_runs import KeptRun, kept_run
from engine.views.ulmfit_records import COMMAND, labels
from engine.views.unmeasured import unmeasured

FIRST = "pretrain"
STAGES = {
    "pretrain": "1 · LM-pretraining",
    "adapt": "2 · LM-fine-tuning",
    "classify": "3 · classifier",
}
SAME = 1e-5  # relative; recorded numbers have six digits
CLAIM = Claim(
    "One rate in stage 1",
    "In stage 1 the language model is trained with the same learning rate for all parameters.",
    "the lecture's figure of ULMFiT",
    "In every batch of stage 1, all layer groups have the same learning rate.",
    "The highest rate of a batch over the lowest, in every batch of stage 1. It holds where this "
    "is 1 in all of them.",
)


@dataclass(frozen=True)
class OneRateState:
    """Which run; none named = the first recorded one whose stage 1 was trained."""

    run: str = ""  # id, or "recorded-" and a name


@VIEWS.add("claim-one-rate")
class OneRateView:
    """The rate of each layer group at each stage's highest, and the verdict on stage 1."""

    title = "The rates of each stage"
    State = OneRateState

    def needs(self, state: OneRateState) -> Needs:
        """Nothing: runs are kept."""
        return []

    def show(self, state: OneRateState) -> Shown:
        """Bars of the batch in which each stage's rate is highest.

        Raises:
            EngineError: the named run is not there, or has done no batch of stage 1.
        """
        run = kept_run(state.run) if state.run else _first()
        if run is None:
            return unmeasured(
                CLAIM,
                "Not measured yet: no recorded run has batches of stage 1. "
                f"`{COMMAND} --only '*live-pretraining*'` records one.",
            )
        spreads = _spreads(run.events)
        if FIRST not in spreads:
            raise EngineError(
                f"{run.title} starts with a language model that was pretrained before, so it has "
                "no batch of stage 1. Choose a run that trains stage 1 live."
            )
        verdict = _verdict(run, spreads)
        return Shown(
            figure=group_rates({STAGES[s]: _at_highest(run.events, s) for s in spreads}),
            table=_table(run.events, spreads),
            caption=f"{run.title} · {run.origin} · {run.about['facts']} · bars: the batch in which "
            "the stage's rate is highest and all of its groups learn",
            notice=verdict.because,
            verdict=verdict,
        )


def _first() -> KeptRun | None:
    for label in labels():
        events = recording(label.name).events
        if any(isinstance(one.event, Batch) and one.event.stage == FIRST for one in events):
            return kept_run(f"{RECORDED}{label.name}")
    return None


def _batches(events: Sequence[Logged], stage: str) -> list[Batch]:
    return [e.event for e in events if isinstance(e.event, Batch) and e.event.stage == stage]


def _spreads(events: Sequence[Logged]) -> dict[str, list[float]]:
    """Highest rate over lowest, among the groups that learn, of each batch of each stage."""
    found: dict[str, list[float]] = {}
    for one in events:
        if isinstance(one.event, Batch):
            rates = [rate for group, rate in one.event.rates.items()
                     if group not in one.event.frozen]  # fmt: skip
            found.setdefault(one.event.stage, []).append(max(rates) / min(rates))
    return found


def _at_highest(events: Sequence[Logged], stage: str) -> dict[str, float]:
    """The rates of the batch with most groups learning and, among those, the highest rate."""
    batch = max(_batches(events, stage), key=lambda b: (-len(b.frozen), max(b.rates.values())))
    return {group: rate for group, rate in batch.rates.items() if rate > 0}


def _verdict(run: KeptRun, spreads: dict[str, list[float]]) -> Verdict:
    first = spreads[FIRST]
    word = HOLDS if max(first) < 1 + SAME else FAILS
    others = "; ".join(
        f"up to {max(of_stage):.3g} in {STAGES[stage]}"
        for stage, of_stage in spreads.items()
        if stage != FIRST
    )
    because = (
        f"In {len(first):,} batches of stage 1 the highest rate of a batch is at most "
        f"{max(first):.3g} times the lowest" + (f"; it is {others}." if others else ".")
    )
    effect = Effect("highest rate over lowest, stage 1", max(first), max(first), max(first))
    return Verdict(CLAIM, word, because, f"{run.title} · {run.origin}", (effect,))


def _table(events: Sequence[Logged], spreads: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stage": STAGES[stage], "layer group": group, "rate at the highest": rate,
            "batches": len(spreads[stage]), "highest over lowest, at most": max(spreads[stage]),
        }
        for stage in spreads
        for group, rate in _at_highest(events, stage).items()
    )  # fmt: skip
