"""How well does one static vector stand for all occurrences of a word?

Three definitions are in use, and on the same vectors they give values from .001 to .8, so all three
are measured.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.errors import ShapeError
from engine.geometry.word_sample import WordSample

MOST = 100  # occurrences of one type; more would not move its share
N_NULLS = 8  # draws of random words for each number of occurrences
EQUAL = 1e-12  # of the squared length: variance below it is rounding


class StaticShare(NamedTuple):
    """Share of a word's occurrences that one direction explains, in [0, 1] each."""

    uncentred: float  # s_1^2 / sum s_i^2 of the vectors as they are
    centred: float  # the same of the vectors less their mean: first principal component
    along_uncentred: float  # variance along the first uncentred direction


@dataclass(frozen=True)
class StaticShares:
    """Means over word types, and over as many random words as each type has occurrences."""

    value: StaticShare
    null: StaticShare
    margin: StaticShare  # of value minus null: half of its 95 % interval over types
    n_types: int  # types with enough occurrences in the sample
    min_count: int

    @property
    def adjusted(self) -> StaticShare:
        """Value minus null."""
        return StaticShare(*(a - b for a, b in zip(self.value, self.null, strict=True)))


def static_share(occurrences: np.ndarray) -> StaticShare:
    """Maximum explainable variance of one word, by its three definitions.

    With singular values s_i of the matrix X of occurrences, and v its first right singular vector:
    s_1^2 / sum s_i^2 ("uncentred", the formula of the paper); the same of X less its mean
    ("centred", a PCA, 1 / (n - 1) at least); Var(X v) / total variance ("along uncentred", what
    scikit-learn's TruncatedSVD calls explained variance ratio, and probably what the published
    values below 5 % are).

    Args:
        occurrences: vectors of one word type at one layer, shape (n >= 2, d_model).
    Returns:
        Three shares in [0, 1]. The first is close to self-similarity, the second falls with n, the
        third is near 0 wherever the mean dominates. NaN where nothing varies about the mean.
    Raises:
        ShapeError: fewer than two occurrences.
    Source:
        Ethayarajh (2019), definition 3, https://aclanthology.org/D19-1006.

    >>> np.round(static_share(np.array([[2.0, 1.0], [2.0, -1.0]])), 12).tolist()
    [0.8, 1.0, 0.0]
    """
    x = np.asarray(occurrences, np.float64)
    if x.ndim != 2 or len(x) < 2:
        raise ShapeError(f"static_share needs shape (n_occurrences >= 2, d); got {x.shape}.")
    products = _products(x)
    total = float(np.trace(products))
    if total <= 0:
        return StaticShare(math.nan, math.nan, math.nan)
    squares, directions = np.linalg.eigh(products)
    first = x.T @ directions[:, -1] if len(products) == len(x) else directions[:, -1]
    uncentred = float(squares[-1] / total)
    centred = x - x.mean(axis=0)
    spread = np.square(centred).sum()
    if spread <= EQUAL * total:
        return StaticShare(uncentred, math.nan, math.nan)
    along = np.square(centred @ (first / np.linalg.norm(first))).sum() / spread
    largest = np.linalg.eigvalsh(_products(centred))[-1] / spread
    return StaticShare(uncentred, float(largest), float(along))


def _products(x: np.ndarray) -> np.ndarray:
    """X X^T or X^T X, whichever is smaller: both have the squares of X's singular values."""
    return x @ x.T if x.shape[0] <= x.shape[1] else x.T @ x


def static_shares(sample: WordSample, min_count: int) -> StaticShares:
    """Mean shares over the types that occur often enough in a sample, beside their null.

    The null takes as many random words as the type has occurrences, since every share depends on
    n; of a type at most `MOST` occurrences are taken, at random.
    """
    found, null, kinds = [], [], {}
    for rows in _rows_by_type(sample.type_ids, max(min_count, 2)):
        found.append(static_share(sample.vectors[rows]))
        if len(rows) not in kinds:
            kinds[len(rows)] = _of_random_words(sample.vectors, len(rows))
        null.append(kinds[len(rows)])
    return StaticShares(_means(found), _means(null), _margins(found, null), len(found), min_count)


def _rows_by_type(type_ids: np.ndarray, min_count: int) -> list[np.ndarray]:
    """Rows of each type that has enough of them, at most `MOST` each, in their order."""
    order = np.argsort(type_ids, kind="stable")
    starts = np.flatnonzero(np.diff(type_ids[order], prepend=np.int64(-(2**62))))
    groups = np.split(order, starts[1:]) if len(order) else []
    return [rows[:MOST] for rows in groups if len(rows) >= min_count and type_ids[rows[0]] >= 0]


def _of_random_words(vectors: np.ndarray, n: int) -> StaticShare:
    """Mean share of words next to each other, which a sample in random order holds at random."""
    starts = range(0, len(vectors) - n + 1, n)
    return _means([static_share(vectors[s : s + n]) for s in list(starts)[:N_NULLS]])


def _means(shares: list[StaticShare]) -> StaticShare:
    if not shares:
        return StaticShare(math.nan, math.nan, math.nan)
    columns = np.array(shares, np.float64).T
    return StaticShare(
        *(float(c[~np.isnan(c)].mean()) if (~np.isnan(c)).any() else math.nan for c in columns)
    )


def _margins(found: list[StaticShare], null: list[StaticShare]) -> StaticShare:
    """1.96 standard errors of the mean over types of the difference; NaN with fewer than two."""
    apart = np.array(found, np.float64).reshape(-1, 3) - np.array(null).reshape(-1, 3)
    columns = [column[~np.isnan(column)] for column in apart.T]
    return StaticShare(
        *(
            1.96 * float(column.std(ddof=1)) / math.sqrt(len(column))
            if len(column) > 1
            else math.nan
            for column in columns
        )
    )
