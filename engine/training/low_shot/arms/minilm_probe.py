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
from engine.training.low_shot.texts import LowShotTexts

N_PIECES = 256  # of each text, from its beginning, [CLS] and [SEP] included
N_TEST = 2_500  # texts: the first of the test texts, whose order is random and fixed
LAYERS = tuple(range(7))
STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0)  # C, the inverse of the penalty
MAX_ITERATIONS = 2_000
PART = 100  # texts a file


class MinilmProbe:
    """Mean-pooled states of one of MiniLM's layers, chosen on validation."""

    name = "minilm-probe"
    title = "MiniLM, frozen"
    about = (
        "Logistic regression on the mean of one layer of MiniLM (22 million weights, pretrained "
        "elsewhere on far more text), over the first 256 word pieces."
    )

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
    """Pooled vectors in files of 100 texts, so that an interrupted encoding goes on."""

    def __init__(self, texts: LowShotTexts, device: str, folder: Path) -> None:
        self._texts = texts
        self._device = device
        self._folder = folder
        self._kept: dict[tuple[str, int], np.ndarray] = {}

    def prepare(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """Encode what is missing of validation, test and these rows of the pool."""
        wanted = [("valid", part) for part in _parts(np.arange(len(self._texts.valid)))]
        wanted += [("test", part) for part in _parts(np.arange(self._n_test))]
        wanted += [("pool", part) for part in _parts(rows)]
        absent = [(split, part) for split, part in wanted if not self._path(split, part).exists()]
        for done, (split, part) in enumerate(absent, 1):
            texts = getattr(self._texts, split)[part * PART : (part + 1) * PART]
            self._write(self._path(split, part), self._pooled(texts))
            yield done, len(absent)

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
        model.fit(self._vectors("pool", rows)[:, layer], self._texts.pool_labels[rows])
        valid = self._vectors("valid", np.arange(len(self._texts.valid)))[:, layer]
        right = model.predict(valid) == self._texts.valid_labels
        test = np.arange(self._n_test)
        return Trained(
            float(right.mean()), lambda: model.predict(self._vectors("test", test)[:, layer])
        )

    @property
    def _n_test(self) -> int:
        return min(N_TEST, len(self._texts.test))

    def _vectors(self, split: str, rows: np.ndarray) -> np.ndarray:
        """Pooled vectors of texts, float32, (n_rows, n_layers, d)."""
        for part in _parts(rows):
            if (split, part) not in self._kept:
                self._kept[split, part] = np.load(self._path(split, part))
        chosen = [self._kept[split, row // PART][row % PART] for row in rows.tolist()]
        return np.stack(chosen).astype(np.float32)

    def _path(self, split: str, part: int) -> Path:
        return self._folder / f"{split}-{part:03d}.npy"

    def _write(self, path: Path, vectors: np.ndarray) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            np.save(file, vectors.astype(np.float16))
        unfinished.replace(path)

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


def _parts(rows: np.ndarray) -> list[int]:
    """The files in which these rows are."""
    return sorted({int(row) // PART for row in rows})


ARMS.add("minilm-probe")(MinilmProbe())
