"""Sentences through a sub-word net: tokenise, plan, run, pool; what MiniLM and the hub's
transformers share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from tokenizers import Tokenizer

from engine.nets.subwords import Forward, Shape, pooled_layers
from engine.nets.words_and_pieces import Rules, plan
from engine.text import Sentence
from engine.vectors import LayeredVectors


class SubwordReader:
    """A net with its tokenizer: one vector per word and layer of whatever it reads."""

    def __init__(
        self,
        forward: Forward,
        tokenizer: Tokenizer,
        shape: Shape,
        rules: Rules,
        device: torch.device,
    ) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._forward = forward
        self._tokenizer = tokenizer
        self._shape = shape
        self._rules = rules
        self._device = device

    def read(
        self,
        sentences: Sequence[Sentence],
        model: str,
        layer_names: tuple[str, ...],
        progress: Callable[[int, int], None] | None = None,
    ) -> LayeredVectors:
        """Every known word at all layers; special tokens are read by the net but are not words."""
        texts = [sentence.text for sentence in sentences]
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        planned = plan(
            sentences,
            [e.ids for e in encodings],
            [e.offsets for e in encodings],
            self._shape,
            self._rules,
        )
        done = 0

        def on_batch(n_windows: int) -> None:
            nonlocal done
            done = min(done + n_windows, len(sentences))
            if progress:
                progress(done, len(sentences))

        layers = pooled_layers(
            planned.sequences, self._forward, self._shape, device=self._device, on_batch=on_batch
        )
        return LayeredVectors(
            model=model,
            sentences=tuple(sentences),
            sentence_ids=planned.sentence_ids,
            positions=planned.positions,
            layers=tuple(layers),
            layer_names=layer_names,
            n_pieces=planned.n_pieces,
            unknown=planned.unknown,
            notes=planned.notes,
            device=self._device.type,
            dtype="float32",
        )
