"""Encoders that learn on with the task: their nets, and batches of what the nets read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from engine.encoder import ENCODERS
from engine.nets.character_cnn import END, character_ids
from engine.nets.task_inputs import TunedBert, TunedCove, TunedElmo
from engine.nets.task_model import n_parameters
from engine.text import Sentence, align
from engine.training.task.config import TaskStudy
from engine.training.task.inputs import Prepared, padded
from engine.training.task.names import InputName
from engine.training.task.pretrained import encoder_blocks, load_net
from engine.training.task.results import RANDOM, Block
from engine.training.task.reviews import TaskReviews
from engine.vectors.glove_table import GloveTable, glove_table


class TunedInput:
    """CoVe, ELMo or MiniLM inside the net that is trained."""

    def __init__(self, name: InputName, reviews: TaskReviews, config: TaskStudy) -> None:
        self._name, self._reviews, self._config = name, reviews, config

    def compute(self, rows: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Nothing can be computed first: the vectors change with every step."""
        return iter(())

    def prepare(self, train_rows: np.ndarray) -> Prepared:
        """The pretrained net as it was shipped, once more for each run."""
        net, blocks = load_net(self._name.model), encoder_blocks(self._name)
        reader: nn.Module
        if self._name.model == "cove":
            reader, d_in = TunedCove(net), net.config.d_word + 2 * net.config.d_direction
        elif self._name.model == "elmo":
            reader, d_in = TunedElmo(net), 2 * net.config.lstm.d_out
            blocks = (*blocks, Block("scalar mix", RANDOM, n_parameters(reader.mix)))
        else:
            reader, d_in = TunedBert(net), net.config.d_model
        return Prepared(reader, self._batch, d_in, blocks, (net,), self._config.encoder_rate)

    def _batch(self, rows: np.ndarray) -> tuple[Tensor, ...]:
        return self._make_batch([self._reviews.sentences[row] for row in rows])

    @cached_property
    def _make_batch(self) -> Callable[[list[Sentence]], tuple[Tensor, ...]]:
        if self._name.model == "cove":
            return GloveBatches(glove_table())
        if self._name.model == "elmo":
            return character_batch
        path = ENCODERS[self._name.model].folder() / "tokenizer.json"
        return PieceBatches(Tokenizer.from_file(str(path)))


class GloveBatches:
    """Reviews as GloVe vectors."""

    def __init__(self, table: GloveTable) -> None:
        self._table = table

    def __call__(self, sentences: list[Sentence]) -> tuple[Tensor, ...]:
        """n_words (batch,); vectors (batch, n_words, 50), zeros for unknown words."""
        rows = [[self._table.rows_of(word.text) for word in s.words] for s in sentences]
        return padded(
            [np.stack([self._table.mean_of(of_word) for of_word in words]) for words in rows]
        )


def character_batch(sentences: list[Sentence]) -> tuple[Tensor, ...]:
    """n_words (batch,); the place of each word among the batch's different words, marks around the
    review included, (batch, n_words + 2); their characters, (n_different_words, n_characters).
    """
    whole = [[END, *(word.text for word in s.words), END] for s in sentences]
    places = {word: i for i, word in enumerate(dict.fromkeys(w for s in whole for w in s))}
    n_marked, ids = padded([np.array([places[w] for w in words], np.int64) for words in whole])
    return n_marked - 2, ids, torch.from_numpy(character_ids(list(places)))


class PieceBatches:
    """Reviews as word pieces."""

    ROOM = 510  # pieces beside [CLS] and [SEP]

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._start, self._end = (tokenizer.token_to_id(mark) for mark in ("[CLS]", "[SEP]"))

    def __call__(self, sentences: list[Sentence]) -> tuple[Tensor, ...]:
        """n_words (batch,); token_ids, mask and each piece's word from 1, (batch, n_tokens)."""
        token_ids, words = [], []
        found = self._tokenizer.encode_batch([s.text for s in sentences], add_special_tokens=False)
        for sentence, encoding in zip(sentences, found, strict=True):
            numbers = np.zeros(len(encoding.ids), np.int64)
            for number, of_word in enumerate(align(sentence.words, encoding.offsets), 1):
                numbers[of_word] = number
            pieces = encoding.ids[: self.ROOM]
            token_ids.append(np.array([self._start, *pieces, self._end], np.int64))
            words.append(np.array([0, *numbers[: self.ROOM], 0], np.int64))
        n_tokens, ids = padded(token_ids)
        mask = torch.arange(ids.shape[1]) < n_tokens[:, None]  # (batch, n_tokens)
        n_words = torch.tensor([len(sentence.words) for sentence in sentences])
        return n_words, ids, mask, padded(words)[1]
