"""The further sums that the shape of a layer's cloud needs: second moments, and the parts that each
dimension has in the mean cosine.
"""

from __future__ import annotations

import numpy as np

from engine.geometry.chunk import Chunk
from engine.geometry.moments import Moments


class ShapeSums:
    """Sums over the words of one layer; S_s, S_w and S_sw are sums of unit vectors over a sentence,
    a type, and both.
    """

    def __init__(self, d: int) -> None:
        self.moments = Moments.empty(d)
        self.within_sentences = np.zeros(d)  # sum over sentences of S_s^2, each dimension by itself
        self.type_within_sentences = np.zeros(d)  # sum over types and sentences of S_sw^2

    def update(self, x: np.ndarray, u: np.ndarray, sentence_sums: np.ndarray, chunk: Chunk) -> None:
        """Add one piece of the corpus; x and its unit vectors u have shape (n, d)."""
        self.moments += Moments(len(x), sentence_sums.sum(axis=0), x.sum(axis=0), x.T @ x)
        self.within_sentences += squares_by_dimension(sentence_sums)
        known = chunk.local_types >= 0
        # S_sw is u for a word that stands once in its sentence; only repeated words need their sum.
        summing, _ = chunk.repeats
        repeated = summing.sum(axis=0) > 0
        self.type_within_sentences += squares_by_dimension(u if known.all() else u[known])
        self.type_within_sentences += squares_by_dimension(summing @ u)
        self.type_within_sentences -= squares_by_dimension(u[repeated])

    def merge(self, other: ShapeSums) -> None:
        """Add another part's sums."""
        self.moments += other.moments
        self.within_sentences += other.within_sentences
        self.type_within_sentences += other.type_within_sentences

    def forget_types(self, type_sums: np.ndarray, within_sentences: np.ndarray) -> None:
        """Take out the types for which there is no room: each word is a type of its own then.

        What a type has within its sentences is known in all, not by dimension; it is taken to be
        divided among them as the squares of S_w are, which is exact for what occurs once.

        Args:
            type_sums: S_w of each, (n, d).
            within_sentences: sum over sentences of |S_sw|^2 of each, (n,).
        """
        squares = np.square(type_sums)
        lengths = squares.sum(axis=1)
        shares = np.divide(within_sentences, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        self.type_within_sentences -= shares @ squares

    def pair_sums(self, type_sums: np.ndarray) -> np.ndarray:
        """Sum over pairs of different words from different sentences of u_k v_k, for each dimension
        k, (d,); type_sums holds each S_w.
        """
        same_type = squares_by_dimension(type_sums) - self.type_within_sentences
        return np.square(self.moments.sum_unit) - self.within_sentences - same_type


def squares_by_dimension(x: np.ndarray) -> np.ndarray:
    """Sum of the squares in each column, (d,)."""
    return np.einsum("ij,ij->j", x, x)
