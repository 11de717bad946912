"""Where a run pauses by itself: after a batch, an epoch, an unfreezing or a stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.errors import UnknownName
from engine.training.events import (
    Batch,
    EpochEnded,
    Event,
    PieceMeasured,
    StageBegan,
    StageEnded,
    Step,
    Unfrozen,
)

BATCHES = (Batch, Step, PieceMeasured)
UNTIL: dict[str, tuple[type, ...]] = {
    "batch": BATCHES,
    "epoch": (EpochEnded,),
    "unfreezing": (Unfrozen,),
    "stage": (StageEnded,),
}


def without_beginning(events: Iterable[Event]) -> list[Event]:
    """The events of one batch, without those with which a stage begins: that its first groups can
    change is no unfreezing to wait for, and neither is a stage over that had nothing to do.

    >>> began, batch = StageBegan(8, "classify", (), 4, 1, ""), Step(9, 1.0, 0.1, 5, 1.0)
    >>> without_beginning([began, Unfrozen(8, "classify", ("head",)), batch]) == [batch]
    True
    """
    kept: list[Event] = []
    begins = False
    for event in events:
        if isinstance(event, StageBegan):
            kept, begins = [], True
        begins = begins and not isinstance(event, BATCHES)
        if not begins:
            kept.append(event)
    return kept


def is_met(until: str, events: Sequence[Event]) -> bool:
    """Did these events of one batch bring what was waited for? Never where nothing was."""
    kinds = UNTIL.get(until, ())
    return any(isinstance(event, kinds) for event in without_beginning(events))


def checked(until: str) -> str:
    """The name, if it is one; "" = until something else stops the run.

    Raises:
        UnknownName: it is none.
    """
    if until and until not in UNTIL:
        raise UnknownName(f"Unknown place to pause {until!r}. Known: {', '.join(UNTIL)}.")
    return until
