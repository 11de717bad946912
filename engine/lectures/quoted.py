"""Text that quotes measured numbers, and what such a number is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VERDICT = "verdict"  # in place of a column: the word of a view's verdict
HIGHEST, LOWEST = "highest", "lowest"
FALLING, RISING = "falling", "rising"  # orders


@dataclass(frozen=True)
class Text:
    """Markdown with places for measured numbers."""

    source: str
    numbers: tuple[str, ...] = ()  # names of those it quotes, in order

    def told(self, numbers: Mapping[str, str]) -> str:
        """The Markdown with its numbers in place.

        Args:
            numbers: name -> as Markdown.

        >>> Text("It is {number}`cone`.", ("cone",)).told({"cone": "**0.23**"})
        'It is **0.23**.'
        """
        text = self.source
        for name in self.numbers:
            text = text.replace(f"{{number}}`{name}`", numbers[name])
        return text


@dataclass(frozen=True)
class Number:
    """A number, or a word, of a view's table, by its row and column."""

    name: str
    view: str
    state: Any
    column: str  # or VERDICT
    row: tuple[tuple[str, str], ...] = ()  # (column, what stands in it); one row has all of it
    pick: tuple[str, str] | None = None  # or, of those rows, the HIGHEST or LOWEST in a column
    by: str = ""  # a curve: all of those rows, each at what stands in this column
    form: str = ""  # a format specification, as ".2f"
    line: int = 0
