"""Rows of numbers that are expensive to compute, on disk, each written once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np


class StoredRows:
    """float16 rows in one memory-mapped file, and beside it which of them are there.

    Whoever is stopped while writing loses the rows of that call only: they are entered as there
    after the numbers are on disk.
    """

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        self._path = path
        self._shape = shape  # (n_rows, ...)

    def absent(self, rows: np.ndarray) -> np.ndarray:
        """Those of the rows that are not there, ascending, each once."""
        wanted = np.unique(rows)
        return wanted[~self._there[wanted]]

    def write(self, rows: np.ndarray, values: np.ndarray) -> None:
        """Add rows; values (n_rows, ...)."""
        self._values[rows] = values
        self._values.flush()
        self._there[rows] = True
        self._there.flush()

    def read(self, rows: np.ndarray, *place: int) -> np.ndarray:
        """Rows that are there, or a part of each, float32, in the order asked for."""
        assert self._there[rows].all(), "these rows were not written"
        return self._values[(rows, *place)].astype(np.float32)

    @cached_property
    def _values(self) -> np.memmap:
        return self._mapped(".values.npy", np.float16, self._shape)

    @cached_property
    def _there(self) -> np.memmap:
        return self._mapped(".there.npy", np.bool_, self._shape[:1])

    def _mapped(self, ending: str, dtype: type, shape: tuple[int, ...]) -> np.memmap:
        path = self._path.with_name(self._path.name + ending)
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = "r+" if path.exists() else "w+"
        return np.lib.format.open_memmap(path, mode, dtype, shape)
