"""How the hub's copies of the data sets become files of the mirror's form.

The hub keeps tables (parquet, or JSON lines); a table's rows become the lines of one packed file.
"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from engine.corpora.files import records
from engine.corpora.reviews import NEGATIVE, POSITIVE
from engine.corpora.wikitext import split_articles
from engine.errors import CorruptFile

Rows = Iterable[dict[str, Any]]
N_AMAZON = 4_000  # reviews of each label that are kept of Amazon polarity, as many as in the mirror
XZ_PRESET = 2  # a fifth of the default's time for a tenth more bytes


@dataclass(frozen=True)
class Conversion:
    """One file of a data set, made from the hub's tables of one split."""

    table: str  # folder and split in the hub's repository
    file: str  # its name here
    lines: Callable[[Rows], Iterator[str]]


def _articles(rows: Rows) -> Iterator[str]:
    texts = split_articles(row["text"] for row in rows)
    for number, (title, text) in enumerate(texts):
        yield _json({"id": number, "title": title, "text": text})


def _wikitext_lines(rows: Rows) -> Iterator[str]:
    # A row is "" for an empty line, which the published file holds as one space.
    return (str(row["text"]).rstrip("\n") or " " for row in rows)


def _film_reviews(rows: Rows) -> Iterator[str]:
    for number, row in enumerate(rows):
        label = POSITIVE if row["label"] == 1 else NEGATIVE
        yield _json({"id": number, "label": label, "text": row["text"]})


def _product_reviews(rows: Rows) -> Iterator[str]:
    """The first reviews of each label, alternating."""
    kept: dict[int, list[str]] = {0: [], 1: []}
    for number, row in enumerate(rows):
        lines = kept[row["label"]]
        if len(lines) < N_AMAZON:
            label = POSITIVE if row["label"] == 1 else NEGATIVE
            record = {"id": f"polarity {number}", "label": label}
            lines.append(_json(record | {"title": row["title"], "text": row["content"]}))
        if all(len(lines) == N_AMAZON for lines in kept.values()):
            break
    for pair in zip(*kept.values(), strict=False):
        yield from pair


def _language(code: str) -> Callable[[Rows], Iterator[str]]:
    # One sentence a line: a line break inside a caption would shift all pairs after it.
    return lambda rows: (" ".join(str(row[code]).split()) for row in rows)


CONVERSIONS: dict[str, tuple[Conversion, ...]] = {
    "wikipedia": tuple(
        Conversion(f"wikitext-103-raw-v1/{split}", file, _articles)
        for split, file in (
            ("train", "train.jsonl.xz"),
            ("validation", "valid.jsonl.xz"),
            ("test", "test.jsonl.xz"),
        )
    ),
    "wikitext-2": (
        Conversion("wikitext-2-v1/validation", "valid.txt.xz", _wikitext_lines),
        Conversion("wikitext-2-v1/test", "test.txt.xz", _wikitext_lines),
    ),
    "imdb": tuple(
        Conversion(f"plain_text/{split}", f"{split}.jsonl.xz", _film_reviews)
        for split in ("train", "test")
    ),
    "amazon": (Conversion("amazon_polarity/test", "amazon-polarity.jsonl.xz", _product_reviews),),
    "multi30k": tuple(
        Conversion(table, f"{file}.{code}.gz", _language(code))
        for table, file in (("train", "train"), ("val", "val"), ("test", "test_2016_flickr"))
        for code in ("en", "de")
    ),
}
"""data set -> its files; a set that is missing here has no copy on the hub."""


def rows_of(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """The rows of tables that were downloaded, one table after the other.

    Raises:
        CorruptFile: a table cannot be read.
    """
    for path in paths:
        yield from _parquet_rows(path) if path.suffix == ".parquet" else records(path)


def write_lines(lines: Iterable[str], path: Path) -> int:
    """Pack lines into a file (.xz or .gz), which appears when it is complete.

    Returns:
        Number of lines.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    n_lines = 0
    with _packing(unfinished, path.suffix) as file:
        lines = iter(lines)
        while some := list(islice(lines, 1_000)):
            file.write("".join(f"{line}\n" for line in some).encode("utf8"))
            n_lines += len(some)
    unfinished.replace(path)
    return n_lines


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            for batch in table.iter_batches(batch_size=1_000):
                yield from batch.to_pylist()
    except (pyarrow.ArrowException, OSError) as error:
        raise CorruptFile(f"{path} cannot be read as a table ({error}).") from error


def _packing(path: Path, suffix: str) -> IO[bytes]:
    if suffix == ".xz":
        return lzma.open(path, "wb", preset=XZ_PRESET)
    return gzip.GzipFile(path, "wb", mtime=0)  # type: ignore[return-value]


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)
