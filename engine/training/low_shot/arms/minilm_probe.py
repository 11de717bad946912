"""The modern answer: MiniLM, whose weights stay as they are, reads a text's beginning; the mean of
one layer's vectors goes into a logistic regression.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.corpora.files import cache_folder
from engine.encoder import ENCODERS
from engine.training.low_shot.arms import ARMS, Candidate, Trained
from engine.training.low_shot.stored_rows import StoredRows
from engine.training.low_shot.texts import LowShotTexts

N_PIECES = 256  # of each text, from its beginning, [CLS] and [SEP] included
N_TEST = 2_500  # texts: the first of the test texts, whose order is random and fixed
LAYERS = tuple(range(7))
STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)  # C, the inverse of the penalty
MAX_ITERATIONS = 2_000
PART = 32  # texts that are encoded and written together


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
        return OpenProbe(texts, device, cache_folder() / "low-shot" / f"minilm-{key}")


class OpenProbe:
    """Pooled vectors, kept as they are made, so that an interrupted encoding goes on."""

    def __init__(self, texts: LowShotTexts, device: str, folder: Path) -> None:
        self._texts = texts
        self._device = device
        self._folder = folder

    def prepare(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """Encode what is missing of validation, test and these rows of the pool."""
        wanted = {
            "valid": np.arange(len(self._texts.valid)),
            "test": np.arange(self._n_test),
            "pool": rows,
        }
        absent = {split: self._stored[split].absent(of) for split, of in wanted.items()}
        done, to_do = 0, sum(map(len, absent.values()))
        for split, of_split in absent.items():
            texts = getattr(self._texts, split)
            for start in range(0, len(of_split), PART):
                part = of_split[start : start + PART]
                self._stored[split].write(part, self._pooled([texts[row] for row in part]))
                done += len(part)
                yield done, to_do

    def candidates(self, n_labels: int) -> Sequence[Candidate]:
        """Every layer with every penalty."""
        return [{"layer": layer, "C": strength} for layer in LAYERS for strength in STRENGTHS]

    def train(self, rows: np.ndarray, candidate: Candidate, seed: int) -> Trained:
        """The seed matters for the rows only: the optimum is one."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        layer = candidate["layer"]
        regression = LogisticRegression(C=candidate["C"], max_iter=MAX_ITERATIONS)
        # Scaled, since a few of MiniLM's dimensions are much larger than the others.
        model = make_pipeline(StandardScaler(), regression)
        model.fit(self._stored["pool"].read(rows, layer), self._texts.pool_labels[rows])
        valid = self._stored["valid"].read(np.arange(len(self._texts.valid)), layer)
        right = model.predict(valid) == self._texts.valid_labels
        test = np.arange(self._n_test)
        return Trained(
            float(right.mean()), lambda: model.predict(self._stored["test"].read(test, layer))
        )

    @property
    def _n_test(self) -> int:
        return min(N_TEST, len(self._texts.test))

    @cached_property
    def _stored(self) -> dict[str, StoredRows]:
        shape = len(LAYERS), ENCODERS["minilm"].card.d_model
        return {
            split: StoredRows(self._folder / split, (len(getattr(self._texts, split)), *shape))
            for split in ("pool", "valid", "test")
        }

    def _pooled(self, texts: Sequence[str]) -> np.ndarray:
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
