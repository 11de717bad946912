"""Each input made ready: the reader of the task model, its batches, and its blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor, nn

from engine.corpora.files import cache_folder
from engine.encoder import ENCODERS, Encoder, load_encoder
from engine.nets.task_inputs import StoredLayers, StoredVectors, WordTable
from engine.nets.task_model import n_parameters
from engine.text import ListedWords, Sentence
from engine.training.task.config import TaskStudy
from engine.training.task.features import StoredFeatures, every_word
from engine.training.task.names import InputName
from engine.training.task.pretrained import encoder_blocks
from engine.training.task.results import FROZEN, RANDOM, Block
from engine.training.task.reviews import TaskReviews


@dataclass(frozen=True)
class Prepared:
    """What a run needs of its input."""

    reader: nn.Module
    batch: Callable[[np.ndarray], tuple[Tensor, ...]]  # rows -> (n_words, *inputs), padded
    d_in: int
    blocks: tuple[Block, ...]
    pretrained: tuple[nn.Module, ...] = ()  # what is tuned, at a rate of its own
    rate: float = 0.0  # that rate
    known_share: float = 1.0  # of the test reviews' words, in [0, 1]


class TableInput:
    """One vector a word: random, word2vec or GloVe."""

    def __init__(self, name: InputName, reviews: TaskReviews, config: TaskStudy) -> None:
        self._name, self._reviews, self._config = name, reviews, config

    def compute(self, rows: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Nothing has to be computed first."""
        return iter(())

    def prepare(self, train_rows: np.ndarray) -> Prepared:
        """A fresh table; the random one knows the words that the labelled reviews hold twice."""
        start, config = self._name.start, self._config
        words, vectors = self._random(train_rows) if start == RANDOM else self._pretrained
        reader = WordTable(vectors, tuned=start != FROZEN)
        ids = {word: number for number, word in enumerate(words, 1)}

        def read(row: int) -> np.ndarray:
            return np.array([ids.get(key, 0) for key in self._reviews.keys(row)], np.int64)

        def batch(rows: np.ndarray) -> tuple[Tensor, ...]:
            return padded([read(int(row)) for row in rows])

        tested = np.concatenate([read(int(row)) for row in self._reviews.test])
        known_share = float((tested > 0).mean())
        block = Block("embedding", start, n_parameters(reader))
        pretrained = () if start in (RANDOM, FROZEN) else (reader,)
        return Prepared(
            reader, batch, vectors.shape[1], (block,), pretrained, config.table_rate, known_share
        )

    def _random(self, rows: np.ndarray) -> tuple[list[str], Tensor]:
        words = self._frequent(rows)
        return words, 0.1 * torch.randn(1 + len(words), self._config.d_random)

    @cached_property
    def _pretrained(self) -> tuple[list[str], Tensor]:
        """The pool's words that the model knows. They are looked up, so nothing of the labels and
        nothing of the test reviews enters.
        """
        words = [ListedWords([word]) for word in self._frequent(self._reviews.pool)]
        found = load_encoder(self._name.model, "cpu").encode(words)
        vectors = torch.from_numpy(np.array(found.layers[0], np.float32))
        return list(found.keys), torch.cat([torch.zeros(1, vectors.shape[1]), vectors])

    def _frequent(self, rows: np.ndarray) -> list[str]:
        counts = Counter(key for row in rows for key in self._reviews.keys(int(row)))
        ranked = sorted((-n, word) for word, n in counts.items() if n > 1)
        return [word for _, word in ranked[: self._config.vocab_size]]


class StoredInput:
    """A frozen encoder: each review is encoded once, and never again."""

    LAYERS = {"cove": (0, 2), "minilm": (6,), "elmo": (0, 1, 2)}  # the others learn the mix

    def __init__(self, name: InputName, reviews: TaskReviews, config: TaskStudy) -> None:
        self._name, self._reviews, self._config = name, reviews, config
        sha256 = ENCODERS[name.model].card.sha256
        folder = f"{name.model}-{sha256[:12]}-{reviews.fingerprint[:12]}"
        self._features = StoredFeatures(
            cache_folder() / "task-model" / folder, reviews.sentences, self._encode
        )

    def compute(self, rows: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Encode what is not there yet."""
        return self._features.compute(rows)

    def prepare(self, train_rows: np.ndarray) -> Prepared:
        """A reader that has nothing to learn, except ELMo's mix."""
        blocks = encoder_blocks(self._name)
        mixes = self._name.model == "elmo"
        reader = StoredLayers(len(self._layers)) if mixes else StoredVectors()
        if mixes:
            blocks = (*blocks, Block("scalar mix", RANDOM, n_parameters(reader)))
        width = self._features.of(int(self._reviews.test[0])).shape[1]
        return Prepared(reader, self._batch, width // (len(self._layers) if mixes else 1), blocks)

    def _batch(self, rows: np.ndarray) -> tuple[Tensor, ...]:
        return padded([self._features.of(int(row)).astype(np.float32) for row in rows])

    def _encode(self, sentences: Sequence[Sentence]) -> np.ndarray:
        return every_word(self._encoder.encode(sentences), self._layers)

    @property
    def _layers(self) -> tuple[int, ...]:
        return self.LAYERS[self._name.model]

    @cached_property
    def _encoder(self) -> Encoder:
        return load_encoder(self._name.model, self._config.device)


def padded(rows: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Sequences of different lengths as one batch.

    Args:
        rows: (n_words,) or (n_words, d) each.
    Returns:
        Number of words, int64 (batch,); the sequences, (batch, n_words, ...), zeros at the end.

    >>> padded([np.array([5]), np.array([6, 7])])
    (tensor([1, 2]), tensor([[5, 0],
            [6, 7]]))
    """
    tensors = [torch.from_numpy(row) for row in rows]
    n_words = torch.tensor([len(row) for row in rows])
    return n_words, nn.utils.rnn.pad_sequence(tensors, batch_first=True)
