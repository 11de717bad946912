"""The control for every claim on senses: what do the words around tell by themselves?

Many sentences give a sense away by their topic. The mean GloVe vector of the other content words,
which no model of context has touched, shows how much; a contextual model has to beat that.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.encoder import ENCODERS, StaticEncoder
from engine.errors import EngineError
from engine.geometry.sense_panel import SensePanel, sense_panel
from engine.geometry.senses import context_bags
from engine.text import Sentence, is_punctuation, word_key
from engine.views.sources import encoder

N_FUNCTION_WORDS = 200  # the commonest words of a vocabulary: they stand everywhere and say little
LABEL = "context words alone"
MODEL = "glove"  # knows the most words


def static_model() -> StaticEncoder | None:
    """The model of the control, or None where it is missing."""
    if ENCODERS[MODEL].missing():
        return None
    found = encoder(MODEL)
    assert isinstance(found, StaticEncoder)
    return found


def function_words() -> frozenset[str]:
    """The commonest words of the static model's vocabulary; none where there is no such model."""
    static = static_model()
    return frozenset(static.words(N_FUNCTION_WORDS).keys) if static else frozenset()


@lru_cache(maxsize=128)
def context_alone(
    sentences: tuple[Sentence, ...], senses: tuple[str, ...], word: str
) -> SensePanel | None:
    """How far the other content words of each sentence separate the senses; None if unknowable.

    Args:
        sentences: each holds the word.
        senses: the sense of the word in each sentence.
    """
    found = bags_around(sentences, word)
    if found is None:
        return None
    bags, sentence_ids = found
    try:
        return sense_panel(bags, np.array(senses)[sentence_ids], sentence_ids)
    except EngineError:  # the static model knows too few of these words to say anything
        return None


@lru_cache(maxsize=128)
def bags_around(sentences: tuple[Sentence, ...], word: str) -> tuple[np.ndarray, np.ndarray] | None:
    """The mean vector of the other content words for each occurrence of a word that has such
    words around it, (n, d), and the sentence of each, (n,); None if the static model cannot say.
    """
    static = static_model()
    if static is None:
        return None
    try:
        vectors = static.encode(sentences)
    except EngineError:  # it knows none of the words
        return None
    common = function_words() - {word_key(word)}
    kept = [not is_punctuation(key) and key not in common for key in vectors.keys]
    vectors = vectors.select(np.flatnonzero(kept))
    rows = vectors.rows_of(word)
    if not len(rows):
        return None
    bags = context_bags(vectors.layers[0], vectors.sentence_ids, rows)
    known = ~np.isnan(bags).any(axis=1)
    return (bags[known], vectors.sentence_ids[rows[known]]) if known.any() else None
