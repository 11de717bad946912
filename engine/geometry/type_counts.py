"""How many words, pairs and sentences there are: the denominators of every layer's means."""

from __future__ import annotations

import numpy as np

from engine.geometry.bootstrap import N_REPLICATES
from engine.geometry.chunk import Chunk
from engine.geometry.layer_sums import on_disk

LONGEST = 512  # words


class TypeCounts:
    """How often each type occurs, in all and in each bootstrap replicate: the same for every
    layer.
    """

    def __init__(self, type_cap: int) -> None:
        self.words = 0
        self.sentence_pairs = 0.0  # sum over sentences of n_s^2
        self.n = np.zeros(type_cap)
        self.within_sentences = np.zeros(type_cap)  # sum over sentences of n_sw^2
        self.replicate_words = np.zeros(N_REPLICATES)
        self.replicate_sentence_pairs = np.zeros(N_REPLICATES)
        self.replicate_n = on_disk((type_cap, N_REPLICATES))
        self.replicate_within = on_disk((type_cap, N_REPLICATES))
        self.sentences = 0  # with at least two words
        self.lengths = np.zeros(LONGEST + 1)  # sentences of i words, longer ones counted as longest
        self.replicate_sentences = np.zeros(N_REPLICATES)

    def update(self, chunk: Chunk) -> None:
        """Count a piece of the corpus."""
        per_sentence, weights, known = chunk.words_per_sentence, chunk.weights, chunk.known_types
        counts = chunk.type_by_sentence
        squared = counts.copy()
        squared.data **= 2
        self.words += len(chunk.type_ids)
        self.sentence_pairs += np.square(per_sentence).sum()
        self.n[known] += counts.sum(axis=1)
        self.within_sentences[known] += squared.sum(axis=1)
        self.replicate_words += weights.T @ per_sentence
        self.replicate_sentence_pairs += np.square(weights).T @ np.square(per_sentence)
        self.replicate_n[known] += counts @ weights
        self.replicate_within[known] += squared @ np.square(weights)
        self.sentences += int((per_sentence > 1).sum())
        lengths = np.minimum(per_sentence, LONGEST).astype(np.int64)
        self.lengths += np.bincount(lengths, minlength=LONGEST + 1)
        self.replicate_sentences += weights.T @ (per_sentence > 1)

    def merge(self, other: TypeCounts, type_ids: np.ndarray) -> None:
        """Add another part's counts; its type i is our type type_ids[i], or none where below 0."""
        known = np.flatnonzero(type_ids >= 0)
        for name in ("n", "within_sentences", "replicate_n", "replicate_within"):
            getattr(self, name)[type_ids[known]] += getattr(other, name)[known]
        for name in (
            "replicate_words",
            "replicate_sentence_pairs",
            "replicate_sentences",
            "lengths",
        ):
            getattr(self, name).__iadd__(getattr(other, name))
        self.words += other.words
        self.sentence_pairs += other.sentence_pairs
        self.sentences += other.sentences

    def same_type_pairs(self, n_types: int) -> np.ndarray:
        """Ordered pairs of each type's words in different sentences, and each word with itself,
        (n_types,).
        """
        return np.square(self.n[:n_types]) - self.within_sentences[:n_types]

    def n_pairs(self, n_types: int) -> float:
        """Ordered pairs of different words from different sentences."""
        return self.words**2 - self.sentence_pairs - self.same_type_pairs(n_types).sum()
