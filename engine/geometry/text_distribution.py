"""Do two texts draw their words from the same distribution? How far apart they are, and how far
apart two halves of one text are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError
from engine.geometry.bootstrap import N_REPLICATES, sentence_weights
from engine.geometry.word_counts import WordCounts

N_HALVINGS = 20
AT_ONCE = 20  # replicates, to spare memory


def jensen_shannon(first: np.ndarray, second: np.ndarray) -> float | np.ndarray:
    """Jensen-Shannon divergence of the word distributions behind two texts' counts.

    H(m) - H(p)/2 - H(q)/2 with p, q the relative frequencies, m = (p + q)/2, H the entropy in bits.
    0 = every word is as frequent in both; 1 = they share no word. How many bits one word tells, on
    average, about which of the two texts it was taken from.

    Args:
        first: counts, (n_words,) or (n_words, n_replicates); they need not be whole numbers.
        second: counts of the same words, likewise.
    Returns:
        Bits in [0, 1]; (n_replicates,) where replicates were given. From samples it is too large:
        rare words miss in one of two samples by chance. Compare it with `Divergence.null`.
    Raises:
        ShapeError: other shapes, or a text without a word.
    Source:
        Lin (1991), https://doi.org/10.1109/18.61115.

    >>> round(float(jensen_shannon(np.array([2, 0]), np.array([1, 1]))), 4)
    0.3113
    """
    if first.shape != second.shape or not len(first):
        raise ShapeError(
            f"jensen_shannon needs counts of the same words; got {first.shape} and {second.shape}."
        )
    sums = first.sum(axis=0), second.sum(axis=0)
    if not (np.all(sums[0]) and np.all(sums[1])):
        raise ShapeError("jensen_shannon needs two texts with a word in them; one is empty.")
    p, q = first / sums[0], second / sums[1]
    bits = _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2
    return np.clip(bits, 0.0, 1.0) if bits.ndim else float(np.clip(bits, 0.0, 1.0))


@dataclass(frozen=True)
class Divergence:
    """How far two texts are apart, in bits a word, and what chance alone would give."""

    value: float  # Jensen-Shannon divergence of all documents
    low: float  # 95 % interval, from other draws of documents
    high: float
    null: tuple[float, float]  # between two halves of the first text, and of the second
    n_documents: tuple[int, int]
    n_tokens: tuple[int, int]

    @property
    def differ(self) -> bool:
        """True if the texts are farther apart than the halves of either."""
        return self.low > max(self.null)


def divergence(
    first: WordCounts, second: WordCounts, *, seed: int = 0, n_replicates: int = N_REPLICATES
) -> Divergence:
    """Divergence of two texts with its interval and its null.

    Interval: percentiles of a Poisson bootstrap over documents, moved down by the bootstrap's own
    bias (its mean less the value), since drawing documents anew adds the error of a second sample.
    Null: mean divergence between two random halves of one text's documents, 20 times. A half has
    half the words, so the null is, if anything, too large.

    Args:
        first: counts of a text, from `count_words` together with the second.
        second: counts of the other text.
        seed: of the draws.
        n_replicates: of the bootstrap.
    Raises:
        ShapeError: a text has fewer than two documents, or other words.
    """
    if first.words != second.words or min(first.documents.shape[0], second.documents.shape[0]) < 2:
        raise ShapeError(
            "divergence needs two texts of at least two documents each, counted together; got "
            f"{first.documents.shape} and {second.documents.shape}."
        )
    value = float(jensen_shannon(first.total, second.total))
    drawn = _redrawn(first, second, seed, n_replicates)
    low, high = np.quantile(drawn, [0.025, 0.975]) - (drawn.mean() - value)
    return Divergence(
        value,
        max(0.0, float(low)),
        min(1.0, float(high)),
        (halves_apart(first, seed=seed), halves_apart(second, seed=seed)),
        (first.documents.shape[0], second.documents.shape[0]),
        (first.n_tokens, second.n_tokens),
    )


def halves_apart(text: WordCounts, *, seed: int = 0, n_halvings: int = N_HALVINGS) -> float:
    """Mean Jensen-Shannon divergence between two random halves of a text's documents.

    Returns:
        Bits in [0, 1]: what the divergence would be if both texts were the same.
    """
    rng = np.random.default_rng(seed)
    n_documents = text.documents.shape[0]
    in_first = np.zeros((n_documents, n_halvings))
    for halving in range(n_halvings):
        in_first[rng.permutation(n_documents)[: n_documents // 2], halving] = 1.0
    halves = text.documents.T @ in_first  # (n_words, n_halvings)
    return float(np.mean(jensen_shannon(halves, text.total[:, None] - halves)))


def _redrawn(first: WordCounts, second: WordCounts, seed: int, n_replicates: int) -> np.ndarray:
    """Divergence in each bootstrap replicate; one that drew no document of a text is left out."""
    weights = tuple(
        sentence_weights(0, text.documents.shape[0], 2 * seed + place, n_replicates)
        for place, text in enumerate((first, second))
    )
    parts = []
    for start in range(0, n_replicates, AT_ONCE):
        some = slice(start, start + AT_ONCE)
        one, two = (
            text.documents.T @ w[:, some] for text, w in zip((first, second), weights, strict=True)
        )
        drawn = (one.sum(axis=0) > 0) & (two.sum(axis=0) > 0)
        if drawn.any():
            parts.append(jensen_shannon(one[:, drawn], two[:, drawn]))
    return np.concatenate(parts)


def _entropy(p: np.ndarray) -> np.ndarray:
    """Bits, over the first axis."""
    logs = np.log2(p, out=np.zeros_like(p), where=p > 0)
    return -(p * logs).sum(axis=0)
