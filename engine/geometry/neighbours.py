"""Nearest neighbours by exact cosine in the full space."""

from __future__ import annotations

import numpy as np

from engine.errors import ShapeError


def nearest(x: np.ndarray, row: int, k: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """The k rows with the highest cosine to one row, and those cosines.

    Args:
        x: vectors, (n, d).
        row: whose neighbours are asked for; it is not its own.
    Returns:
        (rows, cosines), nearest first, at most k each.

    >>> nearest(np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 0.1]]), 0, k=1)[0].tolist()
    [2]
    """
    if not 0 <= row < len(x):
        raise ShapeError(f"There are rows 0 to {len(x) - 1}; got {row}.")
    lengths = np.sqrt(np.einsum("ij,ij->i", x, x))
    cosines = (x @ x[row]) / np.maximum(lengths * lengths[row], 1e-30)
    cosines[row] = -np.inf
    k = min(k, len(x) - 1)
    found = np.argpartition(-cosines, k - 1)[:k] if k else np.empty(0, np.int64)
    found = found[np.argsort(-cosines[found], kind="stable")]
    return found, np.clip(cosines[found], -1.0, 1.0)


class ExactSearch:
    """The nearest of many vectors by exact cosine, for many questions: lengths are taken once.

    One product of a matrix with a vector a question: memory is read once, so a million vectors of
    384 dimensions take tens of milliseconds and no index is worth its errors
    (`python -m tests.benchmarks neighbours`).
    """

    def __init__(self, x: np.ndarray) -> None:
        lengths = np.sqrt(np.einsum("ij,ij->i", x, x, dtype=np.float64))[:, None]
        self._units = (x / np.maximum(lengths, 1e-30)).astype(np.float32)

    def __len__(self) -> int:
        return len(self._units)

    def nearest(
        self, row: int, k: int = 10, *, among: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The k rows with the highest cosine to one row, and those cosines.

        Args:
            row: whose neighbours are asked for; it is never its own.
            among: the rows that may be neighbours, bool, (n,); all of them by default.
        Returns:
            (rows, cosines), nearest first, at most k each; of equal ones the first rows.

        >>> ExactSearch(np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 0.1]])).nearest(0, k=1)[0].tolist()
        [2]
        """
        cosines = self._units @ self._units[row]
        cosines[row] = -np.inf
        if among is not None:
            cosines[~among] = -np.inf
        k = min(k, int(np.isfinite(cosines).sum()))
        if not k:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        least = np.partition(cosines, len(cosines) - k)[len(cosines) - k]
        found = np.flatnonzero(cosines >= least)
        found = found[np.argsort(-cosines[found], kind="stable")][:k]
        return found, np.clip(cosines[found], -1.0, 1.0)
