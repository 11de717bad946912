"""A sentence with the special tokens that a net reads around it, each of them a word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from engine.text import Sentence, Word


class MarkedSentence(Sentence):
    """A sentence as a net reads it: its special tokens are its first and last words.

    >>> [word.text for word in MarkedSentence(Sentence("a cat"), ["[CLS]"], ["[SEP]"]).words]
    ['[CLS]', 'a', 'cat', '[SEP]']
    """

    def __init__(self, inner: Sentence, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(" ".join([*before, inner.text, *after]))
        object.__setattr__(self, "_parts", (inner, tuple(before), tuple(after)))

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The special tokens and, between them, the sentence's own words."""
        inner, before, after = self.__dict__["_parts"]
        start = self.inner_start
        own = [Word(word.text, word.start + start, word.end + start) for word in inner.words]
        behind = start + len(inner.text) + 1
        return (*_one_space_apart(before, 0), *own, *_one_space_apart(after, behind))

    @property
    def inner_start(self) -> int:
        """Where the sentence itself begins, in code points."""
        before = self.__dict__["_parts"][1]
        return sum(len(token) + 1 for token in before)


def _one_space_apart(tokens: Sequence[str], start: int) -> list[Word]:
    found = []
    for token in tokens:
        found.append(Word(token, start, start + len(token)))
        start += len(token) + 1
    return found
