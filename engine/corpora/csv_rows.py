"""A table of a user's, as rows: what kind of file it is, what divides its columns, and which rows
cannot be read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import TextError

DELIMITERS = ",;\t|"
SAMPLE = 65_536  # characters that the delimiter is told from
HEAD = 4_096  # characters that tell text from something else
MAX_STRANGE = 0.1  # share of characters that no text has, above which a file is none

KINDS = (
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"RIFF", "an image or a sound"),
    (b"PK\x03\x04", "a packed file, such as an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"\x1f\x8b", "a packed file"),
    (b"\xfd7zXZ", "a packed file"),
)
NOT_UTF_8 = re.compile("[\ud800-\udfff]")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
REASONS = {  # what the csv module says -> what it means
    "unexpected end of data": "a quote mark is opened here and never closed",
    "expected after": "a quote mark inside a quoted text must be written twice",
    "field larger": "more than 131,072 characters between two quote marks; one may be missing",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where."""

    row: int | None  # the header is row 1, as in a spreadsheet; None: the file as a whole
    reason: str

    def __str__(self) -> str:
        return self.reason if self.row is None else f"row {self.row:,}: {self.reason}"


def decode(content: bytes, name: str) -> str:
    """The text of a file. Bytes that are not UTF-8 become single surrogates, which `cell_fault`
    finds, so that the row they stand in can be named.

    Raises:
        TextError: it is no text, whatever its name says.
    """
    for mark, kind in KINDS:
        if content.startswith(mark):
            raise TextError(
                f"{name} is {kind}, whatever its name says. Save the table as CSV (UTF-8) first."
            )
    if content.startswith(UTF_16):
        text = content.decode("utf-16", errors="replace")
    else:
        text = content.decode("utf-8-sig", errors="surrogateescape")
    head = text[:HEAD]
    if head and sum(map(_is_strange, head)) > MAX_STRANGE * len(head):
        raise TextError(f"{name} is not a text file. Save the table as CSV (UTF-8) first.")
    return text


def delimiters(text: str) -> list[str]:
    """What may divide the columns, the likeliest first: the csv module's guess, then what the
    first line holds most often.
    """
    first = text.partition("\n")[0]
    ranked = sorted(DELIMITERS, key=lambda mark: -first.count(mark))
    try:
        guess = csv.Sniffer().sniff(text[:SAMPLE], DELIMITERS).delimiter
    except csv.Error:
        return ranked
    return [guess, *(mark for mark in ranked if mark != guess)]


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | Fault]]:
    """(row number, cells or what is wrong) of every row that is not blank, the header included.

    A quoted cell may hold line breaks; a row is what the csv module takes for one, in strict mode.
    """
    # newline=None: \r\n and a lone \r end a line too.
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Fault(number, _meaning(str(error)))
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells


def cell_fault(cells: Sequence[str]) -> str | None:
    """Why a row is no text: a byte that is not UTF-8, or a NUL byte."""
    if any(NOT_UTF_8.search(cell) for cell in cells):
        return "holds a byte that is not UTF-8; save the file with the encoding UTF-8"
    return "holds a NUL byte" if any("\0" in cell for cell in cells) else None


def _meaning(said: str) -> str:
    return next((reason for part, reason in REASONS.items() if part in said), said)


def _is_strange(c: str) -> bool:
    return (c < " " and c not in "\t\r\n") or "\ud800" <= c <= "\udfff" or c == "\ufffd"
