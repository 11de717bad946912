"""Which texts' labels may a classifier see, when it may see so many?"""

from __future__ import annotations

import numpy as np

from engine.errors import EngineError


def nested_draw(labels: np.ndarray, n_labels: int, seed: int) -> np.ndarray:
    """Rows whose labels are seen: each label equally often (to within one) as long as it lasts.

    Fewer labels are always the first of more: the 100 of a seed are among its 200.

    Args:
        labels: of all texts, int, (n_texts,).
        n_labels: how many are seen.
        seed: of the draw.
    Returns:
        Rows, int64, (n_labels,); the labels take turns.
    Raises:
        EngineError: there are too few texts.

    >>> labels = np.array([0, 0, 0, 1, 1, 1])
    >>> labels[nested_draw(labels, 4, seed=0)].tolist()
    [0, 1, 0, 1]
    """
    if n_labels > len(labels):
        raise EngineError(f"{n_labels:,} labels were asked for; there are {len(labels):,}.")
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(np.flatnonzero(labels == kind)) for kind in np.unique(labels)]
    turns = np.concatenate([np.arange(len(order)) for order in orders])
    # The k-th text of each label comes before the k+1-th of any.
    return np.concatenate(orders)[np.argsort(turns, kind="stable")][:n_labels]
