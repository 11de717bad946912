"""Text that ships with the project, written for it: sentences in which a word's sense is known,
and the lecture's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.registry import Registry
from engine.text import Sentence


@dataclass(frozen=True)
class Corpus:
    """Sentences in order, and for each, where it is known, the word it was written for and that
    word's sense.
    """

    name: str
    title: str
    sentences: tuple[Sentence, ...]
    target_words: tuple[str | None, ...]  # (n_sentences,)
    senses: tuple[str | None, ...]  # (n_sentences,)


CORPORA: Registry = Registry("corpus", package="engine.corpora")
"""name -> function without arguments that gives the Corpus."""
