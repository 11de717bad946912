"""A closed vocabulary: the words a language model can predict, and a number for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.errors import TextError

UNKNOWN = "<unk>"  # every word outside the vocabulary
BOUNDARY = "<eos>"  # stands between sentences: the end of one, the start of the next
SPECIAL = (UNKNOWN, BOUNDARY)


@dataclass(frozen=True)
class Vocabulary:
    """Word keys in order of frequency, after the two special tokens; the id is the place.

    >>> vocabulary = build_vocabulary(["the", "cat", "the", "<eos>"], size=4)
    >>> vocabulary.words, vocabulary.ids(["the", "dog"])
    (('<unk>', '<eos>', 'the', 'cat'), [2, 0])
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.words[: len(SPECIAL)] != SPECIAL:
            raise TextError(f"A vocabulary begins with {SPECIAL}; got {self.words[:2]}.")
        if len(set(self.words)) != len(self.words):
            raise TextError("A vocabulary holds every word once; this one repeats some.")

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word_key: str) -> bool:
        return word_key in self._id_of

    @cached_property
    def _id_of(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    @property
    def unknown_id(self) -> int:
        """The id of every word that is not in the vocabulary."""
        return self._id_of[UNKNOWN]

    @property
    def boundary_id(self) -> int:
        """The id of the token between sentences."""
        return self._id_of[BOUNDARY]

    def ids(self, word_keys: Iterable[str]) -> list[int]:
        """The id of each word key; `unknown_id` for those outside the vocabulary."""
        unknown, id_of = self.unknown_id, self._id_of
        return [id_of.get(key, unknown) for key in word_keys]

    def decode(self, ids: Sequence[int]) -> list[str]:
        """The word key of each id."""
        return [self.words[number] for number in ids]


def build_vocabulary(word_keys: Iterable[str], size: int) -> Vocabulary:
    """The most frequent word keys of a training text, ties in alphabetical order.

    Args:
        word_keys: every word of the training text, and of it only: a word that is known from the
            test text makes its perplexity look better than it is.
        size: entries in all, the special tokens included.
    """
    return most_frequent(Counter(word_keys), size)


def most_frequent(counts: Mapping[str, int], size: int, least: int = 1) -> Vocabulary:
    """The most frequent words of counted ones, ties in alphabetical order.

    Args:
        counts: occurrences of each word key in the training text.
        size: entries in all, the special tokens included.
        least: occurrences that a word needs to be one of them.
    """
    ranked = sorted(
        ((word, n) for word, n in counts.items() if n >= least and word not in SPECIAL),
        key=lambda item: (-item[1], item[0]),
    )
    return Vocabulary(SPECIAL + tuple(word for word, _ in ranked[: size - len(SPECIAL)]))
