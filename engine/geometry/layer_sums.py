"""What is kept of one layer while a corpus streams by: sums only, all mergeable, none growing with
the words.
"""

from __future__ import annotations

import tempfile

import numpy as np

from engine.geometry.bootstrap import N_REPLICATES
from engine.geometry.chunk import Chunk, Room
from engine.geometry.moments import unit
from engine.geometry.shape_sums import ShapeSums
from engine.geometry.word_sample import Sampler, WordSample


def on_disk(shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
    """A zero array in a memory-mapped temporary file: only what is touched takes memory or disk."""
    with tempfile.TemporaryFile(prefix="conescope-") as file:
        return np.memmap(file, dtype, "w+", shape=shape)


class LayerSums:
    """Sums over the words of one layer; u_i is the unit vector of word i, S_s the sum over
    sentence s, S_w over type w.

    Args:
        d: width of the vectors.
        type_cap: word types at most.
        shape: also keep what the shape of the cloud is measured from.
    """

    def __init__(self, d: int, type_cap: int, *, shape: bool = False) -> None:
        self.sum_unit = np.zeros(d)
        self.within_sentences = 0.0  # sum over sentences of |S_s|^2
        self.type_sums = on_disk((type_cap, d))  # S_w
        self.type_squares = np.zeros(type_cap)  # sum over words of a type of |u|^2
        self.type_within_sentences = np.zeros(type_cap)  # sum over sentences of |S_sw|^2
        self.replicate_sums = np.zeros((N_REPLICATES, d))  # sum over sentences of weight S_s
        self.replicate_within = np.zeros(N_REPLICATES)  # sum over sentences of weight^2 |S_s|^2
        self.intra_sum = 0.0  # sum over sentences of their intra-sentence similarity
        self.replicate_intra = np.zeros(N_REPLICATES)
        self.sampler = Sampler(d)
        self.shape = ShapeSums(d) if shape else None

    @property
    def sample(self) -> WordSample:
        """A uniform random sample of the words so far."""
        return self.sampler.settle()

    def update(self, x: np.ndarray, chunk: Chunk) -> None:
        """Add one piece of the corpus; x has shape (n, d)."""
        sentence_ids = chunk.sentence_ids + chunk.first_sentence
        self.sampler.add(WordSample(chunk.priorities, x, chunk.type_ids, sentence_ids))
        x, u, squares_of_u = _directions(x, chunk.room(x.shape[1]))
        sentence_sums = chunk.by_sentence @ u  # (n_sentences, d)
        squares = np.einsum("ij,ij->i", sentence_sums, sentence_sums)
        self.sum_unit += sentence_sums.sum(axis=0)
        self.within_sentences += squares.sum()
        self.replicate_sums += chunk.weights.T @ sentence_sums
        self.replicate_within += np.square(chunk.weights).T @ squares
        self._add_types(u, squares_of_u, chunk)
        self._add_intra_sentence(x, sentence_sums, chunk)
        if self.shape:
            self.shape.update(x, u, sentence_sums, chunk)

    def _add_types(self, u: np.ndarray, squares: np.ndarray, chunk: Chunk) -> None:
        self.type_sums[chunk.known_types] += chunk.by_type @ u
        own_squares = chunk.by_type @ squares
        self.type_squares[chunk.known_types] += own_squares
        # |S_sw|^2 is |u|^2 for a word that stands once in its sentence; only repeated words need
        # their sum.
        summing, local_types = chunk.repeats
        repeated_sums = summing @ u
        extra = np.einsum("ij,ij->i", repeated_sums, repeated_sums) - summing @ squares
        self.type_within_sentences[chunk.known_types] += own_squares
        np.add.at(self.type_within_sentences, chunk.known_types[local_types], extra)

    def _add_intra_sentence(self, x: np.ndarray, sentence_sums: np.ndarray, chunk: Chunk) -> None:
        """Cosine of each word with the mean vector of its sentence, averaged per sentence
        (Ethayarajh 2019, def. 2).

        With m_s the direction of that mean, the cosines of a sentence's words add up to S_s . m_s.
        """
        mean_directions = unit(chunk.by_sentence @ x)
        cosines = np.einsum("ij,ij->i", sentence_sums, mean_directions)
        n_words = chunk.words_per_sentence
        per_sentence = np.where(n_words > 1, cosines / np.maximum(n_words, 1), 0.0)
        self.intra_sum += per_sentence.sum()
        self.replicate_intra += chunk.weights.T @ per_sentence

    def merge(self, other: LayerSums, type_ids: np.ndarray) -> None:
        """Add another part's sums; its type i is our type type_ids[i], or none where below 0."""
        known, rows = np.flatnonzero(type_ids >= 0), np.flatnonzero(type_ids < 0)
        for name in ("type_sums", "type_squares", "type_within_sentences"):
            getattr(self, name)[type_ids[known]] += getattr(other, name)[known]
        self.sum_unit += other.sum_unit
        self.within_sentences += other.within_sentences
        self.replicate_sums += other.replicate_sums
        self.replicate_within += other.replicate_within
        self.intra_sum += other.intra_sum
        self.replicate_intra += other.replicate_intra
        self.sampler.add(other.sample.with_types(type_ids))
        if self.shape and other.shape:
            self.shape.merge(other.shape)
            self.shape.forget_types(other.type_sums[rows], other.type_within_sentences[rows])


def _directions(x: np.ndarray, room: Room) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x in float64, its unit vectors, and their squares, 1 or, of a vector of length 0, 0; written
    where there is room for them.
    """
    np.copyto(room.x, x)
    lengths = np.sqrt(np.einsum("ij,ij->i", room.x, room.x))
    np.divide(room.x, np.where(lengths > 0, lengths, 1.0)[:, None], out=room.units)
    return room.x, room.units, (lengths > 0).astype(np.float64)
