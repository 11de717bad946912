"""What is known of a room, of where its lecturer is, and of what it is asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where the lecturer is."""

    page: str = ""  # its name in the link; "" is the first page
    query: str = ""  # of the link: the page's full state
    view: str = ""  # of a cloud or a replay, JSON, ahead of what the link says of it


@dataclass(frozen=True)
class Room:
    """A room as it stood when it was read."""

    code: str
    number: int  # one more with every change: a larger one is newer
    place: Place | None  # None before the first move
    poll: int | None  # what is asked now
    closed: bool
    touched: float  # when the lecturer last moved, seconds since 1970


@dataclass(frozen=True)
class Scale:
    """On which a number is voted."""

    low: float
    high: float
    step: float


@dataclass(frozen=True)
class Question:
    """What a class is asked: options to choose from, or a number on a scale."""

    text: str
    options: tuple[str, ...] = ()
    scale: Scale | None = None


@dataclass(frozen=True)
class Measured:
    """What was measured."""

    told: str
    option: int | None = None  # which option that is
    value: float | None = None  # on the scale


@dataclass(frozen=True)
class Poll:
    """A question that is put to a class, perhaps more than once."""

    number: int  # in its room, from 1
    about: str  # what in a lecture it stands for
    question: Question
    round: int  # from 1
    is_open: bool  # votes are taken
    is_shown: bool  # the class sees the votes
    measured: Measured | None
    votes: tuple[tuple[float, ...], ...]  # of each round: an option's number, or a value
