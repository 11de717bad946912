"""What one would write without Conescope: the transformers library, called as its manual says."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np


class BareTransformers:
    """AutoTokenizer and AutoModel in float32; every hidden state as numpy, no words, no pooling."""

    def __init__(self, folder: str) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModel.from_pretrained(folder).eval()

    def states(self, texts: Sequence[str]) -> list[np.ndarray]:
        """All hidden states of one padded batch, (len(texts), n_tokens, d_model) each."""
        import torch

        with torch.inference_mode():
            batch = self.tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True)
            output = self.model(**batch, output_hidden_states=True)
            return [state.numpy() for state in output.hidden_states]

    def loop(self, texts: Sequence[str], batch_size: int) -> None:
        """Batch after batch in the order given; the states are dropped."""
        for first in range(0, len(texts), batch_size):
            self.states(texts[first : first + batch_size])

    def n_tokens(self, texts: Sequence[str]) -> int:
        """Tokens of these texts, special ones included."""
        return sum(map(len, self.tokenizer(list(texts))["input_ids"]))
