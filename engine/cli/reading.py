"""Text files line by line, decoded as they are read, so that their length does not matter."""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from engine.errors import TextError
from engine.text import MAX_CHARACTERS, Sentence

STDIN = "-"
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16


@contextmanager
def opened(path: str, *, rewindable: bool = False) -> Iterator[IO[bytes]]:
    """A file, or standard input for "-".

    Args:
        rewindable: the file will be read twice; what cannot be (standard input, a pipe) is spooled
            to a temporary file.
    Raises:
        TextError: it cannot be read.
    """
    with contextlib.ExitStack() as stack:
        try:
            file: IO[bytes] = _stdin() if path == STDIN else stack.enter_context(open(path, "rb"))
        except OSError as error:
            raise TextError(f"{path} cannot be read: {error.strerror}.") from error
        if rewindable and (path == STDIN or not file.seekable()):
            spooled = stack.enter_context(tempfile.TemporaryFile(prefix="conescope-"))
            shutil.copyfileobj(file, spooled)
            spooled.seek(0)
            file = spooled
        yield file


def file_name(path: str) -> str:
    """What messages call the file."""
    return "Standard input" if path == STDIN else path


def lines(file: IO[bytes], name: str) -> Iterator[str]:
    """Every line, empty ones included, without its line end.

    Raises:
        TextError: a PDF, not UTF-8 (or UTF-16 with its mark), a NUL byte, or an endless line.
    """
    head = file.peek(4)[:4]  # type: ignore[attr-defined]  # files opened "rb" have it
    if head == b"%PDF":
        raise TextError(f"{name} is a PDF file. Export its text as .txt (UTF-8) first.")
    encoding = "utf-16" if head[:2] in BYTE_ORDER_MARKS else "utf-8-sig"
    text = io.TextIOWrapper(file, encoding=encoding)  # type: ignore[type-var]
    n_lines = 0
    try:
        while line := text.readline(MAX_CHARACTERS + 1):
            n_lines += 1
            if len(line) > MAX_CHARACTERS:
                raise TextError(
                    f"{name}, line {n_lines}: more than {MAX_CHARACTERS:,} characters without a "
                    "line break. One sentence a line is needed."
                )
            if "\0" in line:
                raise TextError(
                    f"{name}, line {n_lines}: NUL bytes, so this is not plain text. "
                    "Save it as .txt (UTF-8) first."
                )
            yield line.rstrip("\n")
    except UnicodeDecodeError:
        raise TextError(
            f"{name} is not UTF-8 text: a byte after line {n_lines} does not fit. "
            "Save it as plain text with the encoding UTF-8 first."
        ) from None
    finally:
        with contextlib.suppress(ValueError):  # the file is closed already
            text.detach()


def sentences(file: IO[bytes], name: str) -> Iterator[Sentence]:
    """One sentence per line that is not empty.

    Raises:
        TextError: there is none, or what `lines` raises.
    """
    empty = True
    for line in lines(file, name):
        if line.strip():
            empty = False
            yield Sentence(line.strip())
    if empty:
        raise TextError(f"{name} holds no sentence. One sentence a line is needed.")


def _stdin() -> IO[bytes]:
    if sys.stdin is None:
        raise TextError("Standard input is closed, so there is nothing to read.")
    return sys.stdin.buffer
