"""One vector a word, per layer: of the word encoded alone, or its mean over a text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.encoder import Progress
from engine.errors import TextError
from engine.geometry.chunk import summing_matrix
from engine.text import ListedWords, word_key
from engine.vectors import LayeredVectors, UnknownWord
from engine.views.kept import Kept
from engine.views.sources import Source, encoder, vectors_of

KEPT_BYTES = 128 * 2**20

_alone = Kept(KEPT_BYTES)


def words_alone(
    model: str, words: Sequence[str], progress: Progress | None = None
) -> LayeredVectors:
    """Each word as a sentence of its own: what a model makes of a word without neighbours.

    All models and layers are asked alike, and no word depends on which texts are at hand.

    Args:
        words: each once; those that the model does not know are listed in `unknown`.
    Returns:
        A row a known word, in the order asked. Raw; `view` gives other states, fitted on these
        words.
    Raises:
        TextError: the model knows none of them.
    """
    key = model, tuple(words)
    return _alone.get(key, lambda: _encode(model, words, progress), _n_bytes)


def are_known_alone(model: str, words: Sequence[str]) -> bool:
    """True if `words_alone` answers at once."""
    return _alone.has((model, tuple(words)))


def words_in_text(model: str, words: Sequence[str], source: Source) -> LayeredVectors:
    """Each word's mean vector over its occurrences in a text.

    Args:
        words: each once; those that do not occur are listed in `unknown`.
    Returns:
        A row a word that occurs, in the order asked, with its number of occurrences as weight.
        Raw; `view` gives other states, fitted on these words.
    Raises:
        TextError: none of them occurs.
    """
    vectors = vectors_of(source, model)
    types, type_ids = vectors.types
    numbers = {name: number for number, name in enumerate(types)}
    found = [word for word in words if word_key(word) in numbers]
    if not found:
        raise TextError(f"None of the {len(words):,} words asked for occurs in this text.")
    wanted = np.array([numbers[word_key(word)] for word in found])
    place = np.full(len(types), -1)
    place[wanted] = np.arange(len(found))
    summing = summing_matrix(place[type_ids], len(found))
    counts = summing.sum(axis=1)
    absent = [word for word in words if word_key(word) not in numbers]
    return LayeredVectors(
        model=model,
        sentences=tuple(ListedWords([word]) for word in [*found, *absent]),
        sentence_ids=np.arange(len(found)),
        positions=np.zeros(len(found), np.int64),
        layers=tuple((summing @ x / counts[:, None]).astype(np.float32) for x in vectors.layers),
        layer_names=vectors.layer_names,
        weights=counts.astype(np.float64),
        rank_bounds=vectors.rank_bounds,
        unknown=tuple(UnknownWord(word, len(found) + i, 0) for i, word in enumerate(absent)),
        device=vectors.device,
        dtype=vectors.dtype,
    )


def _encode(model: str, words: Sequence[str], progress: Progress | None) -> LayeredVectors:
    alone = [ListedWords([word]) for word in words]
    return encoder(model).encode(alone, progress=progress)


def _n_bytes(vectors: LayeredVectors) -> int:
    return sum(layer.nbytes for layer in vectors.layers)
