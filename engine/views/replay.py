"""A run up to a batch: which layers learn there and how fast, and what came of it. On a page it is
the cockpit, which plays; here is its picture and its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import EngineError
from engine.figures.run_batches import StageSpan, run_batches
from engine.runs.rows import Logged
from engine.training.events import Batch, StageBegan
from engine.views import VIEWS, Needs, Shown
from engine.views.cockpit.about import RECORDED, recorded_runs
from engine.views.cockpit.epochs import by_epoch
from engine.views.cockpit.kept_runs import figures_in_words, kept_run, last_figures

END = -1
STAGES = {"pretrain": "stage 1", "adapt": "stage 2", "classify": "stage 3"}
NOTE = (
    "Where a row is empty the layer group is frozen. The loss is that of a token in stages 1 and 2 "
    "and that of a text's label in stage 3."
)
SHIPPED_FIRST = "film-sentences-all-tricks-0"  # name of a recording


@dataclass(frozen=True)
class ReplayState:
    """Which run, and after which of its batches; no run named = a recorded one with all tricks."""

    run: str = ""  # id, or "recorded-" and a name
    step: int = END  # batches done; -1 = all of them


@VIEWS.add("replay")
class ReplayView:
    """Rate of each layer group and loss by batch, with a line through the batch."""

    title = "A run, batch by batch"
    State = ReplayState

    def needs(self, state: ReplayState) -> Needs:
        """Nothing: runs are kept."""
        return []

    def show(self, state: ReplayState) -> Shown:
        """The picture, and a row an epoch up to the batch.

        Raises:
            EngineError: no such run, none that has done a batch, or no such batch.
        """
        run = kept_run(run_named(state))
        batches = [one.event for one in run.events if isinstance(one.event, Batch)]
        if not batches:
            raise EngineError(f"{run.title} has done no batch yet.")
        last = batches[-1].step
        at = last if state.step == END else state.step
        if not 0 <= at <= last:
            raise EngineError(f"{run.title} has {last:,} batches; there is no batch {at:,}.")
        begun = [one.event.groups for one in run.events if isinstance(one.event, StageBegan)]
        groups = max(begun, key=len)  # the others are its lower part
        rates = [[_rate(batch, group) for batch in batches] for group in groups]
        told = [one for one in run.events if getattr(one.event, "step", 0) <= at]
        return Shown(
            figure=run_batches(groups, [one.step for one in batches], rates,
                               [one.loss for one in batches], _spans(batches), at),
            table=by_epoch(told),
            caption=f"{run.title} · {run.origin} · {run.about['facts']}",
            notice=_notice(batches, groups, at, told),
            notes=(NOTE,),
        )  # fmt: skip


def run_named(state: ReplayState) -> str:
    """The run of a state.

    Raises:
        EngineError: none is named, and none ships.
    """
    names = [label.name for label in recorded_runs()]
    if not (state.run or names):
        raise EngineError("No recorded run is there, and none of your own was chosen.")
    first = SHIPPED_FIRST if SHIPPED_FIRST in names else next(iter(names), "")
    return state.run or f"{RECORDED}{first}"


def _rate(batch: Batch, group: str) -> float:
    return 0.0 if group in batch.frozen else batch.rates.get(group, 0.0)


def _spans(batches: Sequence[Batch]) -> list[StageSpan]:
    """Each stage that has batches, in order."""
    steps: dict[str, list[int]] = {}
    for batch in batches:
        steps.setdefault(batch.stage, []).append(batch.step)
    return [StageSpan(STAGES[stage], of[0] - 1, of[-1]) for stage, of in steps.items()]


def _notice(
    batches: Sequence[Batch], groups: Sequence[str], at: int, told: Sequence[Logged]
) -> str:
    """What learns in the last batch that is done, or in the first one."""
    batch = next((one for one in reversed(batches) if one.step <= at), batches[0])
    learning = [
        f"{group} at {batch.rates[group]:.2g}" for group in reversed(groups)
        if group in batch.rates and group not in batch.frozen
    ]  # fmt: skip
    frozen = [group for group in reversed(groups) if group in batch.frozen]
    sentence = (
        f"Batch {batch.step:,} of {batches[-1].step:,}, epoch {batch.epoch + 1} of "
        f"{STAGES[batch.stage]}: {', '.join(learning)}"
    )
    if frozen:
        sentence += f"; frozen: {', '.join(frozen)}"
    if figures := figures_in_words(last_figures(told)):
        sentence += f". Measured last: {figures}"
    return f"{sentence}."
