"""What names a group of occurrences: words around them that are frequent and stand close together.

After the labels of the Context Atlas (Coenen et al. 2019, https://arxiv.org/abs/1906.02715), with a
test by chance in the place of a fixed threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.geometry.moments import unit

FEWEST = 3  # occurrences that a context word must stand beside
N_DRAWS = 500
CHANCE = 0.01  # of random occurrences this share are as close together
OVERLAP = 0.5  # of the occurrences of two labels; more, and the closer one alone is kept


@dataclass(frozen=True)
class Island:
    """A context word, and the occurrences that it stands beside."""

    word: str
    rows: np.ndarray  # int, (n,)
    tightness: float  # mean cosine distance among them over that of all occurrences; 1 = as all


def islands(
    x: np.ndarray, contexts: Sequence[frozenset[str]], *, most: int = 8, seed: int = 0
) -> list[Island]:
    """Context words whose occurrences lie closer together than as many random ones do.

    Args:
        x: vectors of one word's occurrences, (n, d).
        contexts: the other words of each one's sentence, (n,).
        most: islands told.
    Returns:
        The closest first.
    """
    n = len(x)
    if n < 2 * FEWEST:
        return []
    units = unit(x).astype(np.float32)
    typical = float(_spread(units.sum(axis=0), n))
    if typical <= 1e-6:
        return []
    # The place of each occurrence in random orders: the first k of an order are k drawn by chance.
    places = np.random.default_rng(seed).random((N_DRAWS, n)).argsort(axis=1).argsort(axis=1)
    chance: dict[int, float] = {}
    found = []
    for word in sorted(set().union(*contexts)):
        rows = np.flatnonzero([word in context for context in contexts])
        if not FEWEST <= len(rows) <= max(FEWEST, n // 2):  # what stands by most names none
            continue
        k = len(rows)
        if k not in chance:
            drawn = (places < k).astype(np.float32) @ units  # (N_DRAWS, d)
            chance[k] = float(np.quantile(_spread(drawn, k), CHANCE))
        if (spread := float(_spread(units[rows].sum(axis=0), k))) < chance[k]:
            found.append(Island(word, rows, spread / typical))
    return _apart(sorted(found, key=lambda one: (one.tightness, one.word)))[:most]


def _spread(total: np.ndarray, k: int) -> np.ndarray:
    """Mean cosine distance of all pairs of k unit vectors, from their sum, (..., d) -> (...)."""
    return 1 - ((total**2).sum(axis=-1) - k) / (k * (k - 1))


def _apart(found: list[Island]) -> list[Island]:
    """Of labels that share most of their occurrences the first alone."""
    kept: list[Island] = []
    for one in found:
        rows = set(one.rows.tolist())
        others = [set(other.rows.tolist()) for other in kept]
        if all(len(rows & other) <= OVERLAP * len(rows | other) for other in others):
            kept.append(one)
    return kept
