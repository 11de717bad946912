"""The directives of a lecture: from an opened colon fence to a block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.lectures.blocks import (
    Block,
    Choice,
    Figure,
    Notes,
    Option,
    Prediction,
    Quiz,
    Scale,
    Solution,
)
from engine.lectures.fields import Fault, Fields
from engine.lectures.measured_parts import claim, figure
from engine.lectures.quoted import HIGHEST, LOWEST, Number, Text


@dataclass(frozen=True)
class Opened:
    """A directive as it stands in the file."""

    argument: str  # what stands behind its name
    body: str
    line: int  # of the opening fence
    read_text: Callable[[str, int], Text]
    numbers: Mapping[str, Number]

    def fields(self) -> Fields:
        """The body as fields."""
        return Fields(self.body, self.line + 1)

    def text(self, given: Fields, name: str, default: Any = None) -> Text:
        """A field that is Markdown."""
        found = given.take(name, str) if default is None else given.take(name, str, default)
        return self.read_text(found, given.line_of(name))


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


def _predict(opened: Opened) -> Prediction:
    given = opened.fields()
    question, after = opened.text(given, "question"), opened.text(given, "after", "")
    view = given.take("figure", str, "")
    shown = figure(view, given) if view else None
    answer, extreme = given.take("answer", str, ""), given.take("right", str, "")
    scale, options = _scale(given), _options(opened, given)
    given.end()
    found = Prediction(question, after, shown, answer, extreme, scale, options, opened.line)
    _check(found, opened)
    return found


def _scale(given: Fields) -> Scale | None:
    written = given.take("guess", dict, {})
    if not written:
        return None
    line = given.line_of("guess")
    try:
        low, high, step = (float(written.pop(name)) for name in ("from", "to", "step"))
    except (KeyError, TypeError, ValueError):
        raise Fault(line, "A guess needs numbers `from`, `to` and `step`.") from None
    if written or not low < high or not 0 < step <= high - low:
        raise Fault(line, "A guess runs `from` a number `to` a higher one by a `step` above 0.")
    return Scale(low, high, step)


def _options(opened: Opened, given: Fields) -> tuple[Option, ...]:
    line = given.line_of("options")
    found = []
    for written in given.take("options", list, []):
        if not isinstance(written, dict) or not isinstance(written.get("text"), str):
            raise Fault(line, "Each option needs a `text`.")
        if unknown := sorted(set(written) - {"text", "is", "up_to", "number"}):
            raise Fault(line, f"{unknown[0]!r} does not belong to an option.")
        up_to = written.get("up_to")
        if up_to is not None and type(up_to) not in (int, float):
            raise Fault(line, "`up_to` must be a number.")
        text = opened.read_text(written["text"], line)
        says, number = str(written.get("is", "")), str(written.get("number", ""))
        found.append(Option(text, says, up_to, number))
    return tuple(found)


def _check(found: Prediction, opened: Opened) -> None:
    """Exactly one way to answer, and numbers that there are."""
    line = opened.line
    for name in found.numbers:
        if name not in opened.numbers:
            raise Fault(line, f"There is no number {name!r} in the front matter.")
    if (found.scale is None) == (not found.options):
        raise Fault(line, "A prediction needs either `guess` or `options`.")
    if len(found.options) == 1:
        raise Fault(line, "A prediction needs at least two options.")
    if any(option.number for option in found.options):
        _check_compared(found, line)
        return
    if not found.answer:
        raise Fault(line, "`answer` is missing: the name of the number that decides.")
    if found.extreme:
        raise Fault(line, "`right` belongs to options that have a `number` each.")
    _check_conditions(found.options, line)


def _check_compared(found: Prediction, line: int) -> None:
    alike = all(option.number for option in found.options)
    if not alike or found.answer or found.extreme not in (HIGHEST, LOWEST):
        raise Fault(
            line,
            "Options with a `number` each need `right: highest` or `lowest`, and no `answer`.",
        )


def _check_conditions(options: Sequence[Option], line: int) -> None:
    bounds = [option.up_to for option in options if option.up_to is not None]
    unsaid = [option for option in options[:-1] if option.up_to is None and not option.says]
    if unsaid or bounds != sorted(bounds):
        raise Fault(line, "Each option needs `is` or a rising `up_to`; the last may have neither.")


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
    "predict": _predict,
    "quiz": _quiz,
    "notes": _notes,
    "solution": _solution,
}
