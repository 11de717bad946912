"""The texts of the experiment: a pool from which labels are drawn, validation, test."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.corpora.label_draw import nested_draw
from engine.corpora.training_texts import labelled_source


@dataclass(frozen=True)
class LowShotTexts:
    """Whole texts with their labels; no text stands in two parts.

    Every arm may read all texts of the pool, but the labels of the drawn rows only. Validation
    chooses each arm's settings and is not counted as labels; the test texts are judged once a
    cell, with the settings that validation chose.
    """

    pool: tuple[str, ...]
    pool_labels: np.ndarray  # int64, (n_pool,)
    valid: tuple[str, ...]
    valid_labels: np.ndarray  # int64, (n_valid,)
    test: tuple[str, ...]
    test_labels: np.ndarray  # int64, (n_test,)
    source: str = ""  # its name

    @cached_property
    def fingerprint(self) -> str:
        """A checksum of all texts and labels in their order."""
        digest = hashlib.sha256()
        parts = (self.pool, self.pool_labels), (self.valid, self.valid_labels)
        for texts, labels in (*parts, (self.test, self.test_labels)):
            digest.update("\0".join(texts).encode())
            digest.update(labels.astype("<i8").tobytes())
        return digest.hexdigest()

    def draw(self, n_labels: int, seed: int) -> np.ndarray:
        """Rows of the pool whose labels a cell may see: see `nested_draw`."""
        return nested_draw(self.pool_labels, n_labels, seed)


def low_shot_texts(source: str) -> LowShotTexts:
    """The texts of a labelled source.

    Raises:
        UnknownName: no such source, or its texts have no labels.
        DataUnavailable: it is not on this machine.
    """
    found = labelled_source(source)
    parts: list[tuple[Sequence[str], np.ndarray]] = [
        found.labelled(split) for split in ("train", "valid", "test")
    ]
    (pool, pool_labels), (valid, valid_labels), (test, test_labels) = parts
    return LowShotTexts(
        tuple(pool), pool_labels, tuple(valid), valid_labels, tuple(test), test_labels, source
    )
