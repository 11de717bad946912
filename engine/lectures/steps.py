"""The body of a lecture: its directives in order, and what stands between them as prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from engine.lectures.blocks import Block, Prose, Step
from engine.lectures.directives import DIRECTIVES
from engine.lectures.fields import Fault
from engine.lectures.opened import Opened
from engine.lectures.quoted import Number, Text

ROLE, FENCE, STEP = "number", "colon_fence", "step"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

MARKDOWN = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .use(front_matter_plugin)
    .use(colon_fence_plugin)
    .use(myst_role_plugin)
)


@dataclass
class Reading:
    """What is known of the file so far."""

    lines: Sequence[str]
    faults: list[Fault] = field(default_factory=list)
    numbers: dict[str, Number] = field(default_factory=dict)

    def text(self, source: str, line: int) -> Text:
        """Markdown whose numbers are known.

        Raises:
            Fault: a role that there is not, or a number that the front matter does not name.
        """
        names = []
        for token in MARKDOWN.parse(source):
            roles = [one for one in token.children or () if one.type == "myst_role"]
            at = line + (token.map or [0])[0]
            for role in roles:
                if role.meta["name"] != ROLE:
                    told = f"There is no role {role.meta['name']!r}; {ROLE!r} is the only one."
                    raise Fault(at, told)
                if role.content not in self.numbers:
                    told = f"There is no number {role.content!r} in the front matter."
                    raise Fault(at, told)
                names.append(role.content)
        return Text(source.strip("\n"), tuple(dict.fromkeys(names)))


def read_steps(tokens: Sequence[Token], reading: Reading) -> tuple[Step, ...]:
    """The steps of a parsed file; what is wrong is kept in `reading`."""
    begun: list[tuple[Step, list[Block]]] = []
    blocks: list[Block] = []
    started, start = False, 0
    if tokens and tokens[0].type == "front_matter":
        start = _lines_of(tokens[0])[1]
    for token in tokens:
        if token.type != FENCE or token.level:
            continue
        begin, end = _lines_of(token)
        _prose(reading, start, begin, blocks, started)
        start, started = end, started or _name(token) == STEP
        try:
            found = _directive(token, reading)
        except Fault as fault:
            reading.faults.append(fault)
            continue
        if isinstance(found, Step):
            _check_id(found, [step for step, _ in begun], reading)
            blocks = []
            begun.append((found, blocks))
        else:
            blocks.append(found)
    _prose(reading, start, len(reading.lines), blocks, started)
    return tuple(replace(step, blocks=tuple(inside)) for step, inside in begun)


def _lines_of(token: Token) -> tuple[int, int]:
    begin, end = token.map or (0, 0)
    return begin, end


def _name(token: Token) -> str:
    return token.info.split(maxsplit=1)[0] if token.info.strip() else ""


def _directive(token: Token, reading: Reading) -> Block | Step:
    begin, end = _lines_of(token)
    line, kind = begin + 1, _name(token)
    if not reading.lines[end - 1].lstrip().startswith(token.markup):
        raise Fault(line, f"This directive is never closed by {token.markup!r}.")
    argument = token.info.strip().removeprefix(kind).strip()
    opened = Opened(argument, token.content, line, reading.text, reading.numbers)
    if kind == STEP:
        return _step(opened)
    if kind not in DIRECTIVES:
        known = ", ".join([STEP, *DIRECTIVES])
        raise Fault(line, f"There is no directive {kind!r}. Known: {known}.")
    return DIRECTIVES[kind](opened)


def _prose(reading: Reading, begin: int, end: int, blocks: list[Block], started: bool) -> None:
    lines = reading.lines[begin:end]
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return
    line = begin + first + 1
    try:
        if not started:
            raise Fault(line, "Text stands before the first step.")
        blocks.append(Prose(reading.text("\n".join(lines[first:]), line), line))
    except Fault as fault:
        reading.faults.append(fault)


def _step(opened: Opened) -> Step:
    given = opened.fields()
    name, covers = given.take("id", str), tuple(given.texts("covers", []))
    if not opened.argument:
        raise Fault(opened.line, "The title of the step is missing.")
    if not SLUG.fullmatch(name):
        raise Fault(given.line_of("id"), f"{name!r} is no id: small letters, digits and hyphens.")
    given.end()
    return Step(name, opened.argument, (), covers, opened.line)


def _check_id(step: Step, before: Sequence[Step], reading: Reading) -> None:
    if step.id in {other.id for other in before}:
        reading.faults.append(Fault(step.line, f"Two steps have the id {step.id!r}."))
