"""Running text for a net that reads characters: its batches, and how well it foretells a text."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.corpora.vocabulary import BOUNDARY
from engine.nets.character_cnn import END, character_ids
from engine.nets.elmo_language_model import ElmoLanguageModel
from engine.training.awd_lstm_quality import STRANGER
from engine.training.perplexity import bits_per_character
from engine.training.written_text import WrittenText

HIDDEN = -1  # in place of the number of a form: a word of one strange character
N_STREAMS = 8
WINDOW = 100  # tokens at a time; it changes the speed, not the result


def batch_of(
    written: WrittenText, ahead: Tensor, back: Tensor, device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:
    """The different words of two batches of form numbers as characters, and the batches as rows
    of them: what `ElmoLanguageModel` takes. HIDDEN stands for a word that cannot be read.
    """
    both = torch.stack([ahead, back])  # (2, batch, n_tokens)
    used, rows = torch.unique(both, return_inverse=True)
    words = [STRANGER if i == HIDDEN else written.forms[i] for i in used.tolist()]
    characters = character_ids([END if word == BOUNDARY else word for word in words])
    ahead, back = rows.to(device)
    return torch.from_numpy(characters).to(device), ahead, back


def partly_hidden(written: WrittenText, forms: Tensor, share: float) -> Tensor:
    """Numbers of written forms, of unknown words a random `share` replaced by HIDDEN."""
    if not share:
        return forms
    unknown = torch.from_numpy(written.word_ids)[forms] == written.text.vocabulary.unknown_id
    return forms.masked_fill(unknown & (torch.rand(forms.shape) < share), HIDDEN)


@torch.inference_mode()
def surprises(
    net: ElmoLanguageModel, written: WrittenText, n_tokens: int | None = None
) -> tuple[float, float]:
    """Mean surprise of a text's tokens, from the left and from the right, in nats per token: full
    softmax, no dropout, the state carried from window to window.
    """
    net.eval()
    device = net.softmax_bias.device
    ids = torch.from_numpy(written.text.ids[:n_tokens].astype(np.int64))
    ids = ids[: len(ids) // N_STREAMS * N_STREAMS]
    streams = [text.view(N_STREAMS, -1) for text in (ids, ids.flip(0))]
    state, totals, n_counted = net.elmo.start(N_STREAMS), [0.0, 0.0], 0
    for start in range(0, streams[0].shape[1] - 1, WINDOW):
        windows = [text[:, start : start + WINDOW + 1] for text in streams]
        inputs = batch_of(written, windows[0][:, :-1], windows[1][:, :-1], device)
        *tops, state = net(*inputs, state)
        for i, (top, window) in enumerate(zip(tops, windows, strict=True)):
            targets = torch.from_numpy(written.word_ids[window[:, 1:].flatten()]).to(device)
            log_probabilities = net.log_probabilities(top.flatten(0, 1))
            totals[i] += float(F.nll_loss(log_probabilities, targets, reduction="sum"))
        n_counted += windows[0][:, 1:].numel()
    return totals[0] / n_counted, totals[1] / n_counted


def perplexities(net: ElmoLanguageModel, written: WrittenText) -> dict[str, float]:
    """Full-softmax figures of both directions on a whole text, and what they depend on."""
    vocabulary, n_tokens = written.text.vocabulary, len(written.text.ids)
    figures = {
        "tokens": float(n_tokens),
        "vocabulary": float(len(vocabulary)),
        "unknown_rate": float((written.target_ids == vocabulary.unknown_id).mean()),
    }
    for name, nats in zip(("forward", "backward"), surprises(net, written), strict=True):
        figures[f"{name}_perplexity"] = math.exp(nats)
        bits = bits_per_character(nats, n_tokens, written.text.n_characters)
        figures[f"{name}_bits_per_character"] = bits
    return figures
