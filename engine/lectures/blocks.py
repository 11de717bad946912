"""What a lecture is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.lectures.quoted import Number, Text
from engine.views import state_from_params, state_to_params


@dataclass(frozen=True)
class Vary:
    """A field of a figure's state that the reader may change, and to what."""

    field: str
    values: tuple[str, ...]  # as in a link


@dataclass(frozen=True)
class Prose:
    """Text between the directives."""

    text: Text
    line: int


@dataclass(frozen=True)
class Figure:
    """A registered view in a state."""

    view: str
    state: Any
    vary: tuple[Vary, ...] = ()
    line: int = 0

    @property
    def first(self) -> Any:
        """The state that is shown first: what may be changed stands at its first value."""
        params = state_to_params(self.state) | {vary.field: vary.values[0] for vary in self.vary}
        return state_from_params(type(self.state), params)


@dataclass(frozen=True)
class Claim(Figure):
    """A view that tests a claim, with its verdict."""


@dataclass(frozen=True)
class Notes:
    """What the speaker wants to remember."""

    text: Text
    line: int


@dataclass(frozen=True)
class Solution:
    """Of an exercise; folded away at first."""

    title: str
    text: Text
    line: int


@dataclass(frozen=True)
class Scale:
    """On which a number is guessed."""

    low: float
    high: float
    step: float


@dataclass(frozen=True)
class Option:
    """One answer to choose. At most one of the three says when it is right; a last option of a row
    of bounds may have none.
    """

    text: Text
    says: str = ""  # right if the answer is this word, or begins with it
    up_to: float | None = None  # right if the answer is at most this, and above the one before
    number: str = ""  # right if this number is the extreme one


@dataclass(frozen=True)
class Prediction:
    """A question that is answered by the learner first, then by a view."""

    question: Text
    after: Text  # what to make of it
    figure: Figure | None = None  # shown with the answer
    answer: str = ""  # name of a number, or of a curve if it is drawn
    extreme: str = ""  # HIGHEST or LOWEST, among the numbers of the options
    order: str = ""  # FALLING or RISING: the options are put in order by their numbers
    scale: Scale | None = None
    drawn: bool = False  # not one number is guessed on the scale, but a curve's at each point
    options: tuple[Option, ...] = ()
    line: int = 0

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers that decide."""
        named = (self.answer, *(option.number for option in self.options))
        return tuple(name for name in named if name)


@dataclass(frozen=True)
class Choice:
    """An answer of a quiz."""

    text: Text
    right: bool
    why: Text  # shown once it is chosen


@dataclass(frozen=True)
class Quiz:
    """A question whose right answer does not need measuring."""

    question: Text
    choices: tuple[Choice, ...]
    line: int


Block = Prose | Figure | Notes | Solution | Prediction | Quiz


@dataclass(frozen=True)
class Step:
    """What stands on the screen at once."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    covers: tuple[str, ...] = ()  # what of the lecture's material
    line: int = 0

    def figures(self) -> list[Figure]:
        """Its figures, those that answer a prediction too, in order."""
        found = (b.figure if isinstance(b, Prediction) else b for b in self.blocks)
        return [figure for figure in found if isinstance(figure, Figure)]

    def texts(self) -> Iterator[Text]:
        """All of its Markdown."""
        for block in self.blocks:
            if isinstance(block, Prose | Notes | Solution):
                yield block.text
            if isinstance(block, Prediction):
                yield from (block.question, block.after, *(one.text for one in block.options))
            if isinstance(block, Quiz):
                yield block.question
                yield from (text for one in block.choices for text in (one.text, one.why))


@dataclass(frozen=True)
class Lecture:
    """One file."""

    slug: str  # in its link
    title: str
    order: int
    minutes: int
    goals: tuple[Text, ...]
    sources: tuple[Text, ...]
    numbers: Mapping[str, Number]
    steps: tuple[Step, ...]
    path: Path

    def figures(self) -> list[Figure]:
        """Its figures, those that answer a prediction too, in order."""
        return [figure for step in self.steps for figure in step.figures()]

    def blocks(self, kind: type) -> list[Any]:
        """Its blocks of one kind, in order."""
        return [block for step in self.steps for block in step.blocks if isinstance(block, kind)]
