"""The sampling frame: which word occurrences a number speaks of. It can move a number more than
the model does.

GloVe's mean random-pair cosine runs from .02 to .50 by the frame alone, so no number is shown
without its frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.errors import ShapeError, UnknownName
from engine.text import is_punctuation
from engine.vectors import LayeredVectors

UNITS = ("occurrences", "one per sentence", "one per type")


@dataclass(frozen=True)
class Frame:
    """What is sampled: every occurrence, one random word a sentence (Ethayarajh 2019), or one
    occurrence a word type.
    """

    unit: str = "occurrences"
    punctuation: bool = False
    min_frequency: int = 1  # of a word, in the corpus measured (or in `frequencies`)
    max_frequency: int | None = None
    first_words: bool = True  # False leaves out the first word of each sentence
    special_tokens: bool = False  # True: [CLS] and the like are words, first and last of each one
    seed: int = 0

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise UnknownName(f"Unknown sampling unit {self.unit!r}. Known: {', '.join(UNITS)}.")

    @property
    def needs_frequencies(self) -> bool:
        """True if words must be counted over the whole corpus before the first is measured."""
        return self.min_frequency > 1 or self.max_frequency is not None

    def describe(self) -> str:
        """The frame in words, for captions."""
        band, low, high = "", self.min_frequency, self.max_frequency
        if high is None and low > 1:
            band = f", words seen at least {low:,} times"
        elif high is not None:
            band = f", words seen {low:,} to {high:,} times"
            if low == high:
                band = ", words seen once" if low == 1 else f", words seen {low:,} times"
        first = "" if self.first_words else ", without the first word of a sentence"
        special = ", with special tokens" if self.special_tokens else ""
        marks = f"{'with' if self.punctuation else 'without'} punctuation"
        return f"{self.unit}, {marks}{band}{first}{special}"

    def as_dict(self) -> dict[str, Any]:
        """The frame as plain data, for JSON."""
        return asdict(self)


def rows_in_frame(
    vectors: LayeredVectors,
    frame: Frame,
    *,
    first_sentence: int = 0,
    frequencies: Mapping[str, int] | None = None,
) -> np.ndarray:
    """Rows that belong to the frame, ascending, (n_rows,).

    "one per type" keeps the occurrence with the smallest `priority`, so that parts of a corpus can
    be combined.

    Args:
        first_sentence: number of the first sentence in the whole corpus, when this is a part of
            one.
        frequencies: word -> count over the whole corpus; by default counted in these vectors.
    Raises:
        ShapeError: a frequency band asked of a later piece without the whole corpus' counts.
    """
    keep = np.ones(len(vectors), bool)
    if not frame.punctuation:
        marks = {word for word in set(vectors.words) if is_punctuation(word)}
        keep &= np.fromiter((word not in marks for word in vectors.words), bool, len(vectors))
    if not frame.first_words:
        keep &= vectors.positions > 0
    if frame.needs_frequencies:
        if frequencies is None and first_sentence:
            raise ShapeError(
                "A frequency band over a corpus in pieces needs the words' counts over the whole "
                "corpus; pass frequencies."
            )
        counts = Counter(vectors.keys) if frequencies is None else frequencies
        seen = np.fromiter((counts[key] for key in vectors.keys), np.int64, len(vectors))
        keep &= seen >= frame.min_frequency
        if frame.max_frequency is not None:
            keep &= seen <= frame.max_frequency
    rows = np.flatnonzero(keep)
    if frame.unit == "occurrences":
        return rows
    groups = vectors.sentence_ids if frame.unit == "one per sentence" else vectors.types[1]
    order = priority(
        vectors.sentence_ids[rows] + first_sentence, vectors.positions[rows], frame.seed
    )
    return np.sort(rows[first_of_each_group(groups[rows], order)])


def priority(sentence_ids: np.ndarray, positions: np.ndarray, seed: int) -> np.ndarray:
    """A pseudo-random number for each word occurrence that depends on its place alone, uint64,
    (n,).

    The k smallest of a union are found among the k smallest of its parts, which makes samples
    mergeable. The mixing is SplitMix64 (Steele et al. 2014,
    https://doi.org/10.1145/2660193.2660195).
    """
    with np.errstate(over="ignore"):
        x = np.asarray(sentence_ids, np.uint64) << np.uint64(20)
        x = (x + np.asarray(positions, np.uint64)) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
            seed + 1
        )
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def first_of_each_group(groups: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Index of the element with the smallest `order` in each group, (n_groups,).

    >>> first_of_each_group(np.array([7, 7, 9]), np.array([5, 2, 4])).tolist()
    [1, 2]
    """
    by_group = np.lexsort((order, groups))
    starts = (
        np.flatnonzero(np.r_[True, np.diff(groups[by_group]) != 0])
        if len(groups)
        else np.empty(0, np.int64)
    )
    return by_group[starts]
