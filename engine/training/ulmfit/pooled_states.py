"""What a language model's layers hold of whole texts, pooled as ULMFiT's classifier pools its top
layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from engine.nets.awd_lstm import AwdLstm, State
from engine.nets.text_classifier import concat_pool, rows
from engine.training.ulmfit.classification import side_by_side

WINDOW = 70  # tokens that are read at a time


def pooled_widths(lm: AwdLstm) -> tuple[int, ...]:
    """Numbers that `pooled_states` gives for each layer: thrice its width."""
    config = lm.config
    return tuple(3 * d for d in (config.d_embedding, *(d for _, d in config.widths())))


@torch.inference_mode()
def pooled_states(
    lm: AwdLstm, texts: Sequence[np.ndarray], *, backward: bool = False
) -> np.ndarray:
    """The last state, the maximum and the mean over each text's tokens, side by side, of the
    embedding and of every LSTM layer.

    Args:
        texts: token ids, each (n_tokens,) with at least one.
        backward: the language model reads from the end.
    Returns:
        float32, (n_texts, n_layers + 1, widest of `pooled_widths`); zeros behind a narrower
        layer's numbers.
    """
    lm.eval()
    order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
    ids, n_tokens = side_by_side([texts[row] for row in order], backward)
    device = lm.embedding.device
    ids, n_tokens = ids.to(device), n_tokens.to(device)
    windows: list[tuple[torch.Tensor, ...]] = []
    state: State | None = None
    for start in range(0, ids.shape[1], WINDOW):
        n_reading = int((n_tokens > start).sum())
        output = lm(ids[:n_reading, start : start + WINDOW], rows(state, n_reading))
        state = output.state
        windows.append(output.layers)
    widths, first = pooled_widths(lm), torch.zeros_like(n_tokens)
    found = np.zeros((len(texts), len(widths), max(widths)), np.float32)
    for place, states in enumerate(zip(*windows, strict=True)):
        found[order, place, : widths[place]] = concat_pool(states, first, n_tokens).cpu().numpy()
    return found
