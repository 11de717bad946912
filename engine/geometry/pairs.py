"""Cosines of pairs without forming pairs: everything follows from sums of unit vectors.

For unit vectors u_1..u_n, the sum of u_i . u_j over i != j is |sum u|^2 - n. The same identity
within a group (a word type, a sentence) gives the pairs inside that group, so they can be taken
out exactly.
"""

from __future__ import annotations

import math

import numpy as np

from engine.errors import ShapeError
from engine.geometry.moments import unit


def mean_pair_cosine(x: np.ndarray) -> float:
    """Mean cosine similarity of all pairs of rows, exact.

    (|sum u|^2 - n) / (n (n - 1)), u_i = x_i / |x_i|.  0 = directions cancel, 1 = one direction.

    Args:
        x: vectors, shape (n >= 2, d), no row of zeros.
    Returns:
        Mean cosine in [-1, 1], dimensionless.
    Raises:
        ShapeError: fewer than two rows.
    Source:
        The sum identity; used for anisotropy by Machina & Mercer (2024),
        https://aclanthology.org/2024.naacl-long.274.

    >>> mean_pair_cosine(np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 0.0]]))
    0.3333333333333333
    """
    if x.ndim != 2 or len(x) < 2:
        raise ShapeError(
            f"mean_pair_cosine needs at least two vectors, shape (n, d); got {x.shape}."
        )
    u = unit(x)
    n = len(u)
    return float((np.square(u.sum(axis=0)).sum() - n) / (n * (n - 1)))


def isotropic_mean_cosine_deviation(n: int, d: int) -> float:
    """Standard deviation of the mean pair cosine of n isotropic directions in d dimensions, whose
    expectation is 0: sqrt(2 / (n (n - 1) d)).

    A single pair's cosine has variance 1 / d, and those of two pairs are uncorrelated, also where
    they share a vector.

    Returns:
        Deviation, dimensionless; NaN with fewer than two directions.

    >>> isotropic_mean_cosine_deviation(2, 4)
    0.5
    """
    return math.sqrt(2 / (n * (n - 1) * d)) if n > 1 and d else math.nan


def mean_random_pair_cosine(x: np.ndarray, type_ids: np.ndarray, sentence_ids: np.ndarray) -> float:
    """Mean cosine of all pairs of *different words* from *different sentences*, exact.

    This is the anisotropy baseline: two occurrences of one word, or two words of one sentence, are
    alike for other reasons than the shape of the space.

    Args:
        x: vectors, shape (n, d).
        type_ids: which word type each row is, int, (n,).
        sentence_ids: which sentence each row is from, int, (n,).
    Returns:
        Mean cosine in [-1, 1], dimensionless; NaN if no such pair exists.
    Source:
        Ethayarajh (2019), section 3.2 (sampled there), https://aclanthology.org/D19-1006.

    >>> x = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> type_ids, sentence_ids = np.array([0, 1, 1]), np.array([0, 1, 2])
    >>> mean_random_pair_cosine(x, type_ids, sentence_ids)  # of the pairs (0, 1) and (0, 2)
    0.5
    """
    if not len(x) == len(type_ids) == len(sentence_ids):
        raise ShapeError(
            f"x, type_ids and sentence_ids differ in length: {len(x)}, {len(type_ids)}, "
            f"{len(sentence_ids)}."
        )
    u = unit(x)
    types, sentences = (np.unique(x, return_inverse=True)[1] for x in (type_ids, sentence_ids))
    both = np.unique(types * (sentences.max(initial=0) + 1) + sentences, return_inverse=True)[1]
    within = [_within_groups(u, group_ids) for group_ids in (types, sentences)]
    overlap = _within_groups(u, both)
    everything = _within_groups(u, np.zeros(len(u), np.int64))
    total, n_pairs = everything - within[0] - within[1] + overlap
    return float(total / n_pairs) if n_pairs else float("nan")


def _within_groups(u: np.ndarray, group_ids: np.ndarray) -> np.ndarray:
    """[sum of cosines, number] of ordered pairs i != j inside the groups."""
    counts = np.bincount(group_ids).astype(np.float64)
    sums, _ = group_sums(u, group_ids)
    return np.array([np.square(sums).sum() - np.square(u).sum(), np.square(counts).sum() - len(u)])


def group_sums(u: np.ndarray, group_ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the rows of each group that occurs, (n_groups, d), and the groups' ids, ascending,
    (n_groups,).
    """
    order = np.argsort(group_ids, kind="stable")
    found, starts = np.unique(group_ids[order], return_index=True)
    if not len(u):
        return np.zeros((0, u.shape[1])), found
    return np.add.reduceat(u[order], starts, axis=0), found


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine similarity of two vectors, (d,) each, in [-1, 1]; NaN if one is zero.

    >>> cosine(np.array([1.0, 0.0]), np.array([1.0, 1.0])).__round__(4)
    0.7071
    """
    a, b = a.astype(np.float64), b.astype(np.float64)
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(np.clip(a @ b / lengths, -1.0, 1.0)) if lengths else float("nan")
