"""Where words stand in a language model: their rows of the embedding, and the states that its top
layer is in once it has read them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.nets.awd_lstm import AwdLstm
from engine.training.ulmfit.carry_over import carried_over


@torch.no_grad()
def word_places(
    lm: AwdLstm, known: Vocabulary, words: Sequence[str], *, top: bool = False
) -> np.ndarray:
    """A vector a word. A word that the model does not know stands where it would begin if it were
    carried over: at the mean of all rows.

    Args:
        lm: of either direction.
        known: its words.
        words: as the vocabulary writes them, each once.
        top: the state of the top layer after the first word of a text (the last one, for a model
            that reads backwards), in place of the row of the embedding.
    Returns:
        float32, (n_words, d_embedding).
    """
    vocabulary = Vocabulary((*SPECIAL, *words))
    small = carried_over(lm, known, vocabulary).eval()
    rows = small.embedding[len(SPECIAL) :]  # (n_words, d_embedding)
    if top:
        ids = torch.arange(len(SPECIAL), len(vocabulary), device=rows.device)
        texts = torch.stack([torch.full_like(ids, vocabulary.boundary_id), ids], dim=1)
        rows = small(texts).layers[-1][:, -1]  # (n_words, d_embedding)
    return rows.cpu().numpy().astype(np.float32)
