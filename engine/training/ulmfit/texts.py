"""The texts of a run: read when a stage needs them, and kept as numbers of their own words, so that
any vocabulary can be put on them at once.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import numpy as np

from engine.corpora.label_draw import nested_draw
from engine.corpora.own_texts import is_own, own_source
from engine.corpora.vocabulary import BOUNDARY, Vocabulary
from engine.errors import DataUnavailable, EngineError
from engine.training.prepared_text import PreparedText, prepared_folder, tokens, write_arrays

ORDER_SEED = 2018  # of the fixed order in which a part of the texts is taken


class TextSource(Protocol):
    """Where texts come from; engine/corpora/training_texts.py names them."""

    name: str
    label_names: tuple[str, ...]  # only where texts have labels

    def missing(self) -> str | None:
        """Why the texts cannot be had, with the command that mends it; None if they can."""

    def documents(self, split: str) -> Sequence[str]:
        """Running text of "train" or "valid"."""

    def labelled(self, split: str) -> tuple[list[str], np.ndarray]:
        """Texts of "train", "valid" or "test", and the number of each one's label."""


@dataclass(frozen=True)
class NumberedTexts:
    """Texts as ids of their own words; every sentence ends with the boundary token."""

    words: tuple[str, ...]  # each once, in order of appearance
    ids: np.ndarray  # int32, (n_tokens,)
    starts: np.ndarray  # int64, (n_texts + 1,): text i is ids[starts[i]:starts[i + 1]]
    n_characters: int  # of words and boundaries, for bits per character

    def counts(self) -> dict[str, int]:
        """Occurrences of each word."""
        counts = np.bincount(self.ids, minlength=len(self.words))
        return dict(zip(self.words, counts.tolist(), strict=True))

    def under(self, vocabulary: Vocabulary) -> PreparedText:
        """The same texts as ids of a vocabulary."""
        ids = np.array(vocabulary.ids(self.words), np.int32)[self.ids]
        return PreparedText(ids, self.starts, self.n_characters, vocabulary)

    def each_under(self, vocabulary: Vocabulary) -> list[np.ndarray]:
        """Every text by itself, int64, behind the boundary that a text stands behind."""
        ids, boundary = self.under(vocabulary).ids.astype(np.int64), vocabulary.boundary_id
        return [
            np.concatenate([[boundary], ids[start:end]])
            for start, end in zip(self.starts[:-1], self.starts[1:], strict=True)
        ]


def numbered(texts: Iterable[str]) -> NumberedTexts:
    """Texts as numbers."""
    number_of: dict[str, int] = {}
    parts, n_characters = [np.zeros(0, np.int32)], 0
    for text in texts:
        keys = list(tokens(text))
        # One character stands between words, as in a text that a reader sees.
        n_characters += sum(1 if key == BOUNDARY else len(key) + 1 for key in keys)
        numbers = [number_of.setdefault(key, len(number_of)) for key in keys]
        parts.append(np.array(numbers, np.int32))
    starts = np.cumsum([len(part) for part in parts])
    return NumberedTexts(tuple(number_of), np.concatenate(parts), starts, n_characters)


def sources() -> Mapping[str, Any]:
    """All text sources by name."""
    return importlib.import_module("engine.corpora.training_texts").TEXTS


def text_source(name: str) -> Any:
    """The source of this name.

    Raises:
        UnknownName: there is none.
        DataUnavailable: its texts are not on this machine.
    """
    source = own_source(name) if is_own(name) else sources()[name]
    if reason := source.missing():
        raise DataUnavailable(reason)
    return source


Found = TypeVar("Found")


def remembered(read: Callable[..., Found]) -> Callable[..., Found]:
    """Keep what was read last in memory, except the user's own text."""
    kept = lru_cache(maxsize=6)(read)

    def wrapped(name: str, *args: Any) -> Found:
        return (read if is_own(name) else kept)(name, *args)

    wrapped.forget = kept.cache_clear  # type: ignore[attr-defined]
    return wrapped


@remembered
def running_text(name: str, split: str, n_texts: int) -> NumberedTexts:
    """Unlabelled text to learn a language from.

    Args:
        name: of the source.
        split: "train" or "valid".
        n_texts: so many texts, taken from a fixed random order; 0 = all.
    """
    path = prepared_folder("texts") / f"{name}-{split}-{n_texts}.npz"
    if not is_own(name) and path.exists():
        kept = np.load(path)
        words = tuple(bytes(kept["words"]).decode().split("\n"))
        return NumberedTexts(words, kept["ids"], kept["starts"], int(kept["n"]))
    documents = text_source(name).documents(split)
    chosen = np.random.default_rng(ORDER_SEED).permutation(len(documents))
    found = numbered(documents[i] for i in sorted(chosen[: n_texts or None].tolist()))
    if not is_own(name):
        words_array = np.frombuffer("\n".join(found.words).encode(), np.uint8)
        write_arrays(path, words=words_array, ids=found.ids, starts=found.starts,
                     n=np.array(found.n_characters))  # fmt: skip
    return found


@dataclass(frozen=True)
class LabelledTexts:
    """Texts with the number of their label."""

    texts: NumberedTexts
    labels: np.ndarray  # int64, (n_texts,)
    names: tuple[str, ...]


@remembered
def drawn_labelled(name: str, n_labels: int, seed: int) -> LabelledTexts:
    """Texts to learn from, drawn by `nested_draw`: another draw for each seed.

    Raises:
        EngineError: the source has fewer.
    """
    texts, labels, names = _labelled(name, "train")
    if n_labels > len(texts):
        raise EngineError(f"{n_labels:,} labelled texts were asked for; {name} has {len(texts):,}.")
    rows = nested_draw(labels, n_labels, seed)
    return LabelledTexts(numbered(texts[row] for row in rows), labels[rows], names)


@remembered
def measured_labelled(name: str, split: str, n_texts: int) -> LabelledTexts:
    """Texts to measure on, "valid" or "test": the same ones for every seed; 0 = all."""
    texts, labels, names = _labelled(name, split)
    rows = np.random.default_rng(ORDER_SEED).permutation(len(texts))[: n_texts or None]
    return LabelledTexts(numbered(texts[row] for row in rows), labels[rows], names)


def _labelled(name: str, split: str) -> tuple[list[str], np.ndarray, tuple[str, ...]]:
    source = text_source(name)
    if not hasattr(source, "labelled"):
        raise EngineError(f"The texts of {name} have no labels. Take labelled ones.")
    texts, labels = source.labelled(split)
    return list(texts), np.asarray(labels, np.int64), tuple(source.label_names)
