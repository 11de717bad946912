"""One model's reading of a question and two contexts: cosines of words and of whole sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from engine.encoder import title_of
from engine.errors import TextError, WordNotFound
from engine.geometry.moments import unit
from engine.geometry.pairs import cosine
from engine.text import Sentence
from engine.vectors import LayeredVectors
from engine.views.baselines import baseline, in_state
from engine.views.context_control import function_words
from engine.views.sources import encoder

CONTEXT, OTHER, QUESTION = range(3)  # places of the sentences in what is encoded


class Near(NamedTuple):
    """A word of a context beside one of the question."""

    word: str
    margin: float  # (cosine - baseline) / (1 - baseline)


@dataclass(frozen=True)
class AtLayer:
    """What one layer of one model makes of it."""

    name: str
    # By context and word of the question, nearest first; none for a word without a vector.
    ranked: tuple[tuple[tuple[Near, ...], ...], ...]
    wholes: tuple[float, float]  # cosine of the question's mean to the mean of either context

    @property
    def difference(self) -> float:
        """How much nearer the whole question is to the first context."""
        return self.wholes[0] - self.wholes[1]


@dataclass(frozen=True)
class Read:
    """One model's reading."""

    model: str
    question: tuple[str, ...]
    layers: tuple[AtLayer, ...]
    unknown: tuple[str, ...]
    provenance: str  # of the baseline

    @property
    def title(self) -> str:
        """The model's."""
        return title_of(self.model)

    def label(self, layer: AtLayer) -> str:
        """Model and number of a layer; a model of one layer is named alone."""
        number = layer.name.partition(" ")[0]
        return f"{self.title} {number}" if len(self.layers) > 1 else self.title


def words_of(sentence: Sentence) -> list[str]:
    """Its words without punctuation."""
    return [word.text for word in sentence.words if not word.is_punctuation]


def same_words(first: Sentence, second: Sentence) -> bool:
    """True if both have the same words, in whatever order."""
    keys = [sorted(w.key for w in one.words if not w.is_punctuation) for one in (first, second)]
    return keys[0] == keys[1]


@lru_cache(maxsize=256)
def read(model: str, sentences: tuple[Sentence, Sentence, Sentence], state: str) -> Read:
    """One model's reading of a context, another one, and the question.

    Raises:
        WordNotFound: the model knows no word of one of the sentences.
    """
    too_little = f"{title_of(model)} knows no word of one of the sentences."
    try:
        vectors = encoder(model).encode(sentences)
    except TextError as error:  # not one word of all three
        raise WordNotFound(too_little) from error
    base, rows = baseline(model, state), _rows(vectors)
    if not all(rows.known):
        raise WordNotFound(too_little)
    named = zip(vectors.layer_names, in_state(vectors, state), base.cosines, strict=True)
    layers = [AtLayer(name, _ranked(vectors, rows, x, b), _wholes(x, rows)) for name, x, b in named]
    return Read(
        model,
        tuple(words_of(sentences[QUESTION])),
        tuple(layers),
        tuple(dict.fromkeys(word.text for word in vectors.unknown)),
        base.provenance,
    )


@dataclass(frozen=True)
class _Rows:
    known: list[list[int]]  # of each sentence without punctuation, in the order of the alphabet
    beside: list[list[int]]  # of each context: the words that the question's are compared with
    asked: list[int | None]  # of each word of the question; None without a vector


def _rows(vectors: LayeredVectors) -> _Rows:
    common, known = function_words(), []
    places = []
    for number, sentence in enumerate(vectors.sentences):
        rows = np.flatnonzero(vectors.sentence_ids == number)
        row_at = dict(zip(vectors.positions[rows].tolist(), rows.tolist(), strict=True))
        words = [p for p, word in enumerate(sentence.words) if not word.is_punctuation]
        places.append([row_at.get(place) for place in words])
        # Added up in the order of the alphabet, a bag of words is the same to the last bit.
        there = [row for row in places[-1] if row is not None]
        known.append(sorted(there, key=lambda row: vectors.keys[row]))
    # Without “a”, “the” and their like, unless there is nothing else.
    beside = [[row for row in rows if vectors.keys[row] not in common] or rows
              for rows in known[:QUESTION]]  # fmt: skip
    return _Rows(known, beside, places[QUESTION])


def _ranked(
    vectors: LayeredVectors, rows: _Rows, layer: np.ndarray, base: float
) -> tuple[tuple[tuple[Near, ...], ...], ...]:
    def near(asked: int | None, context: list[int]) -> tuple[Near, ...]:
        if asked is None:
            return ()
        cosines = unit(layer[context]) @ unit(layer[[asked]])[0]  # (n_context,)
        margins = (cosines - base) / (1 - base)
        order = np.argsort(-margins, kind="stable")
        return tuple(Near(vectors.words[context[i]], float(margins[i])) for i in order)

    return tuple(tuple(near(row, context) for row in rows.asked) for context in rows.beside)


def _wholes(layer: np.ndarray, rows: _Rows) -> tuple[float, float]:
    first, other, asked = (layer[known].mean(axis=0, dtype=np.float64) for known in rows.known)
    return cosine(asked, first), cosine(asked, other)
