"""Pairs of sentences with the similarity that people gave them: SemEval's test sets, 2012 to 2016.

Agirre et al. (2016), https://aclanthology.org/S16-1081, and the four before it. Ethayarajh (2019)
measured on the sentences of the scored pairs. The archive also holds pairs that nobody scored, and
one file that repeats others; both are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.corpora.archives import packed_texts
from engine.corpora.files import path_of
from engine.errors import CorruptFile

ARCHIVE = "semeval-sts-2012-2016.tar.xz"
ENDING = ".test.tsv"
REPEATS = "2015"  # the parts of 2014 and 2015 once more
LOWEST, HIGHEST = 0.0, 5.0


@dataclass(frozen=True)
class SentencePair:
    """Two sentences and the mean score that people gave them: 0 unrelated, 5 the same."""

    first: str
    second: str
    score: float
    part: str  # year and source: "2014.images"


def sentence_pairs() -> tuple[SentencePair, ...]:
    """All scored pairs, by year and source.

    Raises:
        DataUnavailable: the data set is not on this machine.
        CorruptFile: a line is not SCORE TAB SENTENCE TAB SENTENCE; the message names it.
    """
    path = path_of("sts", ARCHIVE)
    texts = {name.rpartition("/")[2]: text for name, text in packed_texts(path)}
    parts = sorted(n.removesuffix(ENDING) for n in texts if n.endswith(ENDING))
    found = [
        pair
        for part in parts
        if part != REPEATS
        for pair in _pairs(texts[part + ENDING], part, f"{path}, {part}{ENDING}")
    ]
    if not found:
        raise CorruptFile(f"{path} holds no scored pair. Fetch or copy it again.")
    return tuple(found)


def _pairs(text: str, part: str, place: str | Path) -> Iterator[SentencePair]:
    # Not splitlines: a sentence may hold characters that it takes for line ends.
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        score, *sentences = line.rstrip("\r").split("\t")
        if not score:
            continue  # never scored
        first, second = map(str.strip, sentences) if len(sentences) == 2 else ("", "")
        value = _number(score)
        if not (first and second and LOWEST <= value <= HIGHEST):
            raise CorruptFile(
                f"{place}, line {number}: needs a score from 0 to 5 and two sentences with TABs "
                f"between; got {line[:60]!r}."
            )
        yield SentencePair(first, second, value, part)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
