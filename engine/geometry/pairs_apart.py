"""The mean cosine of one set of rows, for many versions of their vectors and with some left out."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from engine.geometry.chunk import summing_matrix


class PairsApart:
    """The pairs of different words from different sentences among some rows, worked out once for
    many versions of the rows' vectors.
    """

    def __init__(self, type_ids: np.ndarray, sentence_ids: np.ndarray) -> None:
        n = len(type_ids)
        self._types, self._sentences = (
            np.unique(ids, return_inverse=True)[1] for ids in (type_ids, sentence_ids)
        )
        both = self._types * (self._sentences.max(initial=0) + 1) + self._sentences
        self._groups = [
            (sign, _repeated(ids))
            for sign, ids in ((-1, self._types), (-1, self._sentences), (1, both))
        ]
        self.n_pairs = n * (n - 1)  # ordered
        for sign, summing in self._groups:
            sizes = summing.sum(axis=1)
            self.n_pairs += sign * int((sizes * (sizes - 1)).sum())

    def apart(self, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
        """True where row and other are different words of different sentences."""
        types, sentences = self._types, self._sentences
        return (types[rows] != types[others]) & (sentences[rows] != sentences[others])

    def mean_cosine(self, u: np.ndarray) -> float:
        """Mean cosine over the pairs, exact; u holds the rows' unit vectors, (n, d). NaN if there
        is no pair.
        """
        squares = np.einsum("ij,ij->i", u, u)
        total = np.square(u.sum(axis=0)).sum() - squares.sum()
        for sign, summing in self._groups:
            total += sign * (np.square(summing @ u).sum() - (summing @ squares).sum())
        return float(total / self.n_pairs) if self.n_pairs else float("nan")

    def mean_cosines_without(self, u: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """The same with the rows of each group left out, (G,); NaN where no pair is left.

        Args:
            u: the rows' unit vectors, (n, d).
            groups: of each row, (n,), in [0, G).
        """
        totals = self._totals_without(u, groups)
        n_pairs = self._totals_without(np.ones((len(u), 1)), groups)
        return np.divide(totals, n_pairs, out=np.full(len(totals), np.nan), where=n_pairs > 0)

    def _totals_without(self, u: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """Sum of u_i . u_j over the ordered pairs with the rows of each group left out, (G,).

        Of a word type whose sum is S, with the part P in the group, |S|^2 - |S - P|^2 is left out.
        """
        squares = np.einsum("ij,ij->i", u, u)
        by_group = summing_matrix(groups, int(groups.max()) + 1)
        parts = by_group @ u
        totals = np.square(parts.sum(axis=0) - parts).sum(axis=1)
        totals -= squares.sum() - by_group @ squares
        for sign, summing in self._groups:
            whole = summing @ u
            owners, rows = summing.tocoo().coords
            found, of_row = np.unique(owners * len(totals) + groups[rows], return_inverse=True)
            dividing = summing_matrix(of_row, len(found))
            parts = dividing @ u[rows]
            taken = np.einsum("ij,ij->i", 2 * whole[found // len(totals)] - parts, parts)
            taken -= dividing @ squares[rows]
            totals += sign * (np.square(whole).sum() - (summing @ squares).sum())
            totals -= sign * np.bincount(found % len(totals), taken, len(totals))
        return totals


def _repeated(group_ids: np.ndarray) -> csr_array:
    """Summing matrix of the groups with more than one row; the others hold no pair."""
    _, inverse, counts = np.unique(group_ids, return_inverse=True, return_counts=True)
    numbers = np.where(counts > 1, np.cumsum(counts > 1) - 1, -1)
    return summing_matrix(numbers[inverse], int((counts > 1).sum()))
