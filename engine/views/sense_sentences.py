"""The sentences around a word whose senses are looked at: bundled ones, or a reader's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.corpora.sense_sets import SenseSet, read_sense_set
from engine.corpora.senses import sentences_of
from engine.errors import WordNotFound
from engine.text import Sentence, find_word, word_key

MOST = 200  # sentences measured at once: time and memory grow with their square
LISTED = 6


@dataclass(frozen=True)
class SenseSentences:
    """Sentences that hold the word, and its sense in each; "" where nobody gave one."""

    word: str
    sentences: tuple[Sentence, ...]
    senses: tuple[str, ...]  # (n_sentences,)
    own: bool
    notes: tuple[str, ...] = ()  # what was left out, and how the word is written

    @property
    def is_labelled(self) -> bool:
        """True if two senses have two sentences each, so that they can be compared."""
        return len(self.comparable) > 1

    @property
    def comparable(self) -> list[str]:
        """The senses with two sentences or more."""
        counts = Counter(sense for sense in self.senses if sense)
        return sorted(sense for sense, n in counts.items() if n > 1)


@lru_cache(maxsize=64)
def sense_sentences(word: str, text: str = "", exact: bool = False) -> SenseSentences:
    """What is to be measured.

    Args:
        word: the word looked at.
        text: a set as `read_sense_set` takes it; empty for the sentences written for the word.
        exact: capital and small letters make different words ("Apple" and "apple").
    Raises:
        TextError: a text that cannot be read.
        UnknownName: no text, and no sentences were written for this word.
        WordNotFound: no sentence holds it as a word of its own; where it is only a part of other
            words, these are named.
    """
    if not text:
        senses, sentences = zip(*sentences_of(word), strict=True)
        found = SenseSet(word, sentences, senses)
    else:
        found = read_sense_set(text)
    word = word.strip()
    if not word:
        raise WordNotFound("Choose the word to look at: click one of those that repeat.")
    rows = [n for n, sentence in enumerate(found.sentences) if _holds(sentence, word, exact)]
    if not rows:
        raise WordNotFound(_nowhere(found.sentences, word, exact))
    notes = [*_left_out(found, rows, word), *_written(found.sentences, word, exact)]
    if len(rows) > MOST:
        notes.append(
            f"{MOST} of the {len(rows):,} sentences are measured, drawn at random (seed 0), as "
            "many of each sense as its share."
        )
        rows = _sample([found.senses[row] for row in rows], rows)
    return SenseSentences(
        word,
        tuple(found.sentences[row] for row in rows),
        tuple(found.senses[row] for row in rows),
        bool(text),
        tuple(notes),
    )


def _holds(sentence: Sentence, word: str, exact: bool) -> bool:
    places = find_word(sentence, word)
    return any(not exact or sentence.words[place].text == word for place in places)


def _nowhere(sentences: Sequence[Sentence], word: str, exact: bool) -> str:
    """Why the word is not found."""
    if exact and any(_holds(sentence, word, False) for sentence in sentences):
        return (
            f"“{word}” stands here only with other capitals. Let capitals and small letters count "
            "as one word."
        )
    inside = _inside(sentences, word)
    if inside:
        return (
            f"“{word}” stands in none of these sentences as a word of its own, only inside of "
            f"other words: {inside}. These have vectors of their own; choose one of them."
        )
    return f"“{word}” stands in none of these {len(sentences):,} sentences."


def _inside(sentences: Sequence[Sentence], word: str) -> str:
    key = word_key(word)
    counts = Counter(
        found.key
        for sentence in sentences
        for found in sentence.words
        if key in found.key and found.key != key
    )
    listed = ", ".join(f"{other} ({n:,})" for other, n in counts.most_common(LISTED))
    return listed + (", …" if len(counts) > LISTED else "")


def _left_out(found: SenseSet, rows: list[int], word: str) -> list[str]:
    n = len(found.sentences) - len(rows)
    if not n:
        return []
    without = [s for number, s in enumerate(found.sentences) if number not in set(rows)]
    inside = _inside(without, word)
    said = f"{n:,} of the {len(found.sentences):,} sentences do not hold “{word}”"
    return [f"{said} as a word of its own, only as part of: {inside}." if inside else f"{said}."]


def _written(sentences: Sequence[Sentence], word: str, exact: bool) -> list[str]:
    """How often the word is written how, where a capital may make another word of it."""
    if exact:
        return []
    counts: Counter[str] = Counter()
    for sentence in sentences:
        # A first word has its capital from its place.
        counts.update(sentence.words[p].text for p in find_word(sentence, word) if p)
    if len(counts) < 2:
        return []
    listed = ", ".join(f"“{form}” {n:,} times" for form, n in counts.most_common(LISTED))
    return [f"Inside of sentences it is written {listed}; all are counted as one word."]


def _sample(senses: list[str], rows: list[int]) -> list[int]:
    """MOST of the rows in their order, of each sense its share but two at least."""
    rng = np.random.default_rng(0)
    kept: list[int] = []
    for sense in sorted(set(senses)):
        own = [row for row, found in zip(rows, senses, strict=True) if found == sense]
        n = max(2, round(MOST * len(own) / len(rows)))
        kept += [own[i] for i in rng.permutation(len(own))[:n]]
    return sorted(kept)
