"""The directive `predict`: from its fields to a prediction that can be answered in one way."""

from __future__ import annotations

from collections.abc import Sequence

from engine.lectures.blocks import Option, Prediction, Scale
from engine.lectures.fields import Fault, Fields
from engine.lectures.measured_parts import figure
from engine.lectures.opened import Opened
from engine.lectures.quoted import FALLING, HIGHEST, LOWEST, RISING


def predict(opened: Opened) -> Prediction:
    """A question whose answer is measured.

    Raises:
        Fault: there is no way, or more than one, to answer or to tell the right answer.
    """
    given = opened.fields()
    question, after = opened.text(given, "question"), opened.text(given, "after", "")
    view = given.take("figure", str, "")
    shown = figure(view, given) if view else None
    answer, extreme = given.take("answer", str, ""), given.take("right", str, "")
    order = given.take("order", str, "")
    guess, curve = _scale(given, "guess"), _scale(given, "draw")
    options = _options(opened, given)
    given.end()
    if guess and curve:
        raise Fault(opened.line, "A prediction has either `guess` or `draw`.")
    found = Prediction(
        question, after, shown, answer, extreme, order, guess or curve, curve is not None, options,
        opened.line,
    )  # fmt: skip
    _check(found, opened)
    return found


def _scale(given: Fields, name: str) -> Scale | None:
    written = given.take(name, dict, {})
    if not written:
        return None
    line = given.line_of(name)
    try:
        low, high, step = (float(written.pop(name)) for name in ("from", "to", "step"))
    except (KeyError, TypeError, ValueError):
        raise Fault(line, f"`{name}` needs numbers `from`, `to` and `step`.") from None
    if written or not low < high or not 0 < step <= high - low:
        raise Fault(line, f"`{name}` runs `from` a number `to` a higher one by a `step` above 0.")
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
        raise Fault(line, "A prediction needs either `guess` or `draw` or `options`.")
    if len(found.options) == 1:
        raise Fault(line, "A prediction needs at least two options.")
    _check_curves(found, opened)
    if found.order or any(option.number for option in found.options):
        _check_compared(found, line)
        return
    if not found.answer:
        raise Fault(line, "`answer` is missing: the name of the number that decides.")
    if found.extreme:
        raise Fault(line, "`right` belongs to options that have a `number` each.")
    _check_conditions(found.options, line)


def _check_curves(found: Prediction, opened: Opened) -> None:
    """A curve is what is drawn, and nothing else."""
    for name in found.numbers:
        if bool(opened.numbers[name].by) != found.drawn:
            told = "has no `by`, so it is one number" if found.drawn else "is a curve (`by`)"
            raise Fault(opened.line, f"{name!r} {told}; a curve, and only that, is for `draw`.")


def _check_compared(found: Prediction, line: int) -> None:
    alike = all(option.number for option in found.options)
    ways = [found.extreme in (HIGHEST, LOWEST), found.order in (FALLING, RISING)]
    if not alike or found.answer or sum(ways) != 1 or (found.extreme and found.order):
        raise Fault(
            line,
            "Options with a `number` each need `right: highest` or `lowest`, or `order: falling` "
            "or `rising`, and no `answer`.",
        )


def _check_conditions(options: Sequence[Option], line: int) -> None:
    bounds = [option.up_to for option in options if option.up_to is not None]
    unsaid = [option for option in options[:-1] if option.up_to is None and not option.says]
    if unsaid or bounds != sorted(bounds):
        raise Fault(line, "Each option needs `is` or a rising `up_to`; the last may have neither.")
