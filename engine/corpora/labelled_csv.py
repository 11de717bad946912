"""A user's own labelled texts, from a CSV file: read, checked row by row, and previewed."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.corpora.csv_columns import Columns, find_columns, likeliest_header
from engine.corpora.csv_rows import Fault, cell_fault, decode, rows
from engine.corpora.split_texts import unseen
from engine.errors import TextError

N_LISTED = 100  # faults that are kept
N_PREVIEW = 10  # rows


@dataclass(frozen=True)
class Limits:
    """What a file may hold."""

    n_bytes: int = 20_000_000
    n_rows: int = 50_000
    n_characters: int = 20_000  # of a text
    n_label_characters: int = 60
    n_labels: int = 20
    n_per_label: int = 10  # different texts, at least: some are kept for validation and test


@dataclass(frozen=True)
class LabelledTexts:
    """Texts and their labels, in the file's order."""

    texts: tuple[str, ...]
    labels: np.ndarray  # int64, (n_texts,)
    label_names: tuple[str, ...]  # in alphabetical order


@dataclass(frozen=True)
class CsvReading:
    """What a file holds, and what is wrong with it."""

    name: str
    faults: tuple[Fault, ...]  # the first 100; whole-file ones first
    n_faults: int
    columns: tuple[str, ...] = ()
    delimiter: str = ""
    text_column: str = ""
    label_column: str = ""
    n_rows: int = 0  # without the header
    preview: tuple[tuple[str, str], ...] = ()  # (text, label) of the first good rows
    label_counts: tuple[tuple[str, int], ...] = ()  # of the good rows
    texts: LabelledTexts | None = None  # None: it cannot be used as it is


def read_labelled_csv(
    source: bytes | Path,
    *,
    name: str = "",
    columns: tuple[str, str] | None = None,
    leave_out: bool = False,
    limits: Limits = Limits(),
) -> CsvReading:
    """Read and check a file with a header, a column of texts and a column of labels.

    Args:
        source: the content of an upload, or a file.
        name: what messages call it.
        columns: names of the text's and the label's column; found by usual names otherwise.
        leave_out: use the file without its faulty rows; otherwise one of them is enough to refuse.
        limits: what it may hold.
    Raises:
        OSError: the file cannot be read.
    """
    name = name or (source.name if isinstance(source, Path) else "The file")
    try:
        text = decode(_content(source, name, limits), name)
        found = find_columns(text, name, columns)
    except TextError as error:
        return CsvReading(name, (Fault(None, str(error)),), 1)
    return _Reader(name, text, found, limits).read(leave_out)


def unnamed_columns(source: bytes | Path, name: str, limits: Limits) -> tuple[str, ...]:
    """The first row of a file whose columns have no usual names, so that a user can say which ones
    hold the texts and the labels; () where they have, or where it is no text.
    """
    try:
        text = decode(_content(source, name, limits), name)
    except TextError:
        return ()
    with suppress(TextError):
        find_columns(text, name)
        return ()
    return likeliest_header(text)


def _content(source: bytes | Path, name: str, limits: Limits) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.n_bytes:
        raise TextError(
            f"{name} has {size / 1e6:,.1f} MB; the limit is {limits.n_bytes / 1e6:,.0f} MB. Take a "
            "part of it."
        )
    if not size:
        raise TextError(f"{name} is empty. It needs a header, such as text,label, and rows.")
    return source if isinstance(source, bytes) else source.read_bytes()


@dataclass(frozen=True)
class _Reader:
    """A file whose columns are known."""

    name: str
    text: str
    columns: Columns
    limits: Limits

    def read(self, leave_out: bool) -> CsvReading:
        good: list[tuple[str, str]] = []
        faults: list[Fault] = []
        n_rows = -1  # the header is a row too
        for number, cells in rows(self.text, self.columns.delimiter):
            n_rows += 1
            if not n_rows:
                continue
            if n_rows > (most := self.limits.n_rows):
                faults.append(Fault(None, f"more than {most:,} rows; take a part of it"))
                n_rows = most
                break
            if isinstance(cells, Fault):
                faults.append(cells)
            elif reason := self._fault(cells):
                faults.append(Fault(number, reason))
            else:
                good.append(self.columns.of(cells))
        return self._reading(good, faults, n_rows, leave_out)

    def _fault(self, cells: list[str]) -> str | None:
        if why := cell_fault(cells):
            return why
        if len(cells) != (n_columns := len(self.columns.header)):
            return f"has {len(cells)} cells where the header has {n_columns}"
        text, label = self.columns.of(cells)
        if not text:
            return "the text is empty"
        if len(text) > (most := self.limits.n_characters):
            return f"the text has {len(text):,} characters; the limit is {most:,}"
        if len(label) > (most := self.limits.n_label_characters):
            return f"the label has more than {most} characters"
        return None if label else "the label is missing"

    def _reading(
        self, good: list[tuple[str, str]], faults: list[Fault], n_rows: int, leave_out: bool
    ) -> CsvReading:
        whole = [f for f in faults if f.row is None] + _label_faults(good, self.limits)
        by_row = [f for f in faults if f.row is not None]
        usable = not whole and (leave_out or not by_row)
        header, (text, label) = self.columns.header, self.columns.places
        return CsvReading(
            self.name,
            tuple((whole + by_row)[:N_LISTED]),
            len(whole) + len(by_row),
            header,
            self.columns.delimiter,
            header[text],
            header[label],
            n_rows,
            preview=tuple(good[:N_PREVIEW]),
            label_counts=tuple(Counter(label for _, label in good).most_common()),
            texts=_numbered(good) if usable else None,
        )


def _label_faults(good: list[tuple[str, str]], limits: Limits) -> list[Fault]:
    different = [good[row] for row in unseen(text for text, _ in good)]
    counts = Counter(label for _, label in different)
    if not good:
        return [Fault(None, "no row that can be used")]
    if len(counts) == 1:
        return [Fault(None, f"only one label, {next(iter(counts))!r}; at least two are needed")]
    if len(counts) > limits.n_labels:
        reason = f"{len(counts):,} labels; at most {limits.n_labels} can be learnt"
        return [Fault(None, f"{reason}. Is this the label's column?")]
    return [
        Fault(None, f"the label {label!r} has {n} different texts; {limits.n_per_label} are needed")
        for label, n in counts.items()
        if n < limits.n_per_label
    ]


def _numbered(good: list[tuple[str, str]]) -> LabelledTexts:
    names = tuple(sorted({label for _, label in good}))
    labels = np.array([names.index(label) for _, label in good], np.int64)
    return LabelledTexts(tuple(text for text, _ in good), labels, names)
