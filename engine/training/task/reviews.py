"""The reviews of the study: which are for training, which to stop by, and which to test on."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from engine.corpora import imdb
from engine.corpora.reviews import POSITIVE, Review
from engine.errors import EngineError
from engine.text import WORD, Sentence, word_key

ORDER_SEED = 2011  # of the fixed order of the reviews, the same in every run


@dataclass(frozen=True)
class TaskReviews:
    """Reviews cut to their first words, in the order: validation, test, pool."""

    sentences: tuple[Sentence, ...]  # a review is read as one sentence
    labels: np.ndarray  # int64, (n_reviews,); 1 = positive
    n_validation: int
    n_test: int

    @property
    def validation(self) -> np.ndarray:
        """Rows to stop by, int64; taken from the training half."""
        return np.arange(self.n_validation)

    @property
    def test(self) -> np.ndarray:
        """Rows to test on, int64; from the test half."""
        return np.arange(self.n_validation, self.n_validation + self.n_test)

    @property
    def pool(self) -> np.ndarray:
        """Rows to train on, int64; positive and negative by turns."""
        return np.arange(self.n_validation + self.n_test, len(self.sentences))

    @cached_property
    def fingerprint(self) -> str:
        """A checksum of all texts in their order."""
        text = "\0".join(sentence.text for sentence in self.sentences)
        return hashlib.sha256(text.encode()).hexdigest()

    def keys(self, row: int) -> tuple[str, ...]:
        """The words of a review as compared, in order; kept, since every run asks again."""
        if row not in self._keys:
            found = (match.group() for match in WORD.finditer(self.sentences[row].text))
            self._keys[row] = tuple(sys.intern(word_key(word)) for word in found)
        return self._keys[row]

    @cached_property
    def _keys(self) -> dict[int, tuple[str, ...]]:
        return {}

    def draw(self, n_labels: int, seed: int) -> np.ndarray:
        """The rows that a seed trains on: stretches of the pool that do not overlap as long as the
        pool lasts. With the whole pool, every seed has the same reviews.

        Raises:
            EngineError: the pool is too small.
        """
        if n_labels > len(self.pool):
            raise EngineError(f"{n_labels:,} labels were asked for; there are {len(self.pool):,}.")
        places = (seed * n_labels + np.arange(n_labels)) % len(self.pool)
        return np.sort(self.pool[places])


def imdb_reviews(
    n_words: int, *, n_validation: int = 500, n_test: int = 2000, n_pool: int = 10_000
) -> TaskReviews:
    """IMDb, each part half positive; no text stands in two parts.

    Args:
        n_words: words that are kept of each review, from its beginning.
    Raises:
        DataUnavailable: IMDb is not on this machine.
    """
    seen: set[str] = set()
    train = _by_turns(_cut(imdb.reviews("train"), n_words, seen))
    test = _by_turns(_cut(imdb.reviews("test"), n_words, seen))
    chosen = [
        *islice(train, n_validation),
        *islice(test, n_test),
        *islice(train, n_pool),
    ]
    texts, labels = zip(*chosen, strict=True)
    return TaskReviews(tuple(map(Sentence, texts)), np.array(labels), n_validation, n_test)


def _cut(reviews: Iterable[Review], n_words: int, seen: set[str]) -> Iterator[tuple[str, int]]:
    """(first words of the text, label) of each review that was not there before."""
    for review in reviews:
        ends = [match.end() for match in islice(WORD.finditer(review.text), n_words)]
        text = review.text[: ends[-1]] if ends else ""
        if text and text not in seen:
            seen.add(text)
            yield text, int(review.label == POSITIVE)


def _by_turns(reviews: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Negative and positive by turns, each in a fixed random order."""
    kinds: tuple[list, list] = ([], [])
    for text, label in reviews:
        kinds[label].append((text, label))
    rng = np.random.default_rng(ORDER_SEED)
    orders = [rng.permutation(len(kind)) for kind in kinds]
    for i, j in zip(*orders, strict=False):
        yield kinds[0][i]
        yield kinds[1][j]
