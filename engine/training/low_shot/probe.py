"""A probe as an arm: a net whose weights stay as they are reads each text once, and a logistic
regression learns from what it pooled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.training.low_shot.arms import Candidate, Trained
from engine.training.low_shot.stored_rows import StoredRows
from engine.training.low_shot.texts import LowShotTexts

N_TEST = 2_500  # texts: the first of the test texts, whose order is random and fixed
MAX_ITERATIONS = 2_000
PART = 32  # texts that are encoded and written together


@dataclass(frozen=True)
class Probe:
    """What is read, and what the regression tries."""

    widths: tuple[int, ...]  # numbers that each layer gives for a text
    strengths: tuple[float, ...]  # C, the inverse of the penalty
    # Texts -> what each layer gives, float32, (n_texts, n_layers, widest); a narrower layer's row
    # ends in zeros.
    pooled: Callable[[Sequence[str]], np.ndarray]


class OpenProbe:
    """Pooled vectors, kept as they are made, so that an interrupted encoding goes on."""

    def __init__(self, texts: LowShotTexts, probe: Probe, folder: Path) -> None:
        self._texts = texts
        self._probe = probe
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
                self._stored[split].write(part, self._probe.pooled([texts[row] for row in part]))
                done += len(part)
                yield done, to_do

    def candidates(self, n_labels: int) -> Sequence[Candidate]:
        """Every layer with every penalty."""
        return [
            {"layer": layer, "C": strength}
            for layer in range(len(self._probe.widths))
            for strength in self._probe.strengths
        ]

    def train(self, rows: np.ndarray, candidate: Candidate, seed: int) -> Trained:
        """The seed matters for the rows only: the optimum is one."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        layer = candidate["layer"]
        regression = LogisticRegression(C=candidate["C"], max_iter=MAX_ITERATIONS)
        # Scaled, since a net may have a few dimensions much larger than the others.
        model = make_pipeline(StandardScaler(), regression)
        model.fit(self._read("pool", rows, layer), self._texts.pool_labels[rows])
        valid = self._read("valid", np.arange(len(self._texts.valid)), layer)
        right = model.predict(valid) == self._texts.valid_labels
        test = np.arange(self._n_test)
        return Trained(float(right.mean()), lambda: model.predict(self._read("test", test, layer)))

    @property
    def _n_test(self) -> int:
        return min(N_TEST, len(self._texts.test))

    def _read(self, split: str, rows: np.ndarray, layer: int) -> np.ndarray:
        return self._stored[split].read(rows, layer)[:, : self._probe.widths[layer]]

    @cached_property
    def _stored(self) -> dict[str, StoredRows]:
        shape = len(self._probe.widths), max(self._probe.widths)
        return {
            split: StoredRows(self._folder / split, (len(getattr(self._texts, split)), *shape))
            for split in ("pool", "valid", "test")
        }
