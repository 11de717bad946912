"""Which checkpoints stay, so that a long run can go back far and near without filling the disk."""

from __future__ import annotations

from collections.abc import Sequence

from engine.runs.rows import CLOCK, END, STAGE, Checkpoint

MOST_KEPT, FEWEST_KEPT = 12, 3
MOST_BYTES = 512 * 2**20
NEWEST = 2  # the last one, and one more in case that it cannot be read


def to_drop(checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The checkpoints that go.

    Ends of stages and the newest two stay. Of the others `MOST_KEPT` stay, fewer where they would
    fill more than `MOST_BYTES`. While there are more, the one goes whose neighbours are closest
    together for its age, so that the gaps grow with the distance; those that were made only because
    time had passed go before all others.

    Args:
        checkpoints: of one run, by step.

    >>> at = lambda step: Checkpoint(step, step, "", CLOCK, "", "", 2**27, "", 0.0, 0.0)
    >>> kept = []
    >>> for step in range(1, 33):
    ...     kept.append(at(step))
    ...     kept = [one for one in kept if one not in to_drop(kept)]
    >>> [one.step for one in kept]
    [16, 24, 28, 30, 31, 32]
    """
    kept, dropped = list(checkpoints), []
    others = [one for one in kept[:-NEWEST] if one.reason not in (STAGE, END)]
    size = max((one.n_bytes for one in others), default=1) or 1
    n_kept = min(MOST_KEPT, max(FEWEST_KEPT, MOST_BYTES // size))
    while len(others) > n_kept:
        candidates = [one for one in others if one.reason == CLOCK] or others
        least = min(candidates, key=lambda one: _spread(one, kept))
        for group in (kept, others):
            group.remove(least)
        dropped.append(least)
    return dropped


def _spread(checkpoint: Checkpoint, kept: list[Checkpoint]) -> float:
    """Distance of the neighbours in batches, by age in batches."""
    place = kept.index(checkpoint)
    before = kept[place - 1].step if place else 0
    return (kept[place + 1].step - before) / (kept[-1].step - checkpoint.step)
