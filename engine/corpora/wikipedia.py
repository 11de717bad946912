"""Good and Featured articles of the English Wikipedia, split by article.

The articles from which WikiText was drawn; those in WikiText's own valid and test are left out
of the mirror's files, so that a model trained on these may be tested on WikiText.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.corpora.files import of_split, records

FILES = {"train": "train.jsonl.xz", "valid": "valid.jsonl.xz", "test": "test.jsonl.xz"}


@dataclass(frozen=True)
class Article:
    """One article; paragraphs and headings of `text` are separated by empty lines."""

    id: str
    title: str
    text: str


def articles(split: str) -> Iterator[Article]:
    """The articles of "train", "valid" or "test" in the file's order, read as they are used.

    Raises:
        UnknownName: no such split.
        DataUnavailable: the data set is not on this machine.
        CorruptFile: the file is broken; the message names the line.
    """
    path = of_split("wikipedia", split, FILES)  # now, not at the first article
    return (
        Article(str(record["id"]), str(record["title"]), str(record["text"]))
        for record in records(path, "id", "title", "text")
    )
