"""The nets of these trainings with their data, and how each is looked at."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch

from engine.corpora.vocabulary import BOUNDARY, SPECIAL, Vocabulary, most_frequent
from engine.nets.elmo_language_model import ElmoLanguageModel
from engine.nets.elmo_reader import ElmoReader
from engine.nets.skip_gram import SkipGram
from engine.training.cone.config import WORD2VEC, ConeTraining
from engine.training.cone.measured import Look, of_text, of_vocabulary
from engine.training.objective import Objective
from engine.training.recipes.elmo import ElmoObjective
from engine.training.recipes.word2vec_torch import SkipGramObjective
from engine.training.ulmfit.seeded import seeded
from engine.training.ulmfit.texts import NumberedTexts, running_text
from engine.training.written_text import WrittenText


class Watched(Protocol):
    """A net that learns, and what can be seen of it."""

    @property
    def objective(self) -> Objective:
        """The net with its batches."""

    def look(self) -> Look:
        """Measure it as it is now."""


def watched(config: ConeTraining, device: torch.device) -> Watched:
    """The net of a training, with random weights, and its text.

    Raises:
        DataUnavailable: the text is not on this machine.
    """
    train = running_text(config.text, "train", 0)
    counts = train.counts()
    counts.pop(BOUNDARY, None)
    vocabulary = most_frequent(counts, config.vocab_size)
    with seeded(device, config.seed):
        if config.net == WORD2VEC:
            return _Word2vec(config, train, vocabulary, device)
        return _BiLM(config, train, vocabulary, device)


class _Word2vec:
    def __init__(
        self, config: ConeTraining, train: NumberedTexts, vocabulary: Vocabulary,
        device: torch.device,
    ) -> None:  # fmt: skip
        text = train.under(vocabulary)
        self._config, self._words = config, vocabulary.words[len(SPECIAL) :]
        self.objective = SkipGramObjective(config.word2vec(), text, device)

    def look(self) -> Look:
        net, n = self.objective.net, self._config.n_measured
        assert isinstance(net, SkipGram)
        rows = slice(len(SPECIAL), len(SPECIAL) + n)
        vectors, contexts = (
            part[rows].detach().cpu().numpy() for part in (net.vectors, net.context_vectors)
        )
        return of_vocabulary(self._words[:n], vectors, contexts, self._config.n_places)


class _BiLM:
    def __init__(
        self, config: ConeTraining, train: NumberedTexts, vocabulary: Vocabulary,
        device: torch.device,
    ) -> None:  # fmt: skip
        valid = running_text(config.text, "valid", 0)
        learnt, held_back = (_as_written(text, vocabulary) for text in (train, valid))
        self.objective = ElmoObjective(config.bilm(), learnt, held_back, device)
        self._sentences = _sentences(valid, config.n_measured)
        self._device, self._n_places = device, config.n_places

    def look(self) -> Look:
        net = self.objective.net
        assert isinstance(net, ElmoLanguageModel)
        was_training = net.training
        layers = ElmoReader(net.elmo, self._device).read(self._sentences)  # without dropout
        net.train(was_training)
        words = [word for sentence in self._sentences for word in sentence]
        sentence_ids = np.repeat(np.arange(len(self._sentences)), [*map(len, self._sentences)])
        type_ids = np.unique(words, return_inverse=True)[1]
        return of_text(tuple(words), layers, type_ids, sentence_ids, self._n_places)


def _as_written(text: NumberedTexts, vocabulary: Vocabulary) -> WrittenText:
    """The words are their own written forms here."""
    prepared = text.under(vocabulary)
    of_forms = type(prepared)(text.ids, text.starts, text.n_characters, vocabulary)
    return WrittenText(of_forms, text.words, np.array(vocabulary.ids(text.words), np.int64))


def _sentences(text: NumberedTexts, n_tokens: int) -> list[list[str]]:
    """The first sentences of a text, whole, with so many words at least."""
    found: list[list[str]] = [[]]
    n_words = 0
    for number in text.ids.tolist():
        if (word := text.words[number]) != BOUNDARY:
            found[-1].append(word)
            n_words += 1
        elif n_words >= n_tokens:
            break
        elif found[-1]:
            found.append([])
    return [sentence for sentence in found if sentence]
