"""Tamil Wikipedia sentences, each with four English translations by volunteers, and a dictionary.

Post et al. (2012), https://aclanthology.org/W12-3152; CC BY-SA 3.0. The translations are of mixed
quality, as their authors say, and some are empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.corpora.archives import packed_text, packed_texts
from engine.corpora.files import path_of
from engine.errors import CorruptFile, UnknownName

ARCHIVE = "indian-parallel-ta-en.tar.xz"
SPLITS = ("dev", "devtest", "test")  # the train split is not in this archive
N_TRANSLATIONS = 4


@dataclass(frozen=True)
class Translated:
    """A Tamil sentence and its English translations, without the empty ones."""

    id: str  # document_sentence
    tamil: str
    english: tuple[str, ...]


def sentences(split: str) -> tuple[Translated, ...]:
    """The sentences of "dev", "devtest" or "test".

    Raises:
        UnknownName: no such split.
        DataUnavailable: the data set is not on this machine.
        CorruptFile: the archive is broken, or its parts do not have equally many lines.
    """
    if split not in SPLITS:
        raise UnknownName(
            f"The data set tamil-english has no split {split!r}. It has: {', '.join(SPLITS)}."
        )
    stem = f"ta/{split}.ta-en"
    references = [f"{stem}.en.{number}" for number in range(N_TRANSLATIONS)]
    columns = _columns([f"{stem}.seg_ids", f"{stem}.ta", *references])
    return tuple(
        Translated(segment, tamil, tuple(text for text in english if text))
        for segment, tamil, *english in zip(*columns, strict=True)
    )


def dictionary() -> tuple[tuple[str, str], ...]:
    """(Tamil, English) entries; a Tamil word may have several.

    Raises: as `sentences`.
    """
    tamil, english = _columns(["ta/dict.ta-en.ta", "ta/dict.ta-en.en"])
    return tuple(zip(tamil, english, strict=True))


def _columns(names: list[str]) -> list[list[str]]:
    """The lines of several files that belong together, line by line."""
    path: Path = path_of("tamil-english", ARCHIVE)
    texts = dict(packed_texts(path))
    # Not splitlines: a sentence may hold characters that it takes for line ends.
    columns = [
        [line.strip() for line in packed_text(texts, name, path).removesuffix("\n").split("\n")]
        for name in names
    ]
    if len({len(column) for column in columns}) > 1:
        lengths = ", ".join(
            f"{name} {len(column):,}" for name, column in zip(names, columns, strict=True)
        )
        raise CorruptFile(f"{path}: files that belong together differ in lines: {lengths}.")
    return columns
