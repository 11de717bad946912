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
N_DRAWS = 200
CHANCE = 0.05  # of random occurrences this share are as close together
OVERLAP = 0.5  # of the occurrences of two labels; more, and the closer one alone is kept


@dataclass(frozen=True)
class Island:
    """A context word, and the occurrences that it stands beside."""

    word: str
    rows: np.ndarray  # int, (n,)
    tightness: float  # median cosine distance among them over that of all occurrences; 1 = as all


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
    units = unit(x)
    distances = 1 - units @ units.T
    typical = float(np.median(distances[np.triu_indices(n, k=1)]))
    if typical <= 1e-9:
        return []
    rng = np.random.default_rng(seed)
    chance: dict[int, float] = {}
    found = []
    for word in sorted(set().union(*contexts)):
        rows = np.flatnonzero([word in context for context in contexts])
        if not FEWEST <= len(rows) <= max(FEWEST, n // 2):  # what stands by most names none
            continue
        if len(rows) not in chance:
            drawn = [_spread(distances, rng.permutation(n)[: len(rows)]) for _ in range(N_DRAWS)]
            chance[len(rows)] = float(np.quantile(drawn, CHANCE))
        if (spread := _spread(distances, rows)) < chance[len(rows)]:
            found.append(Island(word, rows, spread / typical))
    return _apart(sorted(found, key=lambda one: (one.tightness, one.word)))[:most]


def _spread(distances: np.ndarray, rows: np.ndarray) -> float:
    block = distances[np.ix_(rows, rows)]
    return float(np.median(block[np.triu_indices(len(rows), k=1)]))


def _apart(found: list[Island]) -> list[Island]:
    """Of labels that share most of their occurrences the first alone."""
    kept: list[Island] = []
    for one in found:
        rows = set(one.rows.tolist())
        others = [set(other.rows.tolist()) for other in kept]
        if all(len(rows & other) <= OVERLAP * len(rows | other) for other in others):
            kept.append(one)
    return kept
