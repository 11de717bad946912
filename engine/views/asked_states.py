"""The states of a run that can be asked: its kept checkpoints, and the shipped language model that
it started from. Loaded once, a few are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.runs.rows import CLOCK, END, EPOCH, PAUSE, STAGE, UNFREEZING, Checkpoint
from engine.runs.store import Store
from engine.text import word_key
from engine.views.cockpit.about import RECORDED
from engine.views.kept import Kept
from engine.views.language import device

if TYPE_CHECKING:
    from engine.training.ulmfit.answers import TrainedState

STAGES = {
    "pretrain": "Stage 1: language model of general text",
    "adapt": "Stage 2: language model of the target text",
    "classify": "Stage 3: classifier",
}
REASONS = {
    STAGE: "end of a stage", END: "the end", EPOCH: "end of an epoch",
    UNFREEZING: "a layer is unfrozen", PAUSE: "a pause", CLOCK: "on the way",
}  # fmt: skip
CLASSIFIER = "classify"
ASK_A_RUN = ("own-review", "moved-words")  # views that show nothing without a live run
NEWEST = -1

_states = Kept(max_bytes=4)  # four of them


@dataclass(frozen=True)
class Place:
    """A checkpoint of a run."""

    step: int
    stage: str
    reason: str
    path: Path
    weights: str = ""  # their hash: a run that went back does the same step anew

    @property
    def title(self) -> str:
        """For a list.

        >>> Place(60, "classify", "epoch", Path()).title
        'batch 60 · stage 3 · end of an epoch'
        """
        number = list(STAGES).index(self.stage) + 1
        return f"batch {self.step:,} · stage {number} · {REASONS.get(self.reason, self.reason)}"


def places(run_id: str, store: Store | None = None) -> list[Place]:
    """The checkpoints of a live run, by step.

    Raises:
        UnknownName: no such run.
        EngineError: a recorded run, whose weights do not ship.
    """
    if run_id.startswith(RECORDED):
        raise EngineError(
            "A recorded run keeps numbers, no weights, so it cannot be asked. Start a live run, "
            "which takes some minutes, and ask that one."
        )
    store = store or Store()
    store.run(run_id)
    return [_place(store, run_id, one) for one in store.checkpoints(run_id) if one.stage in STAGES]


def place_at(found: Sequence[Place], step: int) -> Place:
    """The checkpoint at a batch; the newest where the step is NEWEST.

    Raises:
        EngineError: there is none.
    """
    if not found:
        raise EngineError(
            "This run has no checkpoint yet. The first one is written within its first minute."
        )
    if step == NEWEST:
        return found[-1]
    for one in found:
        if one.step == step:
            return one
    known = ", ".join(f"{one.step:,}" for one in found)
    raise EngineError(f"This run keeps no checkpoint at batch {step:,}. It keeps: {known}.")


def state_of(place: Place) -> TrainedState:
    """The state of a checkpoint, loaded once.

    Raises:
        EngineError: the file is no longer kept, or broken.
    """
    from engine.training.ulmfit.answers import TrainedState

    if not place.path.is_file():
        raise EngineError(
            f"The checkpoint at batch {place.step:,} is no longer kept. Choose another one."
        )
    key = (str(place.path), place.path.stat().st_mtime_ns, device())
    return _states.get(key, lambda: TrainedState(place.path, device()), lambda _: 1)


def shipped_state(settings: dict[str, Any]) -> TrainedState:
    """The shipped language model that a run with these settings starts from.

    Raises:
        ModelUnavailable: it is not on this machine.
    """
    from engine.training.ulmfit.answers import TrainedState
    from engine.training.ulmfit.config import Ulmfit
    from engine.training.ulmfit.settings import from_settings

    config = from_settings(Ulmfit, settings)
    key = (config.net.shipped, config.direction, device())
    return _states.get(key, lambda: TrainedState.of_shipped(config, device()), lambda _: 1)


def unknown_notes(asked: TrainedState, words: Sequence[str]) -> tuple[str, ...]:
    """Which words the state reads as unknown."""
    unknown = [word for word in dict.fromkeys(words) if word_key(word) not in asked.vocabulary]
    size = len(asked.vocabulary)
    if not unknown:
        return (f"All words are among the {size:,} that this state knows.",)
    listed = ", ".join(unknown[:20]) + (", …" if len(unknown) > 20 else "")
    return (
        f"{len(unknown):,} of the words are not among the {size:,} that this state knows, and are "
        f"all read as one and the same unknown word: {listed}",
    )


def _place(store: Store, run_id: str, checkpoint: Checkpoint) -> Place:
    path = store.path_of(run_id, checkpoint)
    return Place(checkpoint.step, checkpoint.stage, checkpoint.reason, path, checkpoint.weights)
