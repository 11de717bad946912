"""A vocabulary as LayeredVectors, so that a list of words can be measured and drawn like a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.text import ListedWords, Sentence
from engine.vectors import LayeredVectors, UnknownWord


def vocabulary_vectors(
    model: str,
    words: Sequence[str],
    vectors: np.ndarray,
    layer_name: str,
    notes: tuple[str, ...] = (),
) -> LayeredVectors:
    """A static vocabulary as LayeredVectors: every entry is a sentence of one word, which is the
    entry itself.

    Args:
        words: from the most frequent on. No list says how often; by Zipf's law the word at rank r
            stands for 1 / r as many tokens as the first.
    """
    rows = np.arange(len(words))
    return LayeredVectors(
        model=model,
        sentences=tuple(ListedWords([word]) for word in words),
        sentence_ids=rows,
        positions=np.zeros(len(words), np.int64),
        weights=1.0 / (rows + 1),
        layers=(np.asarray(vectors, np.float32),),
        layer_names=(layer_name,),
        notes=notes,
    )


def look_up(
    model: str,
    sentences: Sequence[Sentence],
    rows: Mapping[str, int],
    vectors: np.ndarray,
    layer_name: str,
) -> LayeredVectors:
    """The vector of every word of the sentences whose key is in a vocabulary; the others are
    listed as unknown.

    Args:
        rows: word key -> row of `vectors`, which is (n_vocabulary, d).
    """
    places, found, unknown = known_and_unknown(sentences, rows)
    return LayeredVectors(
        model=model,
        sentences=tuple(sentences),
        sentence_ids=places[:, 0].copy(),
        positions=places[:, 1].copy(),
        layers=(np.asarray(vectors[found], np.float32),),
        layer_names=(layer_name,),
        unknown=unknown,
    )


def known_and_unknown(
    sentences: Sequence[Sentence], rows: Mapping[str, int]
) -> tuple[np.ndarray, np.ndarray, tuple[UnknownWord, ...]]:
    """Which words a vocabulary holds.

    Returns:
        (sentence, position) of each known word, int64 (n, 2); its row, int64 (n,); the others.
    """
    places, found, unknown = [], [], []
    for number, sentence in enumerate(sentences):
        for position, word in enumerate(sentence.words):
            row = rows.get(word.key)
            if row is None:
                unknown.append(UnknownWord(word.text, number, position))
            else:
                places.append((number, position))
                found.append(row)
    return (
        np.array(places, np.int64).reshape(-1, 2),
        np.array(found, np.int64),
        tuple(unknown),
    )
