"""Sentences around a word, found in running text: a concordance to look at a word that nobody
wrote sentences for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.corpora.large_texts import allowed_files, fetched_texts, texts_folder
from engine.corpora.training_texts import TEXTS, TextSource
from engine.encoder import Progress
from engine.errors import TextError, UnknownName, WordNotFound
from engine.text import find_word, read_sentences
from engine.views.kept import Kept

MOST = 100
LONGEST = 300  # characters of a sentence
FETCHED, FOLDER = "text ", "file "  # beginnings of places' names
EXCERPT = f"{FETCHED}wikipedia-excerpt"  # comes with gensim, so it is on every machine
SPLITS = ("train", "valid", "test")
TOLD_EVERY = 200  # texts

_found = Kept(max_bytes=16)  # searches


def places() -> dict[str, str]:
    """Where one can look, name -> title: fetched texts, and files of the texts' folder; the excerpt
    of Wikipedia first.
    """
    found = {f"{FETCHED}{name}": title for name, title in fetched_texts().items()}
    found |= {f"{FOLDER}{name}": name for name in allowed_files()}
    return dict(sorted(found.items(), key=lambda item: item[0] != EXCERPT))


def concordance(
    word: str, place: str = EXCERPT, *, most: int = MOST, progress: Progress | None = None
) -> list[str]:
    """Sentences that hold a word as a word of its own, in their order; where there are more than
    `most`, a uniform sample of them (seed 0). The same search is answered from memory.

    Args:
        place: in `places`.
        progress: called with (texts, or bytes of a file, read; of how many); may raise to cancel.
    Raises:
        WordNotFound: fewer than two do.
        UnknownName: no such place.
        DataUnavailable: the texts are no longer on this machine.
    """
    word = word.strip()
    key = word.casefold(), place, most
    found: list[str] = _found.get(key, lambda: _search(word, place, most, progress), lambda _: 1)
    return found


def is_found(word: str, place: str) -> bool:
    """True if `concordance` answers at once."""
    return _found.has((word.strip().casefold(), place, MOST))


def _search(word: str, place: str, most: int, progress: Progress | None) -> list[str]:
    titles = places()
    if place not in titles:
        raise UnknownName(f"There is no text {place!r} to look in. Known: {', '.join(titles)}.")
    texts = _texts(place, progress or (lambda done, total: None))
    found = _sample(_sentences(word, texts), most)
    if len(found) < 2:
        raise WordNotFound(
            f"“{word}” stands in {len(found)} sentence(s) of “{titles[place]}”. Try a commoner "
            "word or another text, or paste sentences of your own."
        )
    return found


def _texts(place: str, progress: Progress) -> Iterator[str]:
    """The paragraphs of a place."""
    if place.startswith(FOLDER):
        yield from _lines(texts_folder() / place.removeprefix(FOLDER), progress)
        return
    documents = list(_splits(TEXTS[place.removeprefix(FETCHED)]))
    total, done = sum(map(len, documents)), 0
    for split in documents:
        for document in split:
            if not done % TOLD_EVERY:
                progress(done, total)
            done += 1
            yield from document.splitlines()


def _splits(source: TextSource) -> Iterator[Sequence[str]]:
    for split in SPLITS:
        try:
            yield source.documents(split)
        except UnknownName:  # not every source has a test split
            continue


def _lines(path: Path, progress: Progress) -> Iterator[str]:
    total, done = path.stat().st_size, 0
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if not number % TOLD_EVERY:
                progress(done, total)
            done += len(line)
            yield line.decode("utf8", errors="replace")


def _sentences(word: str, texts: Iterable[str]) -> Iterator[str]:
    if not word:
        return
    folded = word.casefold()
    for text in texts:
        if folded not in text.casefold():  # cutting it into sentences takes long
            continue
        try:
            sentences = read_sentences(text)
        except TextError:  # binary, or endless
            continue
        for sentence in sentences:
            if len(sentence.text) <= LONGEST and find_word(sentence, word):
                yield sentence.text


def _sample(sentences: Iterable[str], most: int) -> list[str]:
    """A uniform sample in one pass: the k-th sentence takes the place of a kept one with
    probability most / k (Vitter 1985, https://doi.org/10.1145/3147.3165, algorithm R).
    """
    rng, kept = np.random.default_rng(0), dict[int, tuple[int, str]]()
    for k, sentence in enumerate(sentences):
        spot = k if k < most else int(rng.integers(k + 1))
        if spot < most:
            kept[spot] = k, sentence
    return [sentence for _, sentence in sorted(kept.values())]
