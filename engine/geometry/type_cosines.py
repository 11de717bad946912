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
    intra: float
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
    n_types = len(counts)
    if n_types < 2:
        return math.nan
    total, squares = np.zeros(type_sums.shape[1]), 0.0
    for start in range(0, n_types, 4_096):  # type sums may lie on disk
        block = slice(start, start + 4_096)
        means = type_sums[block] / counts[block, None]
        total += means.sum(axis=0)
        squares += float(np.square(means).sum())
    return float((total @ total - squares) / (n_types * (n_types - 1)))


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
    twice = np.flatnonzero(counts > 1)
    if not len(twice):
        return math.nan
    n = counts[twice]
    lengths = np.square(type_sums[twice]).sum(axis=1)
    return float(((lengths - squares[twice]) / (n * (n - 1))).mean())


def type_cosines(
    type_sums: np.ndarray, squares: np.ndarray, counts: np.ndarray, sample: WordSample, seed: int
) -> TypeCosines:
    """All cosines between types of one layer; the clustered ones from its sample."""
    found = cluster(sample.vectors, seed)
    moved = sample.vectors - found.means[found.labels]
    return TypeCosines(
        inter_type_cosine(type_sums, counts),
        intra_type_cosine(type_sums, squares, counts),
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
