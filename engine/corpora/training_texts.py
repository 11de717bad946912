"""Texts to train on, by name: running text for language models, and texts with a label for
classifiers. A file in engine/corpora/texts/ is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from engine.errors import UnknownName
from engine.registry import Registry


class TextSource(Protocol):
    """Documents, split once and for all."""

    @property
    def name(self) -> str:
        """As it is asked for."""

    @property
    def title(self) -> str:
        """As people call it."""

    @property
    def about(self) -> str:
        """One sentence: what it is, how large, from where, under which licence."""

    def missing(self) -> str | None:
        """Why it cannot be read on this machine, with the command that mends it; None if it can."""

    def documents(self, split: str) -> Sequence[str]:
        """The running text of "train" or "valid", a text a document, labels or not.

        Raises:
            UnknownName: no such split.
            DataUnavailable: `missing` says why.
            CorruptFile: a file is not what it should be.
        """


@runtime_checkable
class LabelledSource(TextSource, Protocol):
    """Texts whose class is known."""

    @property
    def label_names(self) -> tuple[str, ...]:
        """A label is a place in it."""

    def labelled(self, split: str) -> tuple[list[str], np.ndarray]:
        """Texts of "train", "valid" or "test" in a fixed random order, and int64 labels
        (n_texts,). No text of one split stands in another.

        Raises: as `documents`.
        """


TEXTS: Registry[TextSource] = Registry("text source", package="engine.corpora.texts")


def text_source(name: str) -> TextSource:
    """A source by its name: a registered one, or a user's kept CSV file.

    Raises:
        UnknownName: there is none.
        DataUnavailable: the user's file is no longer here.
    """
    from engine.corpora import own_texts

    return own_texts.own_source(name) if own_texts.is_own(name) else TEXTS[name]


def labelled_source(name: str) -> LabelledSource:
    """A source whose texts have labels.

    Raises:
        UnknownName: there is none of this name, or its texts have no labels.
    """
    source = text_source(name)
    if not isinstance(source, LabelledSource):
        known = ", ".join(known for known, s in TEXTS.items() if isinstance(s, LabelledSource))
        raise UnknownName(f"The texts of {name!r} have no labels. Those that have: {known}.")
    return source
