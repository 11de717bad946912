"""What the language model writes on from a beginning."""

from __future__ import annotations

import numpy as np
import torch

from engine.corpora.vocabulary import Vocabulary
from engine.language_model import drawn
from engine.nets.awd_lstm import AwdLstm
from engine.text import WORD, word_key
from engine.training.ulmfit.config import Sample


@torch.inference_mode()
def written(
    lm: AwdLstm, vocabulary: Vocabulary, sample: Sample, *, seed: int, backward: bool
) -> str:
    """Words drawn one after the other, a space between them.

    Args:
        sample: prompt, number of words and temperature. For a backward model the prompt is the
            end, and what is written stands before it. Where a sentence ends, the next one begins.
    Returns:
        The text without the prompt.
    """
    lm.eval()
    device, boundary = lm.output_bias.device, vocabulary.boundary_id
    words = vocabulary.ids(word_key(match.group()) for match in WORD.finditer(sample.prompt))
    ids, state = [boundary, *(reversed(words) if backward else words)], None
    rng = np.random.default_rng(seed)
    found: list[str] = []
    last_is_boundary = not words
    while len(found) < sample.n_words:
        output = lm(torch.tensor([ids], device=device), state)
        state = output.state
        scores = lm.logits(output.top[0, -1]).log_softmax(-1).cpu().numpy()
        never = [vocabulary.unknown_id, *([boundary] if last_is_boundary else [])]
        word_id = drawn(scores, rng, temperature=sample.temperature, never=never)
        last_is_boundary = word_id == boundary
        if not last_is_boundary:
            found.append(vocabulary.words[word_id])
        ids = [word_id]
    return " ".join(reversed(found) if backward else found)
