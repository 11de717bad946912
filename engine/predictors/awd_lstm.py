"""ULMFiT's AWD-LSTM as a guesser of words, forward and backward."""

from __future__ import annotations

import numpy as np

from engine.language_model import PREDICTORS, Predictions, drawn, in_reading_order
from engine.model_files import not_shipped, shipped_sha256, weights_path
from engine.text import Sentence

KIND = "awd-lstm"


@PREDICTORS.add(KIND)
class AwdLstmPredictor:
    """Words in, probabilities of words out; each sentence is read from a state of zeros."""

    name = KIND
    title = "AWD-LSTM"

    def __init__(self, device: str = "auto") -> None:
        from engine.checkpoints import load_weights
        from engine.nets.both_directions import both_directions
        from engine.nets.device import pick_device

        weights = load_weights(weights_path(KIND), kind=KIND, sha256=shipped_sha256(KIND))
        self.vocabulary = weights.vocabularies["words"]
        self._log_unigram = weights.tensors["log_unigram"].numpy()
        self._device = pick_device(device)
        self._net = both_directions(weights.config, weights.tensors).to(self._device).eval()

    @classmethod
    def missing(cls) -> str | None:
        """None where the weights are."""
        return not_shipped(KIND, cls.title)

    def predictions(self, sentence: Sentence) -> Predictions:
        """What both directions expect at every place."""
        word_ids = self._ids(sentence)
        forward = self._log_probabilities("forward", word_ids)  # about words 0 .. n-1 and the end
        backward = self._log_probabilities("backward", word_ids[::-1])  # words n-1 .. 0, the start
        return Predictions(
            words=tuple(word.text for word in sentence.words),
            word_ids=np.array(word_ids, np.int64),
            vocabulary=self.vocabulary,
            log_unigram=self._log_unigram,
            forward=forward,
            backward=in_reading_order(backward),
        )

    def continuation(
        self, sentence: Sentence, n_words: int, *, temperature: float = 1.0, seed: int = 0
    ) -> list[str]:
        """Words drawn from the forward model behind a beginning."""
        import torch

        rng, lm = np.random.default_rng(seed), self._net.forward_lm
        ids, state = [self.vocabulary.boundary_id, *self._ids(sentence)], None
        found: list[str] = []
        with torch.inference_mode():
            while len(found) < n_words:
                output = lm(torch.tensor([ids], device=self._device), state)
                state = output.state
                scores = lm.logits(output.top[0, -1]).log_softmax(-1).cpu().numpy()
                word_id = drawn(
                    scores, rng, temperature=temperature, never=[self.vocabulary.unknown_id]
                )
                if word_id == self.vocabulary.boundary_id:
                    break
                found.append(self.vocabulary.words[word_id])
                ids = [word_id]
        return found

    def _ids(self, sentence: Sentence) -> list[int]:
        return self.vocabulary.ids(word.key for word in sentence.words)

    def _log_probabilities(self, direction: str, word_ids: list[int]) -> np.ndarray:
        """After the boundary and after each word, in the direction's own order: (n + 1, V)."""
        import torch

        lm = self._net.directions()[direction]
        ids = [self.vocabulary.boundary_id, *word_ids]
        with torch.inference_mode():
            top = lm(torch.tensor([ids], device=self._device)).top[0]  # (n + 1, d)
            return lm.logits(top).log_softmax(-1).float().cpu().numpy()
