"""Which texts' labels may a classifier see, when it may see so many?"""

from __future__ import annotations

import numpy as np

from engine.errors import EngineError


def nested_draw(labels: np.ndarray, n_labels: int, seed: int) -> np.ndarray:
    """Rows whose labels are seen, each label equally often (to within one).

    Fewer labels are always the first of more: the 100 of a seed are among its 200.

    Args:
        labels: of all texts, int, (n_texts,).
        n_labels: how many are seen.
        seed: of the draw.
    Returns:
        Rows, int64, (n_labels,); the labels take turns.
    Raises:
        EngineError: there are too few texts of a label.

    >>> labels = np.array([0, 0, 0, 1, 1, 1])
    >>> labels[nested_draw(labels, 4, seed=0)].tolist()
    [0, 1, 0, 1]
    """
    kinds = np.unique(labels)
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(np.flatnonzero(labels == kind)) for kind in kinds]
    most = min(map(len, orders)) * len(kinds)
    if n_labels > most:
        raise EngineError(
            f"{n_labels:,} labels were asked for; there are {most:,}, each label equally often."
        )
    n_turns = -(-n_labels // len(kinds))
    turns = np.stack([order[:n_turns] for order in orders], axis=1)  # (n_turns, n_kinds)
    return turns.ravel()[:n_labels]
