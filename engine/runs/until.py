"""Where a run pauses by itself: after a batch, an epoch, an unfreezing or a stage."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import UnknownName
from engine.training.events import Batch, EpochEnded, Event, StageEnded, Step, Unfrozen

UNTIL: dict[str, tuple[type, ...]] = {
    "batch": (Batch, Step),
    "epoch": (EpochEnded,),
    "unfreezing": (Unfrozen,),
    "stage": (StageEnded,),
}


def is_met(until: str, events: Iterable[Event]) -> bool:
    """Did these events bring what was waited for? Never where nothing was."""
    return any(isinstance(event, UNTIL.get(until, ())) for event in events)


def checked(until: str) -> str:
    """The name, if it is one; "" = until something else stops the run.

    Raises:
        UnknownName: it is none.
    """
    if until and until not in UNTIL:
        raise UnknownName(f"Unknown place to pause {until!r}. Known: {', '.join(UNTIL)}.")
    return until
