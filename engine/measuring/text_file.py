"""A text file of any length, cut into pieces of consecutive sentences.

Where a file is cut depends on the file alone, from its first byte on: whoever measures a part of it
encodes the same sentences together and gives them the same numbers as one who measures it whole.
That is what makes parts merge exactly, random samples and bootstrap weights included.
"""

from __future__ import annotations

import codecs
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, NamedTuple

import sentencex

from engine.errors import TextError
from engine.text import MAX_CHARACTERS

PIECE_SENTENCES, PIECE_CHARACTERS = 256, 25_000  # a piece ends when it has either
MOST_BYTES = 4 * MAX_CHARACTERS  # of a line: UTF-8 takes up to four a character
ENDS = 2**16  # bytes at both ends of a file by which it is told from others
TOO_LONG = (
    "{where}: more than {most:,} characters without a line break. One sentence a line is needed."
)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Place(NamedTuple):
    """Between two lines of a file."""

    byte: int = 0
    line: int = 0  # lines before it
    sentence: int = 0  # sentences before it


class Piece(NamedTuple):
    """Consecutive sentences that are encoded together."""

    begin: Place
    end: Place
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class TextFile:
    """A UTF-8 text, one sentence a line unless it is to be split further.

    Args:
        path: the file.
        name: what messages call it.
        split: cut each line into sentences by rules too.
    """

    path: Path
    name: str
    split: bool = False

    @cached_property
    def size(self) -> int:
        """Bytes.

        Raises:
            TextError: it is not there or cannot be read.
        """
        with self._opened() as file:
            return file.seek(0, 2)

    @cached_property
    def fingerprint(self) -> str:
        """What tells the file from others: a hash of its length and of both its ends."""
        with self._opened() as file:
            digest = hashlib.sha256(f"{self.size} ".encode() + file.read(ENDS))
            file.seek(max(0, self.size - ENDS))
            digest.update(file.read(ENDS))
        return digest.hexdigest()

    def pieces(self, begin: Place = Place(), end: int | None = None) -> Iterator[Piece]:
        """The pieces from a place on, which must be one where a piece ends.

        Args:
            begin: where the first one begins.
            end: byte from which on no piece begins; the end of the file where left out.
        Raises:
            TextError: binary content, not UTF-8, or a line without an end; the message names the
                line.
        """
        end = self.size if end is None else end
        here = first = begin
        if begin.byte >= end:
            return
        sentences: list[str] = []
        n_characters = 0
        for here, found in self._lines(begin):
            sentences += found
            n_characters += sum(map(len, found))
            if len(sentences) >= PIECE_SENTENCES or n_characters >= PIECE_CHARACTERS:
                yield Piece(first, here, tuple(sentences))
                if here.byte >= end:
                    return
                sentences, n_characters, first = [], 0, here
        if sentences:
            yield Piece(first, here, tuple(sentences))

    def part(self, number: int, of: int) -> tuple[Place, int]:
        """Where a part of several begins, and the byte from which on no piece of it begins.

        Args:
            number: from 1.
            of: parts in all, of about the same bytes.
        Returns:
            (place, byte), as `pieces` takes them. A part may be empty.
        """
        borders = [self.size * share // of for share in (number - 1, number)]
        if not borders[0]:
            return Place(), borders[1]
        # Read for the numbers of its sentences only.
        before = deque(self.pieces(end=borders[0]), maxlen=1)
        return (before[0].end if before else Place()), borders[1]

    def _lines(self, begin: Place) -> Iterator[tuple[Place, list[str]]]:
        """Each line's sentences, and the place behind it."""
        byte, number, sentence = begin
        with self._opened() as file:
            self._check_head(file)
            file.seek(byte)
            while line := file.readline(MOST_BYTES + 1):
                number += 1
                found = self._sentences(line, number, is_first=byte == 0)
                byte, sentence = byte + len(line), sentence + len(found)
                yield Place(byte, number, sentence), found

    def _sentences(self, line: bytes, number: int, *, is_first: bool) -> list[str]:
        where = f"{self.name}, line {number}"
        if b"\0" in line:
            raise TextError(
                f"{where}: NUL bytes, so this is not plain text. Save it as .txt (UTF-8) first."
            )
        if len(line) > MOST_BYTES:
            raise TextError(TOO_LONG.format(where=where, most=MAX_CHARACTERS))
        try:
            text = line.decode("utf-8-sig" if is_first else "utf-8")
        except UnicodeDecodeError:
            raise TextError(
                f"{self.name} is not UTF-8 text: a byte after line {number - 1} does not fit. "
                "Save it as plain text with the encoding UTF-8 first."
            ) from None
        if len(text) > MAX_CHARACTERS:
            raise TextError(TOO_LONG.format(where=where, most=MAX_CHARACTERS))
        pieces = text.split("\r")  # a line end of old, and part of one of other systems
        if self.split:
            pieces = [piece for part in pieces if part.strip() for piece in cut_sentences(part)]
        return [stripped for piece in pieces if (stripped := piece.strip())]

    def _check_head(self, file: IO[bytes]) -> None:
        head = file.read(4)
        if head == b"%PDF":
            raise TextError(f"{self.name} is a PDF file. Export its text as .txt (UTF-8) first.")
        if head[:2] in UTF_16:
            raise TextError(f"{self.name} is UTF-16 text. Save it with the encoding UTF-8 first.")

    def _opened(self) -> IO[bytes]:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise TextError(f"{self.name} cannot be read: {error.strerror}.") from error


def cut_sentences(line: str) -> list[str]:
    """A line cut into sentences by sentencex's rules for English."""
    return list(sentencex.segment("en", line))
