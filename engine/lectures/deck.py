"""The deck map: which steps of which lectures show a view."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from engine.lectures.blocks import Lecture, Prediction, Step
from engine.lectures.shelf import FOLDER, last_change, shelf


class Place(NamedTuple):
    """A step of a lecture."""

    lecture: Lecture
    step: str  # its id
    title: str
    number: int  # of the step, from 1


def steps_showing(view: str, folder: Path = FOLDER) -> tuple[Place, ...]:
    """The steps that show a view, or have it answer a prediction, in the lectures' order."""
    return _by_view(folder, last_change(folder)).get(view, ())


@lru_cache(maxsize=2)
def _by_view(folder: Path, changed: int) -> dict[str, tuple[Place, ...]]:
    """view -> steps.

    Args:
        folder: of the lectures.
        changed: when one of them last did; the map is drawn anew then.
    """
    found: dict[str, list[Place]] = {}
    for lecture in shelf(folder)[0]:
        for number, step in enumerate(lecture.steps, start=1):
            for view in dict.fromkeys(_views(lecture, step)):
                found.setdefault(view, []).append(Place(lecture, step.id, step.title, number))
    return {view: tuple(places) for view, places in found.items()}


def _views(lecture: Lecture, step: Step) -> Iterator[str]:
    yield from (figure.view for figure in step.figures())
    asked = (block for block in step.blocks if isinstance(block, Prediction))
    yield from (lecture.numbers[name].view for one in asked for name in one.numbers)
