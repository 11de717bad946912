"""What a browser is told of a room: where the lecturer is, and what is asked, as JSON.

A histogram is in it only once the lecturer shows it: what nobody may see yet does not leave the
server.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from engine.classroom.rows import Poll, Question, Room, Scale

MOST_BINS = 10


def told(room: Room, poll: Poll | None, *, to_driver: bool = False, n_viewers: int = 0) -> bytes:
    """The room for whoever follows it, or for the browser that drives it.

    Args:
        room: as it stands.
        poll: what it is asked.
        to_driver: with how many follow and how many have voted.
        n_viewers: how many follow.
    """
    place = room.place
    content: dict[str, Any] = {
        "code": room.code, "number": room.number, "closed": room.closed,
        "place": place and {"page": place.page, "query": place.query,
                            "view": json.loads(place.view or "null")},
        "poll": poll and _poll(poll),
    }  # fmt: skip
    if to_driver:
        content["viewers"] = n_viewers
        if poll:
            content["poll"]["voted"] = [len(votes) for votes in poll.votes]
    return json.dumps(content, ensure_ascii=False).encode()


def _poll(poll: Poll) -> dict[str, Any]:
    question, measured = poll.question, poll.measured
    scale = question.scale
    content: dict[str, Any] = {
        "number": poll.number, "question": question.text, "options": list(question.options),
        "scale": scale and [scale.low, scale.high, scale.step],
        "round": poll.round, "open": poll.is_open,
    }  # fmt: skip
    if poll.is_shown:
        content["bars"] = bars(question)
        content["counts"] = [counts(question, votes) for votes in poll.votes]
    if measured:
        bar = measured.option
        if scale and measured.value is not None:
            bar = _bin(scale, measured.value)
        content["measured"] = {"told": measured.told, "bar": bar}
    return content


def bars(question: Question) -> list[str]:
    """What each bar of the histogram stands for.

    >>> bars(Question("How many?", scale=Scale(0, 4, 1)))
    ['0', '1', '2', '3', '4']
    >>> bars(Question("How alike?", scale=Scale(-1, 1, 0.05)))[:2]
    ['-1 to -0.8', '-0.8 to -0.6']
    """
    scale = question.scale
    if not scale:
        return list(question.options)
    edges = _edges(scale)
    if _is_counted(scale):
        return [f"{edge:g}" for edge in edges[:-1]]
    return [f"{low:g} to {high:g}" for low, high in pairwise(edges)]


def counts(question: Question, votes: Sequence[float]) -> list[int]:
    """Votes a bar.

    >>> counts(Question("Which?", ("a", "b")), [0.0, 1.0, 1.0])
    [1, 2]
    >>> counts(Question("How alike?", scale=Scale(0, 1, 0.1)), [0.05, 0.1, 1.0])
    [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    found = [0] * len(bars(question))
    for choice in votes:
        found[_bin(question.scale, choice) if question.scale else int(choice)] += 1
    return found


def _is_counted(scale: Scale) -> bool:
    """True if there are so few steps that each has a bar of its own."""
    return round((scale.high - scale.low) / scale.step) < MOST_BINS


def _edges(scale: Scale) -> list[float]:
    n_bins = MOST_BINS
    width = (scale.high - scale.low) / n_bins
    if _is_counted(scale):
        n_bins, width = round((scale.high - scale.low) / scale.step) + 1, scale.step
    return [round(scale.low + number * width, 9) for number in range(n_bins + 1)]


def _bin(scale: Scale, value: float) -> int:
    edges = _edges(scale)
    width = edges[1] - edges[0]
    # A value on an edge belongs to the bar above it, whatever a division makes of it.
    number = int((value - scale.low) / width + 1e-9)
    return min(max(number, 0), len(edges) - 2)
