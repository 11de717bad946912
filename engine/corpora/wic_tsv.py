"""Does a word have the sense that a definition gives? WiC-TSV, English, for evaluation.

Breit et al. (2021), https://aclanthology.org/2021.eacl-main.140. The labels of the test part are
secret, so that only the training and the development part can be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.corpora.archives import packed_text, packed_texts
from engine.corpora.files import path_of
from engine.errors import CorruptFile, UnknownName
from engine.text import ListedWords, Sentence, word_key

COLLECTION, ARCHIVE = "wic-tsv", "wic-tsv.tar.xz"
FOLDERS = {"train": "Training", "dev": "Development"}
EXAMPLES, DEFINITIONS, LABELS = "examples", "definitions", "labels"
TRUTH = {"T": True, "F": False}


@dataclass(frozen=True)
class SenseClaim:
    """A word in a sentence, a definition, and whether the word is meant so there."""

    word: str
    sentence: Sentence
    position: int  # of the word among the sentence's words
    definition: Sentence
    holds: bool


def sense_claims(part: str) -> tuple[SenseClaim, ...]:
    """All claims of the part "train" or "dev", in the order of the files.

    Raises:
        UnknownName: another part; that of the test has no labels.
        DataUnavailable: the data set is not on this machine.
        CorruptFile: a file is missing, or a line is not what it should be; the message names it.
    """
    if part not in FOLDERS:
        raise UnknownName(
            f"The data set {COLLECTION} has no labelled part {part!r}. It has: "
            f"{', '.join(FOLDERS)}; the labels of its test part are secret."
        )
    path = path_of(COLLECTION, ARCHIVE)
    folder = f"wic-tsv/data/en/{FOLDERS[part]}"
    names = {of: f"{folder}/{part}_{of}.txt" for of in (EXAMPLES, DEFINITIONS, LABELS)}
    texts = dict(packed_texts(path, set(names.values())))
    files = {of: _lines(packed_text(texts, name, path)) for of, name in names.items()}
    if len({len(lines) for lines in files.values()}) > 1:
        counts = ", ".join(f"{names[of]} {len(lines):,}" for of, lines in files.items())
        raise CorruptFile(f"{path}: the files need as many lines each, but have: {counts}.")
    return tuple(_claims(files, names, path))


def _claims(files: dict[str, list[str]], names: dict[str, str], path: Path) -> Iterator[SenseClaim]:
    for number, (example, definition, label) in enumerate(
        zip(files[EXAMPLES], files[DEFINITIONS], files[LABELS], strict=True), 1
    ):
        word, place, text = example.split("\t") if example.count("\t") == 2 else ("", "", "")
        words = text.split()
        found = words[int(place)] if place.isdecimal() and int(place) < len(words) else ""
        if not word or word_key(found) != word_key(word):
            raise CorruptFile(
                f"{path}, {names[EXAMPLES]}, line {number}: needs a word, its place and a sentence "
                f"that holds it there, with TABs between; got {example[:60]!r}."
            )
        if not Sentence(definition).words:
            raise CorruptFile(f"{path}, {names[DEFINITIONS]}, line {number}: has no word.")
        if label not in TRUTH:
            raise CorruptFile(
                f"{path}, {names[LABELS]}, line {number}: needs T or F; got {label[:40]!r}."
            )
        yield SenseClaim(word, ListedWords(words), int(place), Sentence(definition), TRUTH[label])


def _lines(text: str) -> list[str]:
    # Not splitlines: a sentence may hold characters that it takes for line ends.
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")]
