"""Sentences through a sub-word net: tokenise, plan, run, pool; what MiniLM and the hub's
transformers share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

import torch
from tokenizers import Tokenizer

from engine.errors import EngineError
from engine.nets.marked_sentence import MarkedSentence
from engine.nets.subwords import Forward, Shape, pooled_layers
from engine.nets.words_and_pieces import Rules, plan
from engine.text import Sentence
from engine.vectors import LayeredVectors

Spans = list[tuple[int, int]]  # of each piece, in its sentence's characters


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
        self._shows_special_tokens = False

    def with_special_tokens(self) -> SubwordReader:
        """A reader of the same net to which its special tokens are words of each sentence.

        Raises:
            EngineError: it reads none.
        """
        if not (self._shape.prefix or self._shape.suffix):
            raise EngineError("This net reads no special tokens around a sentence.")
        found = copy(self)
        found._shows_special_tokens = True
        return found

    def read(
        self,
        sentences: Sequence[Sentence],
        model: str,
        layer_names: tuple[str, ...],
        progress: Callable[[int, int], None] | None = None,
    ) -> LayeredVectors:
        """Every known word at all layers; special tokens are read by the net but are not words,
        unless asked for.
        """
        texts = [sentence.text for sentence in sentences]
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        ids, spans, shape = [e.ids for e in encodings], [e.offsets for e in encodings], self._shape
        if self._shows_special_tokens:
            sentences, ids, spans, shape = self._marked(sentences, ids, spans)
        planned = plan(sentences, ids, spans, shape, self._rules)
        done = 0

        def on_batch(n_windows: int) -> None:
            nonlocal done
            done = min(done + n_windows, len(sentences))
            if progress:
                progress(done, len(sentences))

        layers = pooled_layers(
            planned.sequences, self._forward, shape, device=self._device, on_batch=on_batch
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

    def _marked(
        self, sentences: Sequence[Sentence], ids: list[list[int]], spans: list[Spans]
    ) -> tuple[list[MarkedSentence], list[list[int]], list[Spans], Shape]:
        """Sentences, pieces and their places with the special tokens among them, so that nothing
        more is put around them. The net reads the same; only a sentence too long for it has them
        at its two ends, not around each stretch.
        """
        prefix, suffix = self._shape.prefix, self._shape.suffix
        before, after = (
            [str(self._tokenizer.id_to_token(i)) for i in of] for of in (prefix, suffix)
        )
        marked = [MarkedSentence(sentence, before, after) for sentence in sentences]
        placed = []
        for sentence, own in zip(marked, spans, strict=True):
            start, words = sentence.inner_start, [(w.start, w.end) for w in sentence.words]
            inner = [(first + start, last + start) for first, last in own]
            placed.append([*words[: len(before)], *inner, *words[len(words) - len(after) :]])
        shape = replace(self._shape, prefix=(), suffix=())
        return marked, [[*prefix, *own, *suffix] for own in ids], placed, shape
