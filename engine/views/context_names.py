"""What names a group of a word's occurrences: the words around them, those of like meaning counted
together. In few sentences "willows", "reeds" and "river" each come too seldom to name anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from engine.geometry.islands import Island, islands
from engine.geometry.moments import unit
from engine.text import is_punctuation, word_key
from engine.vectors.glove_table import glove_table, missing
from engine.views.context_control import function_words
from engine.views.sense_vectors import Occurrences

ALIKE = 0.5  # cosine of GloVe vectors, less the mean of common words: of like meaning
N_COMMON = 20_000  # words of that mean
N_NAMES = 2  # words that name an island, those that come most often


def named_islands(found: Occurrences, layer: int) -> list[Island]:
    """The islands of one layer, each named by the words around it."""
    contexts = _contexts(found)
    alike = _alike(sorted(set().union(*contexts)))
    around = [frozenset(name for word in context for name in alike[word]) for context in contexts]
    named: dict[str, Island] = {}
    for one in islands(found.layers[layer], around):
        name = _name(alike[one.word], [contexts[row] for row in one.rows])
        named.setdefault(name, replace(one, word=name))  # the closest of one name
    return list(named.values())


def _contexts(found: Occurrences) -> list[frozenset[str]]:
    """The content words of each occurrence's sentence, the word itself left out."""
    common, own = _stop_words(), word_key(found.vectors.words[found.rows[0]])
    return [
        frozenset(
            word.key
            for word in found.vectors.sentences[s].words
            if word.key != own and word.key not in common and not is_punctuation(word.text)
        )
        for s in found.sentence_ids.tolist()
    ]


def _alike(words: Sequence[str]) -> dict[str, frozenset[str]]:
    """For each word those of like meaning, itself among them."""
    alike = {word: frozenset([word]) for word in words}
    if missing():
        return alike
    table = glove_table()
    known = [word for word in words if table.rows_of(word)]
    if not known:
        return alike
    vectors = np.stack([table.mean_of(table.rows_of(word)) for word in known])
    units = unit(vectors - _common_mean())
    for word, near in zip(known, units @ units.T >= ALIKE, strict=True):
        alike[word] |= {known[number] for number in np.flatnonzero(near)}
    return alike


def _name(alike: frozenset[str], contexts: Sequence[frozenset[str]]) -> str:
    counts = Counter(word for context in contexts for word in sorted(context & alike))
    return ", ".join(word for word, _ in counts.most_common(N_NAMES))


@cache
def _common_mean() -> np.ndarray:
    return np.asarray(glove_table().matrix[:N_COMMON].mean(axis=0))


@cache
def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # slow to import

    return function_words() | ENGLISH_STOP_WORDS
