"""Nouns with coarse senses in sentences of Wikipedia: ten words of CoarseWSD-20, for evaluation.

Loureiro et al. (2021), https://doi.org/10.1162/coli_a_00405. The sentences are cut into words and
lower-cased as published; the senses are numbers that the archive's own files name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.corpora.archives import packed_text, packed_texts
from engine.corpora.files import path_of
from engine.errors import CorruptFile
from engine.text import ListedWords, Sentence, word_key

COLLECTION, ARCHIVE = "coarsewsd-10", "coarsewsd-10.tar.xz"
FOLDER = "coarsewsd-20"  # in the archive
TRAIN, TEST = "train", "test"
SENTENCES, SENSES = "data.txt", "gold.txt"


@dataclass(frozen=True)
class LabelledUse:
    """A word in a sentence, and which of its senses it has there."""

    word: str
    sentence: Sentence
    position: int  # of the word among the sentence's words
    sense: int  # from 0


def labelled_uses() -> dict[str, dict[str, tuple[LabelledUse, ...]]]:
    """word -> "train" or "test" -> its uses, in the order of the files.

    Raises:
        DataUnavailable: the data set is not on this machine.
        CorruptFile: a file is missing, or a line is not what it should be; the message names it.
    """
    path = path_of(COLLECTION, ARCHIVE)
    texts = dict(packed_texts(path))
    words = sorted({name.split("/")[1] for name in texts if name.endswith(f".{SENSES}")})
    if not words:
        raise CorruptFile(f"{path} holds no word with senses. Fetch or copy it again.")
    return {
        word: {part: tuple(_uses(texts, word, part)) for part in (TRAIN, TEST)} for word in words
    }


def _uses(texts: dict[str, str], word: str, part: str) -> Iterator[LabelledUse]:
    path = path_of(COLLECTION, ARCHIVE)
    names = [f"{FOLDER}/{word}/{part}.{of}" for of in (SENTENCES, SENSES)]
    lines, senses = (_lines(packed_text(texts, name, path)) for name in names)
    if len(lines) != len(senses):
        raise CorruptFile(
            f"{path}: {names[0]} has {len(lines):,} lines and {names[1]} {len(senses):,}; they "
            "need as many. Fetch or copy it again."
        )
    for number, (line, sense) in enumerate(zip(lines, senses, strict=True), 1):
        place, _, text = line.partition("\t")
        words = text.split()
        if not (place.isdecimal() and int(place) < len(words)):
            raise CorruptFile(
                f"{path}, {names[0]}, line {number}: needs the place of a word, a TAB and a "
                f"sentence that reaches so far; got {line[:60]!r}."
            )
        if word_key(words[int(place)]) != word_key(word):
            raise CorruptFile(
                f"{path}, {names[0]}, line {number}: word {place} is "
                f"{words[int(place)][:40]!r}, not {word!r}."
            )
        if not sense.isdecimal():
            raise CorruptFile(
                f"{path}, {names[1]}, line {number}: needs the number of a sense; got "
                f"{sense[:40]!r}."
            )
        yield LabelledUse(word, ListedWords(words), int(place), int(sense))


def _lines(text: str) -> list[str]:
    # Not splitlines: a sentence may hold characters that it takes for line ends.
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")]
