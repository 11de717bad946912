"""The lecture's own example sentences, in the order in which they appear there."""

from __future__ import annotations

from functools import cache

from engine.corpora import CORPORA, Corpus
from engine.corpora.senses import FOLDER
from engine.text import Sentence


@CORPORA.add("lecture")
@cache
def lecture_corpus() -> Corpus:
    """One sentence a line, `assets/corpora/lecture.txt`."""
    lines = (FOLDER / "lecture.txt").read_text(encoding="utf8").splitlines()
    sentences = tuple(Sentence(line) for line in lines if line.strip())
    nothing = (None,) * len(sentences)
    return Corpus("lecture", "The lecture's sentences", sentences, nothing, nothing)
