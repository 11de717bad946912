"""What the recorded runs of ULMFiT came to, and which of them differ in one trick only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.runs import recorded
from engine.runs.recorded import SUFFIX, Label, recording, recordings
from engine.training.events import Validated
from engine.views.cockpit.about import KIND, RECORDED

if TYPE_CHECKING:
    from engine.training.ulmfit.config import Ulmfit

Flat = tuple[tuple[str, Any], ...]
COMMAND = "python -m engine runs record-all"


@dataclass(frozen=True)
class Record:
    """A recorded run: its settings, what it ended with."""

    ref: str  # as links name it
    label: Label
    config: Ulmfit
    accuracy: float  # on test texts; where none were used, on validation texts at the end
    n_texts: int  # that the accuracy was measured on
    on: str  # "test" or "validation"


def records() -> list[Record]:
    """The recorded runs that came to an accuracy, by name."""
    return [
        found
        for label in labels()
        if (found := _record(label.name, str(recorded.FOLDER), _changed(label.name)))
    ]


def labels() -> list[Label]:
    """What is said of the recorded runs of ULMFiT, by name."""
    return [label for label in recordings(recorded.FOLDER) if label.kind == KIND]


def _changed(name: str) -> int:
    return (recorded.FOLDER / f"{name}{SUFFIX}").stat().st_mtime_ns


@lru_cache(maxsize=200)
def _record(name: str, folder: str, _changed: int) -> Record | None:
    from engine.training.ulmfit.config import Ulmfit
    from engine.training.ulmfit.settings import from_settings

    found = recording(name, Path(folder))
    config = from_settings(Ulmfit, found.label.settings)
    told = [one.event for one in found.events if isinstance(one.event, Validated)]
    for figure, on, n_texts in (
        ("test_accuracy", "test", config.classify.n_test),
        ("accuracy", "validation", config.classify.n_valid),
    ):
        values = [event.figures[figure] for event in told if figure in event.figures]
        if values:
            ref = f"{RECORDED}{name}"
            return Record(ref, found.label, config, values[-1], n_texts, on)
    return None


@dataclass(frozen=True)
class Pair:
    """Two runs with the same settings but for a trick, seed included."""

    with_it: Record
    without: Record

    @property
    def difference(self) -> float:
        """Accuracy with the trick minus accuracy without."""
        return self.with_it.accuracy - self.without.accuracy


def pairs(
    found: Sequence[Record], settings: Sequence[str], has_it: Callable[[Ulmfit], bool | None]
) -> list[Pair]:
    """All pairs of runs that differ in a trick.

    Args:
        found: recorded runs.
        settings: those that make the trick, such as "classify.unfreezing"; any others must agree.
        has_it: of a run's config; None where it has the trick in part.
    Returns:
        Pairs by text and seed.
    """
    by_rest: dict[tuple[Flat, str], dict[bool, Record]] = {}
    for record in found:
        has = has_it(record.config)
        if has is not None:
            rest = tuple(item for item in _flat(asdict(record.config)) if item[0] not in settings)
            by_rest.setdefault((rest, record.label.data), {}).setdefault(has, record)
    both = [Pair(of[True], of[False]) for of in by_rest.values() if len(of) == 2]
    return sorted(both, key=lambda p: (p.with_it.config.classify.text, p.with_it.label.seed))


def _flat(values: dict[str, Any], path: str = "") -> Flat:
    """Nested settings as (path, value).

    >>> _flat({"seed": 1, "adapt": {"on": True}})
    (('seed', 1), ('adapt.on', True))
    """
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, dict):
            found += _flat(value, f"{path}{name}.")
        else:
            found.append((f"{path}{name}", value))
    return tuple(found)
