"""The baseline of every language model here: a trigram with interpolated modified Kneser-Ney
smoothing (Chen and Goodman 1998, https://dash.harvard.edu/handle/1/25104739, section 3).

With c(uvw) how often w followed u v, and D a discount that depends on the count (1, 2, 3 or more),

    P(w | u v) = max(c(uvw) - D, 0) / c(uv·) + g(uv) P(w | v),

where g(uv), the mass that the discounts freed, makes it sum to 1. P(w | v) and P(w) have the same
form, but count in how many different contexts a word stood: "Francisco" is frequent and still
unlikely after anything but "San". Below them all lies 1 / V.
"""

from __future__ import annotations

import numpy as np

from engine.errors import ShapeError
from engine.training.perplexity import bits_per_character
from engine.training.prepared_text import PreparedText

LARGEST_VOCABULARY = 2_097_151  # three ids fit into one int64
FALLBACK = (0.5, 1.0, 1.5)  # discounts where the text is too small to estimate them


class Trigram:
    """Counts of a training text, and the probabilities that follow from them.

    >>> model = Trigram(np.array([0, 1, 2] * 50), vocab_size=3)
    >>> bool(model.surprise(np.array([0, 1, 2]), before=(1, 2)).mean() < 0.2)
    True
    """

    def __init__(self, ids: np.ndarray, vocab_size: int) -> None:
        """Count a text.

        Args:
            ids: the training text, sentence boundaries included, (n_tokens,). Contexts reach
                across sentences, as an LSTM's state does.
            vocab_size: words that can be predicted, V.
        Raises:
            ShapeError: fewer than three tokens, or too large a vocabulary.
        """
        if ids.ndim != 1 or len(ids) < 3 or vocab_size > LARGEST_VOCABULARY:
            raise ShapeError(
                f"A trigram needs (n_tokens >= 3,) ids of at most {LARGEST_VOCABULARY:,} words; "
                f"got {ids.shape} and {vocab_size:,} words."
            )
        self.vocab_size = vocab_size
        v = vocab_size
        grams, counts = np.unique(_trigrams(ids, v), return_counts=True)
        self._orders = [_Order(grams, counts, v)]
        for n_contexts in (v * v, v):
            # Each n-gram lends its last words one count: the contexts in which they stood.
            grams, counts = np.unique(grams % n_contexts, return_counts=True)
            self._orders.insert(0, _Order(grams, counts, v))

    def surprise(self, ids: np.ndarray, *, before: tuple[int, int]) -> np.ndarray:
        """-log P of each token of a text, in nats, (n_tokens,).

        Args:
            ids: the text, (n_tokens,).
            before: the two ids that stand before its first token.
        """
        v = self.vocab_size
        trigrams = _trigrams(np.concatenate([before, ids]), v)
        probability = np.full(len(ids), 1 / v)
        for order, n_grams in zip(self._orders, (v, v * v, v**3), strict=True):
            probability = order.interpolated(trigrams % n_grams, probability)
        return -np.log(probability)


class _Order:
    """The n-grams of one length, each as one number whose last digit to base V is the word."""

    def __init__(self, grams: np.ndarray, counts: np.ndarray, vocab_size: int) -> None:
        """grams: sorted, each once, (n_grams,); counts likewise."""
        self._vocab_size, self._grams = vocab_size, grams
        self._contexts, first = np.unique(grams // vocab_size, return_index=True)
        discount = np.array([0.0, *discounts(counts)])[np.minimum(counts, 3)]
        in_context = np.diff(np.append(first, len(grams)))  # different words
        total = np.add.reduceat(counts, first)
        self._freed = np.add.reduceat(discount, first) / total
        self._share = (counts - discount) / np.repeat(total, in_context)

    def interpolated(self, grams: np.ndarray, shorter: np.ndarray) -> np.ndarray:
        """P of the last words after their contexts, from P after the shorter contexts."""
        own = _look_up(grams, self._grams, self._share, missing=0.0)
        # A context that was never seen leaves everything to the shorter one.
        contexts = grams // self._vocab_size
        return own + _look_up(contexts, self._contexts, self._freed, missing=1.0) * shorter


def discounts(counts: np.ndarray) -> tuple[float, float, float]:
    """D for counts of 1, 2, and 3 or more (Chen and Goodman 1998, equation 26).

    >>> discounts(np.repeat([1, 2, 3, 4], [40, 20, 10, 5]))
    (0.5, 1.25, 2.0)
    """
    n1, n2, n3, n4 = (int(np.count_nonzero(counts == k)) for k in (1, 2, 3, 4))
    if min(n1, n2, n3, n4) == 0:
        return FALLBACK
    y = n1 / (n1 + 2 * n2)
    found = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    return found if min(found) >= 0 else FALLBACK


def trigram_figures(model: Trigram, text: PreparedText) -> dict[str, float]:
    """What a card says of the trigram on a text, and what it depends on."""
    boundary = text.vocabulary.boundary_id
    nats = float(model.surprise(text.ids, before=(boundary, boundary)).mean())
    return {
        "tokens": len(text.ids),
        "vocabulary": len(text.vocabulary),
        "unknown_rate": text.unknown_rate,
        "perplexity": float(np.exp(nats)),
        "bits_per_character": bits_per_character(nats, len(text.ids), text.n_characters),
    }


def _trigrams(ids: np.ndarray, vocab_size: int) -> np.ndarray:
    """Each three neighbours as one number, (n_tokens - 2,)."""
    wide = ids.astype(np.int64)
    return (wide[:-2] * vocab_size + wide[1:-1]) * vocab_size + wide[2:]


def _look_up(
    wanted: np.ndarray, keys: np.ndarray, values: np.ndarray, *, missing: float
) -> np.ndarray:
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], missing)
