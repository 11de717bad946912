"""Which columns of a user's table hold the texts and the labels?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.corpora.csv_rows import Fault, delimiters, rows
from engine.errors import TextError

TEXT_COLUMNS = ("text", "review", "sentence", "document", "content", "comment", "body")
LABEL_COLUMNS = ("label", "class", "category", "sentiment", "target", "polarity")


@dataclass(frozen=True)
class Columns:
    """A table's columns, what divides them, and where the two that count are."""

    header: tuple[str, ...]
    delimiter: str
    places: tuple[int, int]  # of the text's and of the label's column

    def of(self, cells: Sequence[str]) -> tuple[str, str]:
        """Text and label of a row, without blanks around them."""
        text, label = (cells[place].strip() for place in self.places)
        return text, label


def find_columns(text: str, name: str, wanted: tuple[str, str] | None = None) -> Columns:
    """The columns by their names in the first row.

    Args:
        text: the file.
        name: what messages call it.
        wanted: names of the text's and the label's column; the usual names otherwise.
    Raises:
        TextError: the first row does not name them.
    """
    for mark in delimiters(text):
        header = _header(text, mark)
        if places := _places(header, wanted):
            return Columns(header, mark, places)
    header = likeliest_header(text)
    names = "{!r} and {!r}".format(*(wanted or ("text", "label")))
    seen = ", ".join(repr(column[:40]) for column in header[:10]) or "no row of cells"
    raise TextError(
        f"{name} needs a first row that names its columns, among them {names}; its first row is "
        f"{seen}. Rename the columns, or say which ones hold the text and the label."
    )


def likeliest_header(text: str) -> tuple[str, ...]:
    """The cells of the first row, by what most likely divides them."""
    headers = [_header(text, mark) for mark in delimiters(text)]
    return next((header for header in headers if len(header) > 1), headers[0])


def _header(text: str, delimiter: str) -> tuple[str, ...]:
    first = next((cells for _, cells in rows(text, delimiter)), [])
    cells = [] if isinstance(first, Fault) else first
    return tuple(cell.encode("utf8", "replace").decode().strip() for cell in cells)


def _places(header: Sequence[str], wanted: tuple[str, str] | None) -> tuple[int, int] | None:
    names = [name.casefold() for name in header]
    choices = [(c.casefold(),) for c in wanted] if wanted else [TEXT_COLUMNS, LABEL_COLUMNS]
    found = [next((names.index(c) for c in choice if c in names), -1) for choice in choices]
    text, label = found
    return (text, label) if min(found) >= 0 and text != label else None
