"""Questions to a saved state: what is this text, which words made it so, how likely is it, how does
it go on? The data that the state learnt from is not needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.corpora.vocabulary import BOUNDARY
from engine.errors import EngineError, TextError
from engine.nets.awd_lstm import AwdLstm
from engine.nets.device import pick_device
from engine.text import check_text, word_key
from engine.training.perplexity import evaluated
from engine.training.prepared_text import written_tokens
from engine.training.ulmfit.classification import probabilities
from engine.training.ulmfit.config import CLASSIFY, PRETRAIN, Sample, Ulmfit
from engine.training.ulmfit.leaving_out import Contributions, Progress, without_words
from engine.training.ulmfit.models import Models, fresh_models, ready_to_read, shipped_models
from engine.training.ulmfit.state_file import read_state
from engine.training.ulmfit.surprise import Surprises, token_bits
from engine.training.ulmfit.word_places import word_places
from engine.training.ulmfit.writing import written


class TrainedState:
    """A state of a run of ULMFiT, ready to be asked."""

    def __init__(self, path: Path, device: str = "auto") -> None:
        """Read a file that a session or the command line has saved.

        Raises:
            CorruptFile: it cannot be read.
            EngineError: it was saved before the first batch, when there was no net yet.
        """
        if not path.is_file():
            raise EngineError(f"There is no saved state at {path}.")
        state = read_state(path)
        if not state.stage:
            raise EngineError("This state was saved before the first batch: it has no net yet.")
        self.step, self.stage, self.weights = state.step, state.stage, state.weights
        self.config, self.label_names = state.config, state.label_names
        self._models = state.models(pick_device(device))
        self.vocabulary = self._models.vocabulary

    @classmethod
    def of_shipped(cls, config: Ulmfit, device: str = "auto") -> TrainedState:
        """The shipped language model that a run starts from, before its first batch.

        Raises:
            ModelUnavailable: it is not on this machine.
        """
        return cls._before(config, shipped_models(config.net.shipped, config.directions()), device)

    @classmethod
    def untrained(cls, config: Ulmfit, device: str = "auto") -> TrainedState:
        """The same net with random weights, and the shipped model's words.

        Raises:
            ModelUnavailable: that is not on this machine.
        """
        words = shipped_models(config.net.shipped, config.directions()).vocabulary
        models = fresh_models(words, config.net, config.directions(), seed=config.seed)
        return cls._before(config, models, device)

    @classmethod
    def _before(cls, config: Ulmfit, models: Models, device: str) -> TrainedState:
        """A language model that no run has trained yet."""
        found = cls.__new__(cls)
        found._models = ready_to_read(models, 0.0, pick_device(device))
        found.step, found.stage, found.weights = 0, PRETRAIN, found._models.hash()
        found.config, found.label_names = config, ()
        found.vocabulary = found._models.vocabulary
        return found

    def classify(self, texts: Sequence[str]) -> np.ndarray:
        """Probability of each label, the mean over the directions, (n_texts, n_labels).

        Raises:
            EngineError: the state is of a language model.
            TextError: a text holds no word.
        """
        self._check_stage()
        ids = [self.ids(text) for text in texts]
        return probabilities(self._models, ids).numpy() if ids else self._none()

    def contributions(self, text: str, progress: Progress | None = None) -> Contributions:
        """The answer to a text, and how it changes if a word is left out: see `without_words`.

        Args:
            progress: called with (words done, words in all); may raise to cancel.
        Raises:
            EngineError: the state is of a language model.
            TextError: no word, or too many.
        """
        self._check_stage()
        return without_words(self._models, _tokens(text), self._ids, progress)

    def perplexity(self, text: str) -> float:
        """exp of the mean surprise at a text's words and sentence ends, over the directions. Of a
        classifier, it is that of the language model it has become of: what it has forgotten.
        """
        ids = self.ids(text)
        nats = [
            evaluated(lm, ids, direction == "backward", n_streams=1)
            for direction, lm in self._models.language_models().items()
        ]
        return math.exp(sum(nats) / len(nats))

    def surprises(self, text: str) -> Surprises:
        """How surprising each word of a text is, given those before it (forward), after it
        (backward), or the mean of both.

        Raises:
            TextError: the text holds no word.
        """
        found = _tokens(text)
        ids = self._ids(found)
        bits = np.mean(
            [
                token_bits(lm, ids, direction == "backward")
                for direction, lm in self._models.language_models().items()
            ],
            axis=0,
        )[1:]  # (n_tokens,), without the boundary that the text stands behind
        is_word = np.array([token != BOUNDARY for token in found])
        words = tuple(token for token in found if token != BOUNDARY)
        known = ids[1:] != self.vocabulary.unknown_id
        return Surprises(words, bits[is_word], known[is_word])

    def continuation(self, sample: Sample, *, seed: int = 0) -> str:
        """What the language model writes behind a prompt; in front of it, if it reads backwards."""
        direction, lm = self.reader
        return written(lm, self.vocabulary, sample, seed=seed, backward=direction == "backward")

    def places(self, words: Sequence[str], *, top: bool = False) -> np.ndarray:
        """Where words stand in the language model that reads first, as `word_places` gives them."""
        _, lm = self.reader
        return word_places(lm, self.vocabulary, words, top=top)

    @property
    def reader(self) -> tuple[str, AwdLstm]:
        """The language model that reads first, and its direction."""
        return next(iter(self._models.language_models().items()))

    def ids(self, text: str) -> np.ndarray:
        """A text as the training read its texts: behind the boundary that it stands behind.

        Raises:
            TextError: it holds no word.
        """
        return self._ids(_tokens(text))

    def _check_stage(self) -> None:
        if self.stage != CLASSIFY:
            raise EngineError(
                f"This state is a language model, of the stage {self.stage!r}: it has no labels to "
                f"give. Take a state of the stage {CLASSIFY!r}."
            )

    def _none(self) -> np.ndarray:
        return np.zeros((0, len(self.label_names)), np.float32)

    def _ids(self, tokens: Sequence[str]) -> np.ndarray:
        return np.array(self.vocabulary.ids([BOUNDARY, *map(word_key, tokens)]), np.int64)


def _tokens(text: str) -> list[str]:
    """The words of a text as typed, and the boundary behind each sentence."""
    check_text(text)
    found = list(written_tokens(text))
    if not found:
        raise TextError("There is no word in this text yet. Type or paste at least one sentence.")
    return found
