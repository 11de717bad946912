"""How often each word occurs in each document, by which the distributions of texts are compared."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from engine.errors import ShapeError
from engine.geometry.bootstrap import percentile_interval, sentence_weights


@dataclass(frozen=True)
class WordCounts:
    """Counts by document, of two or more texts over the same words."""

    words: tuple[str, ...]  # (n_words,)
    documents: csr_matrix  # int64, (n_documents, n_words)

    @property
    def total(self) -> np.ndarray:
        """Counts of the whole text, int64, (n_words,)."""
        return np.asarray(self.documents.sum(axis=0)).ravel()

    @property
    def n_tokens(self) -> int:
        """Words of the whole text, with repetitions."""
        return int(self.documents.sum())


def count_words(*texts: Iterable[Iterable[str]]) -> tuple[WordCounts, ...]:
    """Counts of several texts over their common list of words, in the order of first occurrence.

    Args:
        texts: each a text's documents, a document being its words.

    >>> first, second = count_words([["a", "b", "a"]], [["b"], ["c"]])
    >>> first.words, first.total.tolist(), second.documents.toarray().tolist()
    (('a', 'b', 'c'), [2, 1, 0], [[0, 1, 0], [0, 0, 1]])
    """
    ids: dict[str, int] = {}
    read: list[tuple[np.ndarray, np.ndarray]] = []
    for text in texts:
        column, end = array("q"), array("q", [0])
        for document in text:
            column.extend(ids.setdefault(word, len(ids)) for word in document)
            end.append(len(column))
        read.append((np.array(column, np.int64), np.array(end, np.int64)))
    counted = []
    for columns, ends in read:
        ones = np.ones(len(columns), np.int64)
        matrix = csr_matrix((ones, columns, ends), shape=(len(ends) - 1, len(ids)))
        matrix.sum_duplicates()
        counted.append(WordCounts(tuple(ids), matrix))
    return tuple(counted)


def unknown_share(counts: WordCounts, vocabulary: Collection[str]) -> float:
    """Share of a text's words that a vocabulary does not hold.

    sum of c(w) over w outside the vocabulary / sum of c(w).  What a language model reads as <unk>.

    Args:
        counts: of the text; the words as the vocabulary writes them.
        vocabulary: what is known; membership must be quick (a set, a `Vocabulary`).
    Returns:
        Share in [0, 1], of occurrences, not of types.
    Raises:
        ShapeError: the text is empty.

    >>> (text,) = count_words([["the", "the", "cat", "purrs"]])
    >>> unknown_share(text, {"the", "cat"})
    0.25
    """
    if not counts.n_tokens:
        raise ShapeError("unknown_share needs a text with a word in it; got an empty one.")
    unknown = np.array([word not in vocabulary for word in counts.words], bool)
    return float(counts.total[unknown].sum() / counts.n_tokens)


def unknown_share_interval(
    counts: WordCounts, vocabulary: Collection[str], *, seed: int = 0
) -> tuple[float, float]:
    """95 % interval of `unknown_share`, had other documents been drawn (Poisson bootstrap).

    Args:
        counts: of the text.
        vocabulary: what is known.
        seed: of the draws.
    Returns:
        (low, high), shares in [0, 1].
    Raises:
        ShapeError: the text is empty.
    """
    if not counts.n_tokens:
        raise ShapeError("unknown_share_interval needs a text with a word in it; got an empty one.")
    unknown = np.array([word not in vocabulary for word in counts.words], bool)
    weights = sentence_weights(0, counts.documents.shape[0], seed)  # (n_documents, n_replicates)
    of_document = np.asarray(counts.documents.sum(axis=1)).ravel()  # (n_documents,)
    unknown_of = np.asarray(counts.documents[:, unknown].sum(axis=1)).ravel()
    with np.errstate(invalid="ignore"):  # a replicate may draw no document
        shares = (unknown_of @ weights) / (of_document @ weights)
    return percentile_interval(shares)
