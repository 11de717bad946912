"""What a language model is asked: which word stands here, given the words before, or after?

The nets that answer live in engine/predictors, one file each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from engine.corpora.vocabulary import Vocabulary
from engine.registry import Registry
from engine.text import Sentence


@dataclass(frozen=True)
class Predictions:
    """What both directions expect at every place of a sentence of n words.

    The forward model has read the words before a place, the backward model those after it; neither
    has seen the word itself, so a place may hold a blank as well as a word.
    """

    words: tuple[str, ...]  # (n,) as typed
    word_ids: np.ndarray  # int64, (n,): `unknown_id` for words outside the vocabulary
    vocabulary: Vocabulary
    log_unigram: np.ndarray  # (V,): log share of each word in the training text
    # Log-probabilities in nats, float32, (n + 1, V). Row i < n is about word i; the last row of
    # `forward` is about what follows the last word, that of `backward` about what stands before
    # the first: the token between sentences, if the sentence is whole.
    forward: np.ndarray
    backward: np.ndarray

    def combined(self, place: int) -> np.ndarray:
        """Log-probabilities of the word at a place from both sides, (V,).

        p(w | left, right) is proportional to p(w | left) p(w | right) / p(w) if, once the word is
        known, left and right tell nothing more of each other (Bayes).
        """
        scores = self.forward[place] + self.backward[place] - self.log_unigram
        scores = scores - scores.max()
        return scores - np.log(np.exp(scores, dtype=np.float64).sum())

    def true_log_probabilities(self, direction: str) -> np.ndarray:
        """Log-probability in nats of what really stands at each place, (n + 1,): the words, then
        the end (forward) or the beginning (backward) of the sentence.
        """
        ids = np.append(self.word_ids, self.vocabulary.boundary_id)
        rows = self.forward if direction == "forward" else self.backward
        return rows[np.arange(len(ids)), ids]

    def perplexity(self, direction: str) -> float:
        """exp of the mean surprise at the words and the end of the sentence; a word outside the
        vocabulary counts as `<unk>`, which is easier to foretell than the word.
        """
        return float(np.exp(-self.true_log_probabilities(direction).mean()))

    def bits_per_character(self, direction: str) -> float:
        """The surprise of the sentence over its characters, each word with the space behind it and
        the end counted: what models with other vocabularies can be compared by, if they know as
        many of the words.
        """
        n_characters = sum(len(word) + 1 for word in self.words) + 1
        return float(-self.true_log_probabilities(direction).sum() / np.log(2) / n_characters)


class Predictor(Protocol):
    """A language model of two directions. Weights load in the constructor."""

    name: ClassVar[str]
    title: ClassVar[str]
    vocabulary: Vocabulary

    @classmethod
    def missing(cls) -> str | None:
        """Why the model cannot be used here, as a sentence; None if it can."""

    def predictions(self, sentence: Sentence) -> Predictions:
        """What both directions expect at every place."""

    def continuation(
        self, sentence: Sentence, n_words: int, *, temperature: float = 1.0, seed: int = 0
    ) -> list[str]:
        """Words drawn one after the other behind a sentence that is not finished; fewer where the
        model ends it.
        """


PREDICTORS: Registry[Any] = Registry("language model", package="engine.predictors")


def in_reading_order(backward: np.ndarray) -> np.ndarray:
    """What a backward model gives, (n + 1, V), in the order of `Predictions.backward`: from (word
    n - 1, ..., word 0, what stands before) to (word 0, ..., word n - 1, what stands before).
    """
    return np.concatenate([backward[:-1][::-1], backward[-1:]])


def most_likely(log_probabilities: np.ndarray, n: int) -> list[tuple[int, float]]:
    """The n most likely word ids and their probabilities in [0, 1], most likely first.

    >>> most_likely(np.log([0.1, 0.6, 0.3]), 2)
    [(1, 0.6), (2, 0.3)]
    """
    best = np.argsort(-log_probabilities, kind="stable")[:n]
    return [(int(i), round(float(np.exp(log_probabilities[i])), 12)) for i in best]


def drawn(
    log_probabilities: np.ndarray,
    rng: np.random.Generator,
    *,
    temperature: float,
    never: Sequence[int] = (),
) -> int:
    """A word id drawn from a distribution.

    Args:
        log_probabilities: (V,), nats.
        temperature: below 1 the likely words gain, above 1 the unlikely ones; 0 = the likeliest.
        never: ids that are not drawn, such as the unknown word, which cannot be shown.
    """
    scores = log_probabilities.astype(np.float64)
    scores[list(never)] = -np.inf
    if temperature <= 0:
        return int(scores.argmax())
    weights = np.exp((scores - scores.max()) / temperature)
    return int(rng.choice(len(weights), p=weights / weights.sum()))
