"""A directive as it stands in the file, before it is a block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.lectures.fields import Fields
from engine.lectures.quoted import Number, Text


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
