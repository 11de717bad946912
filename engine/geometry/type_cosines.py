"""Cosines between and within word types, also with the cloud's islands each moved to the origin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.geometry.chunk import summing_matrix
from engine.geometry.moments import unit
from engine.geometry.word_sample import WordSample
from engine.vectors.clusters import cluster


@dataclass(frozen=True)
class TypeCosines:
    """Inter- and intra-type cosine of a layer, and of its sample with clusters centred."""

    inter: float
    inter_margin: float  # half of its 95 % interval, over types
    intra: float
    intra_margin: float
    n_types: int
    clustered_inter: float  # of the sample, each cluster less its mean
    clustered_intra: float
    n_clusters: int  # 1: no islands, so the whole sample less its mean
    silhouette: float  # of the clusters, in [-1, 1]; NaN where none were tried


def inter_type_cosine(type_sums: np.ndarray, counts: np.ndarray) -> float:
    """Mean cosine of two different types, an occurrence of each drawn at random; every type counts
    once.

    With m_w = S_w / n_w the mean unit vector of type w, the expectation over all draws is
    (|sum m|^2 - sum |m|^2) / (T (T - 1)), so that none needs to be drawn.

    Args:
        type_sums: S_w, sum of the unit vectors of each type, (T, d).
        counts: n_w, occurrences of each type, (T,), above 0.
    Returns:
        Mean cosine in [-1, 1]; NaN with fewer than two types.
    Source:
        Cai et al. (2021), section 3.1 (sampled there), https://openreview.net/forum?id=xYGNO86OWDH.

    >>> inter_type_cosine(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([2, 2]))
    0.5
    """
    return mean_over_types(cosines_with_other_types(type_sums, counts))[0]


def cosines_with_other_types(type_sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean cosine of each type with all others, (T,), whose mean is `inter_type_cosine`; NaN where
    there is no other.
    """
    n_types = len(counts)
    blocks = [slice(start, start + 4_096) for start in range(0, n_types, 4_096)]
    total = np.zeros(type_sums.shape[1])
    for block in blocks:  # type sums may lie on disk
        total += (type_sums[block] / counts[block, None]).sum(axis=0)
    found = np.full(n_types, math.nan)
    for block in blocks if n_types > 1 else []:
        means = type_sums[block] / counts[block, None]
        squares = np.einsum("ij,ij->i", means, means)
        found[block] = (means @ total - squares) / (n_types - 1)
    return found


def intra_type_cosine(type_sums: np.ndarray, squares: np.ndarray, counts: np.ndarray) -> float:
    """Mean over types of the mean cosine between two occurrences of the type, all pairs.

    Args:
        type_sums: S_w, sum of the unit vectors of each type, (T, d).
        squares: sum of their squared lengths, (T,): n_w but for vectors of length 0.
        counts: n_w, occurrences of each type, (T,); types with fewer than two are left out.
    Returns:
        Mean cosine in [-1, 1]; NaN where no type occurs twice. Self-similarity with 2 as the least
        number of occurrences.
    Source:
        Cai et al. (2021), section 3.1.

    >>> intra_type_cosine(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([2, 2]), np.array([2, 2]))
    0.5
    """
    return mean_over_types(cosines_within_types(type_sums, squares, counts))[0]


def cosines_within_types(
    type_sums: np.ndarray, squares: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Mean cosine within each type that occurs twice, (T or fewer,), whose mean is
    `intra_type_cosine`.
    """
    twice = np.flatnonzero(counts > 1)
    n = counts[twice]
    lengths = np.square(type_sums[twice]).sum(axis=1)
    found: np.ndarray = (lengths - squares[twice]) / (n * (n - 1))
    return found


def mean_over_types(of_types: np.ndarray, degree: int = 1) -> tuple[float, float]:
    """The mean over types, and half of its 95 % interval: 1.96 standard errors.

    Args:
        of_types: one number a type.
        degree: types that each number depends on: a mean over pairs moves with both of them, so
            that its error is twice that of a mean over types (Hoeffding 1948, section 5,
            https://doi.org/10.1214/aoms/1177730196).
    Returns:
        (mean, margin); NaN without types, the margin also with one.
    """
    n = len(of_types)
    mean = float(of_types.mean()) if n else math.nan
    spread = float(of_types.std(ddof=1)) if n > 1 else math.nan
    return mean, 1.96 * degree * spread / math.sqrt(n) if n else math.nan


def type_cosines(
    type_sums: np.ndarray, squares: np.ndarray, counts: np.ndarray, sample: WordSample, seed: int
) -> TypeCosines:
    """All cosines between types of one layer; the clustered ones from its sample."""
    found = cluster(sample.vectors, seed)
    moved = sample.vectors - found.means[found.labels]
    return TypeCosines(
        *mean_over_types(cosines_with_other_types(type_sums, counts), degree=2),
        *mean_over_types(cosines_within_types(type_sums, squares, counts)),
        len(counts),
        *_cosines(moved, sample.type_ids),
        len(found.means),
        found.silhouette,
    )


def _cosines(x: np.ndarray, type_ids: np.ndarray) -> tuple[float, float]:
    known = type_ids >= 0
    u = unit(x[known])
    found, groups = np.unique(type_ids[known], return_inverse=True)
    summing = summing_matrix(groups, len(found))
    counts = np.bincount(groups, minlength=len(found))
    sums, squares = summing @ u, summing @ np.einsum("ij,ij->i", u, u)
    return inter_type_cosine(sums, counts), intra_type_cosine(sums, squares, counts)
