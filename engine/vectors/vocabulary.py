"""A vocabulary as LayeredVectors, so that a list of words can be measured and drawn like a text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.text import ListedWords
from engine.vectors import LayeredVectors


def vocabulary_vectors(
    model: str,
    words: Sequence[str],
    vectors: np.ndarray,
    layer_name: str,
    notes: tuple[str, ...] = (),
) -> LayeredVectors:
    """A static vocabulary as LayeredVectors: every entry is a sentence of one word, which is the
    entry itself.
    """
    rows = np.arange(len(words))
    return LayeredVectors(
        model=model,
        sentences=tuple(ListedWords([word]) for word in words),
        sentence_ids=rows,
        positions=np.zeros(len(words), np.int64),
        layers=(np.asarray(vectors, np.float32),),
        layer_names=(layer_name,),
        notes=notes,
    )
