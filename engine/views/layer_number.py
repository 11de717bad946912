"""Which layer a state means."""

from __future__ import annotations


def layer_number(layer: int, n_layers: int) -> int:
    """The number of a layer that a link names: counted from the top if negative, and the nearest
    one where the model has fewer.

    >>> [layer_number(layer, 3) for layer in (0, 9, -1, -9)]
    [0, 2, 2, 0]
    """
    return range(n_layers)[max(min(layer, n_layers - 1), -n_layers)]
