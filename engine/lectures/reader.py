"""From a Markdown file to a lecture. Every fault is named with its line, all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from engine.errors import LectureError
from engine.lectures.blocks import Lecture
from engine.lectures.fields import Fault, Fields
from engine.lectures.measured_parts import number
from engine.lectures.steps import MARKDOWN, Reading, read_steps


def read_lecture(path: Path) -> Lecture:
    """The lecture of a file.

    Raises:
        LectureError: what is wrong, a line a fault: `file:line: what`.
        OSError: the file cannot be read.
    """
    try:
        source = path.read_text(encoding="utf8")
    except UnicodeDecodeError:
        raise LectureError(f"{path}:1: The file is not text in UTF-8.") from None
    reading = Reading(source.splitlines())
    tokens = MARKDOWN.parse(source)
    front = _front_matter(tokens, reading)
    steps = read_steps(tokens, reading)
    reading.faults += _broken_formulas(reading.lines)
    if not reading.faults and not steps:
        reading.faults.append(Fault(1, "There is no step. `:::step Title` begins one."))
    if reading.faults:
        faults = sorted(reading.faults, key=lambda fault: fault.line)
        raise LectureError("\n".join(f"{path}:{one.line}: {one.message}" for one in faults))
    return Lecture(
        slug=slug_of(path), path=path,
        numbers=reading.numbers, steps=steps, **front,
    )  # fmt: skip


def _broken_formulas(lines: Sequence[str]) -> list[Fault]:
    """Browsers read on from a `$$` that the same line does not close to the end of the text."""
    told = "A formula over several lines stands between two lines `$$` that hold nothing else."
    return [
        Fault(number, told) for number, line in enumerate(lines, 1)
        if line.count("$$") % 2 and line.strip() != "$$"
    ]  # fmt: skip


def slug_of(path: Path) -> str:
    """A lecture's name in links.

    >>> slug_of(Path("05_spheres_and_cones.md"))
    'spheres-and-cones'
    """
    return path.stem.lstrip("0123456789_").replace("_", "-") or path.stem


def _front_matter(tokens: Sequence[Token], reading: Reading) -> Mapping[str, Any]:
    first = tokens[0] if tokens else None
    if first is None or first.type != "front_matter":
        reading.faults.append(Fault(1, "Front matter between two lines `---` is missing."))
        return {}
    try:
        given = Fields(first.content, 2)
        _numbers(given, reading)
        found = {
            "title": given.take("title", str),
            "order": given.take("order", int),
            "minutes": given.take("minutes", int),
        }
        for name in ("goals", "sources"):
            texts = given.texts(name)
            found[name] = tuple(reading.text(one, given.line_of(name)) for one in texts)
        given.end()
    except Fault as fault:
        reading.faults.append(fault)
        return {}
    return found


def _numbers(given: Fields, reading: Reading) -> None:
    """Each number that can be read; the faults of the others are kept."""
    block = given.line_of("numbers")
    for name, written in given.take("numbers", dict, {}).items():
        line = _line_of_key(reading.lines, str(name), block)
        try:
            reading.numbers[str(name)] = number(str(name), written, line)
        except Fault as fault:
            reading.faults.append(fault)


def _line_of_key(lines: Sequence[str], name: str, after: int) -> int:
    """The line, from 1, of a key below another one."""
    for at in range(after, len(lines)):
        if lines[at].lstrip().startswith(f"{name}:"):
            return at + 1
    return after
