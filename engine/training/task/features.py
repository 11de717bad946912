"""Vectors of a frozen encoder, computed once a review and kept in the cache folder, so that every
seed and every number of labels uses them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.text import WORD, Sentence
from engine.vectors import LayeredVectors

PART = 100  # reviews a file

Encode = Callable[[Sequence[Sentence]], np.ndarray]
"""Sentences -> vectors of all their words, (n_words_in_all, d)."""


class StoredFeatures:
    """float16 vectors of the words of many reviews in memory-mapped files of 100 reviews each.

    A file is written when one of its reviews is first needed; an interrupted encoding goes on with
    the files that are not there.
    """

    def __init__(self, folder: Path, sentences: Sequence[Sentence], encode: Encode) -> None:
        self._folder = folder
        self._sentences = sentences
        self._encode = encode
        self._parts: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def compute(self, rows: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Encode what is missing of these reviews; yields (files done, files to do)."""
        wanted = sorted({int(row) // PART for row in rows})
        absent = [part for part in wanted if not self._path(part).exists()]
        for done, part in enumerate(absent, 1):
            # Fresh copies: a sentence keeps the words that were found in it, which is much memory.
            vectors = self._encode([Sentence(sentence.text) for sentence in self._part(part)])
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f"{part:04d}.unfinished"
            with unfinished.open("wb") as file:
                np.save(file, vectors.astype(np.float16))
            unfinished.replace(self._path(part))
            yield done, len(absent)

    def of(self, row: int) -> np.ndarray:
        """The vectors of one review's words, float16, (n_words, d); `compute` it first."""
        part, place = divmod(row, PART)
        if part not in self._parts:
            counts = (sum(1 for _ in WORD.finditer(s.text)) for s in self._part(part))
            offsets = np.cumsum([0, *counts])
            self._parts[part] = np.load(self._path(part), mmap_mode="r"), offsets
        vectors, offsets = self._parts[part]
        return vectors[offsets[place] : offsets[place + 1]]

    def _part(self, part: int) -> Sequence[Sentence]:
        return self._sentences[part * PART : (part + 1) * PART]

    def _path(self, part: int) -> Path:
        return self._folder / f"{part:04d}.npy"


def every_word(vectors: LayeredVectors, layers: Sequence[int]) -> np.ndarray:
    """The chosen layers side by side, one row a word of the text: zeros for words that the model
    does not know; (n_words_in_all, d).
    """
    offsets = np.cumsum([0, *(len(sentence.words) for sentence in vectors.sentences)])
    chosen = np.concatenate([vectors.layers[layer] for layer in layers], axis=1)
    rows = np.zeros((offsets[-1], chosen.shape[1]), np.float32)
    rows[offsets[vectors.sentence_ids] + vectors.positions] = chosen
    return rows
