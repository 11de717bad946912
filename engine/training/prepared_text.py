"""Wikipedia as numbers: one id a word, kept in the cache folder, since reading the articles takes
minutes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sentencex

from engine.corpora.files import cache_folder
from engine.corpora.inventory import identity
from engine.corpora.vocabulary import BOUNDARY, Vocabulary, build_vocabulary
from engine.corpora.wikipedia import articles
from engine.text import WORD, word_key


@dataclass(frozen=True)
class PreparedText:
    """A text as ids. Every sentence ends with the boundary token."""

    ids: np.ndarray  # int32, (n_tokens,)
    starts: np.ndarray  # int64, (n_articles + 1,): article i is ids[starts[i]:starts[i + 1]]
    n_characters: int  # of its words and boundaries, for bits per character
    vocabulary: Vocabulary

    @property
    def unknown_rate(self) -> float:
        """Share of the tokens that the vocabulary does not hold, in [0, 1]."""
        return float((self.ids == self.vocabulary.unknown_id).mean())

    def ordered(self, order: np.ndarray) -> np.ndarray:
        """The ids with the articles in another order, (n_tokens,)."""
        return np.concatenate([self.ids[self.starts[i] : self.starts[i + 1]] for i in order])


def tokens(text: str) -> Iterator[str]:
    """The word keys of a text, as the app finds words, with the boundary after each sentence."""
    return map(word_key, written_tokens(text))


def written_tokens(text: str) -> Iterator[str]:
    """The same words as they are written."""
    for line in text.splitlines():
        if line.strip():
            for sentence in sentencex.segment("en", line):
                yield from (match.group() for match in WORD.finditer(sentence))
                yield BOUNDARY


def wikipedia_text(split: str, vocab_size: int) -> PreparedText:
    """A split of the Wikipedia articles under the vocabulary of its train split.

    Raises:
        DataUnavailable: the articles are not on this machine.
    """
    vocabulary = wikipedia_vocabulary(vocab_size)
    path = cached_file(f"{split}-{vocab_size}.npz")
    if not path.exists():
        prepared = prepare((article.text for article in articles(split)), vocabulary)
        write_arrays(
            path, ids=prepared.ids, starts=prepared.starts, n=np.array(prepared.n_characters)
        )
    kept = np.load(path)
    return PreparedText(kept["ids"], kept["starts"], int(kept["n"]), vocabulary)


def wikipedia_vocabulary(size: int) -> Vocabulary:
    """The most frequent words of the train articles."""
    path = cached_file(f"vocabulary-{size}.txt")
    if not path.exists():
        words = (token for article in articles("train") for token in tokens(article.text))
        text = "\n".join(build_vocabulary(words, size).words)
        with _complete_or_absent(path) as unfinished:
            unfinished.write_text(text, encoding="utf8")
    return Vocabulary(tuple(path.read_text(encoding="utf8").split("\n")))


def prepare(texts: Iterator[str], vocabulary: Vocabulary) -> PreparedText:
    """Texts as ids; each text is an article."""
    parts, n_characters = [], 0
    for text in texts:
        keys = list(tokens(text))
        # One character stands between words, as in a text that a reader sees.
        n_characters += sum(1 if key == BOUNDARY else len(key) + 1 for key in keys)
        parts.append(np.array(vocabulary.ids(keys), np.int32))
    starts = np.cumsum([0, *map(len, parts)])
    return PreparedText(np.concatenate(parts), starts, n_characters, vocabulary)


def cached_file(name: str) -> Path:
    """Where a prepared form of the articles is kept.

    The tokenisation and the articles themselves are part of the name: other rules give other ids,
    and so do other articles, as the hub's are beside the mirror's.

    Raises:
        DataUnavailable: the articles are not on this machine.
    """
    rules = hashlib.sha256(WORD.pattern.encode()).hexdigest()[:8]
    source = identity("wikipedia")[:8]
    return cache_folder() / "prepared" / f"wikipedia-{rules}-{source}" / name


def write_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write an .npz file that is complete or not there at all."""
    with _complete_or_absent(path) as unfinished:
        np.savez(unfinished, **arrays)  # type: ignore[arg-type]


@contextmanager
def _complete_or_absent(path: Path) -> Iterator[Path]:
    """A place to write to, which becomes `path` when all is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two trainings that begin at the same time prepare the same text, each in a file of its own.
    unfinished = path.with_name(f"unfinished-{os.getpid()}-{path.name}")
    yield unfinished
    unfinished.replace(path)
