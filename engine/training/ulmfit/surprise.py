"""How surprising each word of a text is to a language model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from engine.nets.awd_lstm import AwdLstm

WINDOW = 200  # tokens at a time; it changes the memory, not the result


@dataclass(frozen=True)
class Surprises:
    """A text, word by word; ends of sentences are left out."""

    words: tuple[str, ...]  # (n_words,) as typed
    bits: np.ndarray  # (n_words,), the mean over the directions; of <unk> where it is not known
    known: np.ndarray  # bool, (n_words,)

    def perplexity(self, which: np.ndarray | None = None) -> float:
        """2 to the mean surprise, of all words or of some; NaN for none.

        Args:
            which: bool, (n_words,).
        """
        bits = self.bits if which is None else self.bits[which]
        return float(2.0 ** bits.mean()) if len(bits) else math.nan


@torch.inference_mode()
def token_bits(lm: AwdLstm, ids: np.ndarray, backward: bool) -> np.ndarray:
    """-log2 of the probability of each token, given all that was read before it.

    Args:
        ids: of a text that begins and ends with the boundary, (n_tokens,).
        backward: the net reads it from its end.
    Returns:
        (n_tokens,); NaN for the token that is read first, which nothing foretells.
    """
    lm.eval()
    text = torch.from_numpy((ids[::-1] if backward else ids).astype(np.int64))
    text = text[None].to(lm.output_bias.device)  # (1, n_tokens)
    state, parts = None, [np.full(1, np.nan)]
    for start in range(0, text.shape[1] - 1, WINDOW):
        targets = text[0, start + 1 : start + WINDOW + 1]
        output = lm(text[:, start : start + len(targets)], state)
        state = output.state
        nats = F.cross_entropy(lm.logits(output.top[0]), targets, reduction="none")
        parts.append(nats.cpu().numpy().astype(np.float64) / math.log(2))
    bits = np.concatenate(parts)
    return bits[::-1] if backward else bits
