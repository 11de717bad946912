"""What commands print: JSON without NaN, aligned tables, and words that cannot upset a terminal."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from engine.measuring.report_json import to_json
from engine.measuring.tally import N_LISTED

NOTHING = "—"


def print_json(record: Any) -> None:
    """One JSON document on stdout; NaN and infinities, which JSON lacks, become null."""
    print(to_json(record))


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Left-aligned columns, as wide as their widest cell."""
    cells = [list(header), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def number(value: float, digits: int = 3) -> str:
    """A number for a table; a dash where there is none."""
    return f"{value:.{digits}f}" if math.isfinite(value) else NOTHING


def with_interval(value: float, low: float, high: float) -> str:
    """A number and its 95 % interval for a table.

    >>> with_interval(0.5, 0.25, float("nan"))
    '0.500'
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return number(value)
    return f"{number(value)} [{number(low)}, {number(high)}]"


def listed(words: Iterable[str]) -> str:
    """Words of a user's text in a message; control characters are shown, not obeyed.

    >>> listed(["bank", chr(27) + "x"]) == "bank, " + chr(92) + "x1bx"
    True
    """
    return ", ".join(map(visible, words))


def visible(text: str) -> str:
    """The text with a code in place of each character that does not print."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def complain(sentence: str) -> None:
    """One line on stderr."""
    print(sentence, file=sys.stderr)


def unknown_words_sentence(n_unknown: int, first: Collection[str]) -> str:
    """How many words the model does not know, and the first different ones."""
    more = ", …" if len(first) == N_LISTED else ""
    return f"{n_unknown:,} word(s) unknown to the model were left out: {listed(first)}{more}"


def quieten_libraries() -> None:
    """No progress bars and load reports on stderr, except progress on a terminal. Must be called
    before transformers and huggingface_hub are imported.
    """
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
