"""A translator that speaks in words: whole translations with their attention, or one German word
at a time from `<Go>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.errors import TextError, WordNotFound
from engine.nets.cove_reader import CoveReader
from engine.nets.decoding import Decoding, beam
from engine.nets.translator import DecoderState, Source, Translator
from engine.text import Sentence

GO = "<Go>"  # what stands before the first word
END = "<end>"  # what is said after the last word


@dataclass(frozen=True)
class Translation:
    """A finished translation and where the decoder looked."""

    sentence: Sentence
    words: tuple[str, ...]  # German, lower-cased; the last is END unless the decoder gave up
    attention: np.ndarray  # (n_german, n_english), float32; a row a word, each sums to 1
    log_probability: float  # nats, of all words
    unseen: tuple[int, ...]  # positions of the English words that the net reads as zeros


@dataclass(frozen=True)
class Unfinished:
    """A translation in the making: the words so far, and what may come next."""

    sentence: Sentence
    words: tuple[str, ...]  # GO, then German words
    probabilities: np.ndarray  # float32, (n_vocabulary,): of the next word, sums to 1
    attention: np.ndarray  # float32, (n_english,): where the decoder looks for it, sums to 1
    unseen: tuple[int, ...]  # positions of the English words that the net reads as zeros
    _source: Source = field(repr=False)
    _state: DecoderState = field(repr=False)

    @property
    def is_ended(self) -> bool:
        """True once END was said."""
        return self.words[-1] == END


class Interpreter:
    """CoVe's encoder with the decoder it was trained with, and the decoder's words."""

    def __init__(self, reader: CoveReader, decoder: Translator, words: Sequence[str]) -> None:
        """words: of each id; the first two stand for unknown words and for a sentence's border."""
        self._reader = reader
        self._decoder = decoder.eval().to(reader.device)
        self.words = (words[0], END, *words[2:])
        self._ids = {word: number for number, word in enumerate(self.words)}
        self._how = Decoding(boundary_id=1, unknown_id=0)

    @torch.inference_mode()
    def translate(self, sentence: Sentence, *, width: int = 5) -> Translation:
        """The best translation that beam search finds.

        Args:
            width: of the beam; 1 = the likeliest word at each step.
        Raises:
            TextError: the sentence has no word.
        """
        states, unseen = self._read(sentence)
        best = beam(self._decoder, states, self._how, width)[0]
        words = [self.words[number] for number in best.word_ids]
        if len(best.attention) > len(words):
            words.append(END)
        attention = best.attention.cpu().numpy()
        return Translation(sentence, tuple(words), attention, best.log_probability, unseen)

    @torch.inference_mode()
    def begin(self, sentence: Sentence) -> Unfinished:
        """The distribution of the first word, after `<Go>`.

        Raises:
            TextError: the sentence has no word.
        """
        states, unseen = self._read(sentence)
        is_word = torch.ones(1, len(states), dtype=torch.bool, device=states.device)
        source, state = self._decoder.begin(states[None], is_word)
        nothing = np.empty(0, np.float32)
        start = Unfinished(sentence, (), nothing, nothing, unseen, source, state)
        return self._on(start, GO, self._how.boundary_id)

    @torch.inference_mode()
    def extend(self, unfinished: Unfinished, word: str) -> Unfinished:
        """Say a word and see what may come after it.

        Raises:
            WordNotFound: a word that the decoder does not know, or END was already said.
        """
        if unfinished.is_ended or word not in self._ids:
            why = "the translation has ended" if unfinished.is_ended else "it is not in the list"
            raise WordNotFound(f"The translator cannot say “{word}” here: {why}.")
        return self._on(unfinished, word, self._ids[word])

    def likeliest(self, unfinished: Unfinished, n: int = 5) -> list[tuple[str, float]]:
        """The n likeliest next words with their probabilities, best first."""
        order = np.argsort(-unfinished.probabilities, kind="stable")[:n]
        return [(self.words[i], float(unfinished.probabilities[i])) for i in order]

    def _on(self, so_far: Unfinished, word: str, word_id: int) -> Unfinished:
        last = torch.tensor([word_id], device=self._reader.device)
        log_p, state, attention = self._decoder.next_word(last, so_far._state, so_far._source)
        return Unfinished(
            so_far.sentence,
            (*so_far.words, word),
            log_p[0].exp().cpu().numpy(),
            attention[0].cpu().numpy(),
            so_far.unseen,
            so_far._source,
            state,
        )

    def _read(self, sentence: Sentence) -> tuple[Tensor, tuple[int, ...]]:
        rows = self._reader.rows_of(sentence)
        if not rows:
            raise TextError("There is no word in this sentence to translate.")
        hidden_states, _ = self._reader.states([rows])
        unseen = tuple(position for position, found in enumerate(rows) if not found)
        return hidden_states[-1][0], unseen  # (n_english, d_source)
