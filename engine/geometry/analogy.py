"""Analogies between words with one vector each: a : b :: c : ?, for unit vectors."""

from __future__ import annotations

import numpy as np

EPSILON = 1e-6  # as gensim's; Levy and Goldberg take 1e-3


def cos_add(units: np.ndarray, a: int, b: int, c: int) -> np.ndarray:
    """3CosAdd: the cosine of every word with b - a + c.

    The same order as cos(x, b) - cos(x, a) + cos(x, c), since the point is the same for all x.

    Args:
        units: unit vectors, (n, d).
        a: row of the first word; b and c likewise.
    Returns:
        Cosines in [-1, 1], (n,); those of a, b and c too. 0 where b - a + c is 0.
    Source:
        Mikolov, Yih and Zweig (2013), https://aclanthology.org/N13-1090; the name is Levy and
        Goldberg's (2014), https://aclanthology.org/W14-1618, equation 3.

    >>> x = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> cos_add(x, 0, 1, 0).tolist()
    [0.8, 1.0, 0.6]
    """
    point = units[b] - units[a] + units[c]
    length = np.sqrt(np.square(point).sum())
    return units @ point / max(length, 1e-30)


def cos_mul(units: np.ndarray, a: int, b: int, c: int) -> np.ndarray:
    """3CosMul: alike to b and to c and not to a, as a product, so that no one of them outweighs.

    s(x, b) s(x, c) / (s(x, a) + epsilon) with s = (1 + cos) / 2.

    Args:
        units: unit vectors, (n, d).
        a: row of the first word; b and c likewise.
    Returns:
        Scores above or equal to 0, dimensionless, (n,).
    Source:
        Levy and Goldberg (2014), https://aclanthology.org/W14-1618, equation 4.

    >>> x = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> cos_mul(x, 0, 1, 2).round(3).tolist()
    [0.45, 0.889, 1.6]
    """
    to_a, to_b, to_c = ((1 + units @ units[row]) / 2 for row in (a, b, c))
    return to_b * to_c / (to_a + EPSILON)
