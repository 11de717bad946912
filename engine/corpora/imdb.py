"""Film reviews of IMDb, labelled positive (7 to 10) or negative (1 to 4); the official split.

Maas et al. (2011), https://aclanthology.org/P11-1015.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.corpora.files import of_split, records
from engine.corpora.reviews import NEGATIVE, POSITIVE, Review
from engine.errors import CorruptFile

FILES = {"train": "train.jsonl.xz", "test": "test.jsonl.xz"}
LINE_BREAKS = re.compile(r"\s*(?:<br\s*/?>\s*)+")


def reviews(split: str, *, raw: bool = False) -> Iterator[Review]:
    """The reviews of "train" or "test" in the file's order, read as they are used.

    Args:
        split: "train" or "test".
        raw: leave `<br />` in the text; otherwise one or more of them become one line break.
    Raises:
        UnknownName: no such split.
        DataUnavailable: the data set is not on this machine.
        CorruptFile: the file is broken; the message names the line.
    """
    path = of_split("imdb", split, FILES)  # now, not at the first review
    return (_review(record, path, raw) for record in records(path, "id", "label", "text"))


def without_markup(text: str) -> str:
    """The text with a line break where its HTML has one or more.

    >>> without_markup("Good.<br /><br />Very good.")
    'Good.\\nVery good.'
    """
    return LINE_BREAKS.sub("\n", text).strip()


def _review(record: dict, path: Path, raw: bool) -> Review:
    if record["label"] not in (POSITIVE, NEGATIVE):
        raise CorruptFile(
            f"{path}, review {record['id']}: the label must be {POSITIVE} or {NEGATIVE}; "
            f"got {record['label']!r}."
        )
    text = str(record["text"])
    return Review(
        id=str(record["id"]),
        text=text if raw else without_markup(text),
        label=record["label"],
        rating=record.get("rating"),
        domain="films",
    )
