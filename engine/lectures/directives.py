"""The directives of a lecture: from an opened colon fence to a block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from engine.lectures.blocks import (
    Block,
    Choice,
    Figure,
    Notes,
    Quiz,
    Solution,
)
from engine.lectures.fields import Fault, Fields
from engine.lectures.measured_parts import claim, figure
from engine.lectures.opened import Opened
from engine.lectures.predictions import predict


def _shown(make: Callable[[str, Fields], Figure], opened: Opened) -> Figure:
    given = opened.fields()
    given.line = opened.line
    if not opened.argument:
        raise Fault(opened.line, "The name of a view is missing.")
    found = make(opened.argument, given)
    given.end()
    return found


def _notes(opened: Opened) -> Notes:
    return Notes(opened.read_text(opened.body, opened.line + 1), opened.line)


def _solution(opened: Opened) -> Solution:
    text = opened.read_text(opened.body, opened.line + 1)
    return Solution(opened.argument or "Solution", text, opened.line)


def _quiz(opened: Opened) -> Quiz:
    given = opened.fields()
    question, line = opened.text(given, "question"), given.line_of("choices")
    choices = []
    for written in given.take("choices", list):
        if not isinstance(written, dict) or set(written) - {"text", "right", "why"}:
            raise Fault(line, "A choice has `text`, `why` and, if it is right, `right: true`.")
        if not isinstance(written.get("text"), str) or not isinstance(written.get("why"), str):
            raise Fault(line, "Each choice needs a `text` and a `why`.")
        text, why = (opened.read_text(written[name], line) for name in ("text", "why"))
        choices.append(Choice(text, written.get("right") is True, why))
    given.end()
    if len(choices) < 2 or sum(choice.right for choice in choices) != 1:
        raise Fault(opened.line, "A quiz needs at least two choices, and exactly one is right.")
    return Quiz(question, tuple(choices), opened.line)


DIRECTIVES: Mapping[str, Callable[[Opened], Block]] = {
    "figure": partial(_shown, figure),
    "claim": partial(_shown, claim),
    "predict": predict,
    "quiz": _quiz,
    "notes": _notes,
    "solution": _solution,
}
