"""ELMo as a guesser of words: it reads any word by its characters, and guesses words of a closed
vocabulary, from the left and from the right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.language_model import PREDICTORS, Predictions, drawn, in_reading_order
from engine.model_files import not_shipped, shipped_sha256, weights_path
from engine.text import Sentence

if TYPE_CHECKING:
    from torch import Tensor

KIND = "elmo"


@PREDICTORS.add(KIND)
class ElmoPredictor:
    """Words as written in, probabilities of words out; each sentence is read from a state of
    zeros.
    """

    name = KIND
    title = "ELMo"

    def __init__(self, device: str = "auto") -> None:
        from engine.checkpoints import load_weights
        from engine.nets.device import pick_device
        from engine.nets.elmo_language_model import language_model

        weights = load_weights(weights_path(KIND), kind=KIND, sha256=shipped_sha256(KIND))
        self.vocabulary = weights.vocabularies["words"]
        self._log_unigram = weights.tensors["log_unigram"].numpy()
        self._device = pick_device(device)
        self._net = language_model(weights.config, weights.tensors).to(self._device)

    @classmethod
    def missing(cls) -> str | None:
        """None where the weights are."""
        return not_shipped(KIND, cls.title)

    def predictions(self, sentence: Sentence) -> Predictions:
        """What both directions expect at every place."""
        import torch

        words = [word.text for word in sentence.words]
        elmo = self._net.elmo
        with torch.inference_mode():
            x = self._read(words)  # (n + 1, d_word): what stands before the sentence, the words
            backwards = torch.cat([x[:1], x[1:].flip(0)])
            tops = [
                stack(part[None], stack.start(1))[0][-1][0]  # (n + 1, d_word)
                for stack, part in ((elmo.left_to_right, x), (elmo.right_to_left, backwards))
            ]
            forward, backward = (
                self._net.log_probabilities(top).float().cpu().numpy() for top in tops
            )
        return Predictions(
            words=tuple(words),
            word_ids=np.array(self.vocabulary.ids(word.key for word in sentence.words), np.int64),
            vocabulary=self.vocabulary,
            log_unigram=self._log_unigram,
            forward=forward,
            backward=in_reading_order(backward),
        )

    def continuation(
        self, sentence: Sentence, n_words: int, *, temperature: float = 1.0, seed: int = 0
    ) -> list[str]:
        """Words drawn from the left-to-right model behind a beginning."""
        import torch

        rng, stack = np.random.default_rng(seed), self._net.elmo.left_to_right
        found: list[str] = []
        with torch.inference_mode():
            x, state = self._read([word.text for word in sentence.words]), stack.start(1)
            while len(found) < n_words:
                outputs, state = stack(x[None], state)
                top = outputs[-1][0, -1:]  # (1, d_word)
                scores = self._net.log_probabilities(top)[0].cpu().numpy()  # (V,)
                word_id = drawn(
                    scores, rng, temperature=temperature, never=[self.vocabulary.unknown_id]
                )
                if word_id == self.vocabulary.boundary_id:
                    break
                found.append(self.vocabulary.words[word_id])
                x = self._read(found[-1:])[1:]
        return found

    def _read(self, words: list[str]) -> Tensor:
        """The mark between sentences and the words, from their characters: (n + 1, d_word)."""
        import torch

        from engine.nets.character_cnn import END, character_ids

        ids = torch.from_numpy(character_ids([END, *words]))
        return self._net.elmo.characters(ids.to(self._device))
