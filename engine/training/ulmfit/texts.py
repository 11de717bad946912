"""The texts of a run: read when a stage needs them, and kept as numbers of their own words, so that
any vocabulary can be put on them at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.corpora import training_texts
from engine.corpora.files import cache_folder
from engine.corpora.label_draw import nested_draw
from engine.corpora.own_texts import is_own
from engine.corpora.vocabulary import BOUNDARY, Vocabulary
from engine.errors import DataUnavailable
from engine.text import WORD
from engine.training.prepared_text import PreparedText, tokens, write_arrays

ORDER_SEED = 2018  # of the fixed order in which a part of the texts is taken


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


def running_text(name: str, split: str, n_texts: int) -> NumberedTexts:
    """Unlabelled text to learn a language from.

    Args:
        name: of the source.
        split: "train" or "valid".
        n_texts: so many texts, taken from a fixed random order; 0 = all.
    Raises:
        UnknownName: no such source.
        DataUnavailable: its texts are not on this machine.
    """
    return _running_text(name, split, n_texts, _stamp(training_texts.text_source(name)))


@lru_cache(maxsize=6)
def _running_text(name: str, split: str, n_texts: int, stamp: str) -> NumberedTexts:
    path = _kept_at(f"{name}-{split}-{n_texts}-{stamp}.npz")
    # A user's own text is read anew each time: it is not for us to keep.
    if (keeps := bool(stamp) and not is_own(name)) and path.exists():
        kept = np.load(path)
        words = tuple(bytes(kept["words"]).decode().split("\n"))
        return NumberedTexts(words, kept["ids"], kept["starts"], int(kept["n"]))
    documents = training_texts.text_source(name).documents(split)
    rows = np.random.default_rng(ORDER_SEED).permutation(len(documents))[: n_texts or None]
    found = numbered(documents[row] for row in sorted(rows.tolist()))
    if keeps:
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


def drawn_labelled(name: str, n_labels: int, seed: int) -> LabelledTexts:
    """Texts to learn from: another draw for each seed, each label equally often.

    Raises:
        EngineError: the source has fewer, or no labels.
    """
    return _drawn(name, n_labels, seed, _stamp(training_texts.labelled_source(name)))


@lru_cache(maxsize=4)
def _drawn(name: str, n_labels: int, seed: int, _: str) -> LabelledTexts:
    source = training_texts.labelled_source(name)
    texts, labels = source.labelled("train")
    rows = nested_draw(labels, n_labels, seed)
    return LabelledTexts(numbered(texts[row] for row in rows), labels[rows], source.label_names)


def measured_labelled(name: str, split: str, n_texts: int) -> LabelledTexts:
    """Texts to measure on, "valid" or "test": the same ones for every seed, each label equally
    often; all of them where there are no more than `n_texts`.
    """
    return _measured(name, split, n_texts, _stamp(training_texts.labelled_source(name)))


@lru_cache(maxsize=4)
def _measured(name: str, split: str, n_texts: int, _: str) -> LabelledTexts:
    source = training_texts.labelled_source(name)
    texts, labels = source.labelled(split)
    rows = np.arange(len(texts))
    if n_texts < len(texts):
        rows = nested_draw(labels, n_texts, ORDER_SEED)
    return LabelledTexts(numbered(texts[row] for row in rows), labels[rows], source.label_names)


def _stamp(source: Any) -> str:
    """Tells one state of a source's files from another; "" where it has none."""
    if reason := source.missing():
        raise DataUnavailable(reason)
    if not hasattr(source, "paths"):
        return ""
    files = [(path.name, path.stat()) for path in source.paths()]
    about = [(name, found.st_size, found.st_mtime_ns) for name, found in files]
    return hashlib.sha256(repr(about).encode()).hexdigest()[:8]


def _kept_at(name: str) -> Path:
    # The tokenisation is part of the name: other rules give other ids.
    rules = hashlib.sha256(WORD.pattern.encode()).hexdigest()[:8]
    return cache_folder() / "prepared" / f"texts-{rules}" / name
