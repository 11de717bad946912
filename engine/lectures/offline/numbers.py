"""The measured numbers of a lecture, in its text and as a list of where each comes from."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from engine.lectures.answers import Value, told
from engine.lectures.blocks import Lecture
from engine.lectures.measuring import Views
from engine.lectures.offline.markdown import as_markdown_text
from engine.lectures.quoted import Text
from engine.views import VIEWS

MISSING = "*(not measured here)*"


@dataclass(frozen=True)
class Told:
    """A lecture and what was measured for it."""

    lecture: Lecture
    views: Views
    values: Mapping[str, Value]
    missing: Mapping[str, str]  # name -> why it has no value

    def text(self, text: Text) -> str:
        """Markdown with its numbers in place."""
        return text.told({name: self._number(name) for name in text.numbers})

    def _number(self, name: str) -> str:
        if name in self.missing:
            return MISSING
        return f"**{as_markdown_text(told(self.lecture.numbers[name], self.values[name]))}**"


def where_from(found: Told) -> str:
    """A table: each number, its cell, its view and the caption, or why it is missing."""
    rows = []
    for name, number in found.lecture.numbers.items():
        value = told(number, found.values[name]) if name in found.values else "—"
        row = ", ".join(f"{column} {content}" for column, content in number.row)
        pick = " ".join(number.pick or ()) or (number.by and f"by {number.by}")
        cell = " · ".join(part for part in (number.column, row, pick) if part)
        shown = found.missing.get(name) or found.views.show(number.view, number.state).caption
        cells = (value, cell, VIEWS[number.view].title, shown)
        rows.append("".join(f"<td>{html.escape(cell)}</td>" for cell in cells))
    head = "<tr><th>number</th><th>cell</th><th>in</th><th>measured on</th></tr>"
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'
