"""How well a language model predicts a text: always with the full softmax, without dropout, and
with the state carried from window to window as a reader remembers.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F

from engine.nets.awd_lstm import AwdLstm

WINDOW = 100  # tokens at a time; it changes the speed, not the result
N_STREAMS = 8


@torch.inference_mode()
def evaluated(lm: AwdLstm, ids: np.ndarray, backward: bool, n_streams: int = N_STREAMS) -> float:
    """Mean surprise of the tokens of a text, in nats per token.

    Args:
        ids: the text in reading order, (n_tokens,).
        backward: the net reads it from its end.
        n_streams: the text is cut into so many parts that are read side by side; the first tokens
            of each are predicted without what stands before.
    """
    lm.eval()
    device = lm.output_bias.device
    text = torch.from_numpy((ids[::-1] if backward else ids).astype(np.int64))
    text = text[: len(text) // n_streams * n_streams].view(n_streams, -1).to(device)
    state, total, n_tokens = None, 0.0, 0
    for start in range(0, text.shape[1] - 1, WINDOW):
        inputs = text[:, start : start + WINDOW]
        targets = text[:, start + 1 : start + WINDOW + 1]
        output = lm(inputs[:, : targets.shape[1]], state)
        state = output.state
        logits = lm.logits(output.top)  # (n_streams, WINDOW, V)
        total += float(F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum"))
        n_tokens += targets.numel()
    return total / n_tokens


def bits_per_character(nats_per_token: float, n_tokens: int, n_characters: int) -> float:
    """What a model with any vocabulary can be compared by, if its share of unknown words is told
    beside it.

    >>> round(bits_per_character(math.log(2), n_tokens=10, n_characters=40), 3)
    0.25
    """
    return nats_per_token / math.log(2) * n_tokens / n_characters
