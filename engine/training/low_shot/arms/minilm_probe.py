"""The modern answer: MiniLM, whose weights stay as they are, reads a text's beginning; the mean of
one layer's vectors goes into a logistic regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from engine.corpora.files import cache_folder
from engine.encoder import ENCODERS
from engine.training.low_shot.arms import ARMS
from engine.training.low_shot.probe import MAX_ITERATIONS, N_TEST, OpenProbe, Probe
from engine.training.low_shot.texts import LowShotTexts

N_PIECES = 256  # of each text, from its beginning, [CLS] and [SEP] included
LAYERS = tuple(range(7))
STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)


class MinilmProbe:
    """Mean-pooled states of one of MiniLM's layers, chosen on validation."""

    name = "minilm-probe"
    title = "MiniLM, frozen"
    about = (
        "Logistic regression on the mean of one layer of MiniLM (22 million weights, pretrained "
        "elsewhere on far more text), over the first 256 word pieces."
    )
    tunes_once = False

    def missing(self) -> str | None:
        """What MiniLM says."""
        return ENCODERS["minilm"].missing()

    def weights(self) -> str:
        """Of the published MiniLM."""
        return ENCODERS["minilm"].card.sha256

    def settings(self) -> dict[str, Any]:
        """How much is read, and the grid."""
        return {
            "n_pieces": N_PIECES,
            "n_test": N_TEST,
            "layers": LAYERS,
            "strengths": STRENGTHS,
            "max_iterations": MAX_ITERATIONS,
        }

    def open(self, texts: LowShotTexts, device: str) -> OpenProbe:
        """Texts to be encoded."""
        key = f"{self.weights()[:12]}-{texts.fingerprint[:12]}-{N_PIECES}"
        widths = (ENCODERS["minilm"].card.d_model,) * len(LAYERS)
        probe = Probe(widths, STRENGTHS, MinilmMeans(device))
        return OpenProbe(texts, probe, cache_folder() / "low-shot" / f"minilm-{key}")


class MinilmMeans:
    """Texts in, the mean of each layer's vectors out."""

    def __init__(self, device: str) -> None:
        self._device = device

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Mean over the pieces of each text at every layer, float32, (n_texts, n_layers, d)."""
        from engine.nets.device import pick_device
        from engine.nets.subwords import PieceSequence, pooled_layers

        tokenizer, net, shape = self._reader
        room = N_PIECES - len(shape.prefix) - len(shape.suffix)
        encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        sequences = []
        for number, encoding in enumerate(encodings):
            ids = encoding.ids[:room] or [shape.pad_id]  # a text of blanks
            row = np.full(len(ids), number, np.int64)
            sequences.append(PieceSequence(ids, np.arange(len(ids)), row))
        layers = pooled_layers(sequences, net, shape, device=pick_device(self._device))
        return np.stack(layers, axis=1)

    @cached_property
    def _reader(self) -> tuple[Any, Any, Any]:
        from tokenizers import Tokenizer

        from engine.nets.bert import BertConfig
        from engine.nets.device import pick_device
        from engine.nets.subwords import Shape
        from engine.training.task.pretrained import load_net

        tokenizer = Tokenizer.from_file(str(ENCODERS["minilm"].folder() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        ids = tokenizer.get_vocab()
        shape = Shape((ids["[CLS]"],), (ids["[SEP]"],), BertConfig().max_positions, ids["[PAD]"])
        return tokenizer, load_net("minilm").eval().to(pick_device(self._device)), shape


ARMS.add("minilm-probe")(MinilmProbe())
