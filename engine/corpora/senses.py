"""The sense corpus: natural sentences around polysemous words, each labelled with its sense;
written for this project.

One file per word, `assets/corpora/senses/WORD.tsv`, one sentence a line: sense TAB sentence.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.corpora import CORPORA, Corpus
from engine.errors import CorruptFile, TextError, UnknownName
from engine.text import Sentence

FOLDER = Path(__file__).parents[2] / "assets" / "corpora"


@cache
def polysemous_words() -> tuple[str, ...]:
    """The words of the sense corpus, in alphabetical order."""
    return tuple(sorted(path.stem for path in (FOLDER / "senses").glob("*.tsv")))


@cache
def sentences_of(word: str) -> tuple[tuple[str, Sentence], ...]:
    """(sense, sentence) for every sentence written for a word.

    Raises:
        UnknownName: not a word of the sense corpus.
    """
    if word not in polysemous_words():
        raise UnknownName(
            f"{word!r} is not in the sense corpus. Its words: {', '.join(polysemous_words())}."
        )
    path = FOLDER / "senses" / f"{word}.tsv"
    try:
        return read_labelled(path.read_text(encoding="utf8"), path.name)
    except TextError as error:
        raise CorruptFile(str(error)) from error


def read_labelled(text: str, name: str) -> tuple[tuple[str, Sentence], ...]:
    """Parse `sense TAB sentence` lines; empty lines are skipped.

    Raises:
        TextError: a line without a TAB, or with an empty side; the message names the line.
    """
    labelled = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        sense, tab, sentence = line.partition("\t")
        if not tab or not sense.strip() or not sentence.strip():
            raise TextError(
                f"{name}, line {number}: needs a sense, a TAB and a sentence; got {line[:60]!r}."
            )
        labelled.append((sense.strip(), Sentence(sentence.strip())))
    if not labelled:
        raise TextError(f"{name} holds no sentence. Each line needs a sense, a TAB and a sentence.")
    return tuple(labelled)


@CORPORA.add("senses")
@cache
def sense_corpus() -> Corpus:
    """All sentences of all words, by word."""
    rows = [
        (word, sense, sentence)
        for word in polysemous_words()
        for sense, sentence in sentences_of(word)
    ]
    words, senses, sentences = zip(*rows, strict=True)
    return Corpus("senses", "Sense corpus", sentences, words, senses)
