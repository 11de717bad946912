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
