"""Multi30k as numbers: GloVe vectors on the English side, ids on the German one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import torch
from torch import Tensor

from engine.corpora.multi30k import pairs, word_keys
from engine.corpora.vocabulary import SPECIAL, Vocabulary, build_vocabulary
from engine.vectors.glove_table import N_DIMENSIONS, glove_table

IGNORED = -100  # the target of padding, as F.cross_entropy knows it


@dataclass(frozen=True)
class PairBatch:
    """Some pairs, padded at the end."""

    word_vectors: Tensor  # (batch, n_source, 50): GloVe, zeros for unknown words and on padding
    n_words: Tensor  # int64, (batch,): English words
    inputs: Tensor  # int64, (batch, n_target + 1): the boundary, then the German words
    targets: Tensor  # int64, (batch, n_target + 1): the German words, then the boundary


@dataclass(frozen=True)
class TranslationPairs:
    """A split under the German vocabulary of the train split."""

    english: tuple[tuple[str, ...], ...]  # word keys
    german: tuple[tuple[str, ...], ...]  # word keys
    glove_ids: tuple[np.ndarray, ...]  # of each English word, a row of glove_rows
    glove_rows: Tensor  # (n_types + 1, 50); row 0 is zeros
    german_ids: tuple[np.ndarray, ...]
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.english)

    @property
    def unknown_rate(self) -> float:
        """Share of the German words that the vocabulary does not hold, in [0, 1]."""
        return float((np.concatenate(self.german_ids) == self.vocabulary.unknown_id).mean())

    def batch(self, numbers: Sequence[int]) -> PairBatch:
        """The pairs of these numbers."""
        boundary = [self.vocabulary.boundary_id]
        german = [self.german_ids[i] for i in numbers]
        source = padded([self.glove_ids[i] for i in numbers], 0)
        return PairBatch(
            word_vectors=self.glove_rows[source],
            n_words=torch.tensor([len(self.glove_ids[i]) for i in numbers]),
            inputs=padded([np.concatenate([boundary, ids]) for ids in german], boundary[0]),
            targets=padded([np.concatenate([ids, boundary]) for ids in german], IGNORED),
        )

    def in_order_of_length(self, size: int) -> Iterator[list[int]]:
        """All pairs once, in batches with little padding."""
        order = np.argsort([len(words) for words in self.english], kind="stable").tolist()
        yield from (order[i : i + size] for i in range(0, len(order), size))


class Buckets:
    """Batches of sentences of nearly equal length, in another order each epoch.

    Batch number `step` is a function of the seed and of `step` alone.
    """

    def __init__(self, pairs: TranslationPairs, size: int, seed: int) -> None:
        self._size, self._seed = size, seed
        self._lengths = np.array([len(words) for words in pairs.english])
        self._target_lengths = np.array([len(words) for words in pairs.german])
        self.per_epoch = -(-len(pairs) // size)
        self._epoch = lru_cache(maxsize=1)(self._make_epoch)

    def numbers(self, step: int) -> list[int]:
        """The numbers of the pairs in this batch."""
        epoch, number = divmod(step, self.per_epoch)
        return self._epoch(epoch)[number]

    def _make_epoch(self, epoch: int) -> list[list[int]]:
        rng = np.random.default_rng([self._seed, epoch])
        # English lengths agree exactly, but for the few batches at a border; German ones nearly.
        german = self._target_lengths + rng.uniform(0, 3, len(self._lengths))
        order = np.lexsort([german, self._lengths]).tolist()
        batches = [order[i : i + self._size] for i in range(0, len(order), self._size)]
        return [batches[i] for i in rng.permutation(len(batches))]


def translation_pairs(split: str, vocabulary: Vocabulary | None = None) -> TranslationPairs:
    """A split of Multi30k.

    Args:
        vocabulary: of the train split; made from this split if None.
    Raises:
        DataUnavailable: Multi30k is not on this machine.
    """
    texts = zip(*pairs(split), strict=True)
    english, german = ([tuple(word_keys(text)) for text in side] for side in texts)
    return numbered(english, german, vocabulary or german_vocabulary(german))


def numbered(
    english: Sequence[tuple[str, ...]], german: Sequence[tuple[str, ...]], vocabulary: Vocabulary
) -> TranslationPairs:
    """Pairs of sentences, given as word keys, as numbers."""
    table = glove_table()
    types = {word: number for number, word in enumerate(sorted(set(chain(*english))), 1)}
    rows = [np.zeros(N_DIMENSIONS, np.float32), *(table.mean_of(table.rows_of(w)) for w in types)]
    return TranslationPairs(
        english=tuple(english),
        german=tuple(german),
        glove_ids=tuple(np.array([types[word] for word in words]) for words in english),
        glove_rows=torch.from_numpy(np.stack(rows)),
        german_ids=tuple(np.array(vocabulary.ids(words), np.int64) for words in german),
        vocabulary=vocabulary,
    )


def german_vocabulary(german: Sequence[Sequence[str]], min_count: int = 2) -> Vocabulary:
    """The words that stand at least `min_count` times in the training translations."""
    counts = Counter(chain(*german))
    n_frequent = sum(count >= min_count for count in counts.values())
    return build_vocabulary(chain(*german), size=n_frequent + len(SPECIAL))


def padded(rows: Sequence[np.ndarray], filling: int) -> Tensor:
    """Rows of ids of any length as one matrix, (n_rows, longest).

    >>> padded([np.array([1]), np.array([2, 3])], 0).tolist()
    [[1, 0], [2, 3]]
    """
    matrix = np.full((len(rows), max(map(len, rows))), filling, np.int64)
    for row, ids in zip(matrix, rows, strict=True):
        row[: len(ids)] = ids
    return torch.from_numpy(matrix)
