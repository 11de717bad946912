"""How well static vectors agree with people: word similarity and analogies."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from engine.corpora.word_similarity import analogies, scored_pairs
from engine.errors import DataUnavailable
from engine.text import word_key

PAIR_SETS = ("wordsim-353", "simlex-999", "rg-65")


def word_pair_scores(vectors: Any) -> dict[str, float]:
    """Spearman correlation with people's scores, and the share of Google's analogies solved.

    Pairs and analogies with an unknown word are left out; the share that is known is told.

    Args:
        vectors: gensim's KeyedVectors, or anything with `in`, [] and `similarity`.
    """
    figures = {}
    for name in PAIR_SETS:
        try:
            pairs = scored_pairs(name)
        except DataUnavailable:
            continue
        keyed = [(word_key(pair.first), word_key(pair.second), pair.score) for pair in pairs]
        known = [(a, b, score) for a, b, score in keyed if a in vectors and b in vectors]
        cosines = [vectors.similarity(a, b) for a, b, _ in known]
        figures[f"{name}_spearman"] = float(spearmanr(cosines, [s for _, _, s in known])[0])
        figures[f"{name}_known"] = len(known) / len(pairs)
    return figures


def analogy_accuracy(vectors: Any) -> tuple[float, float]:
    """Share of Google's analogies whose fourth word is nearest to b - a + c (3CosAdd of Mikolov et
    al. 2013; a, b and c are no answers), and the share whose words are all known. Both in [0, 1].

    Args:
        vectors: gensim's KeyedVectors.
    """
    lowered = [tuple(word_key(word) for word in analogy.words) for analogy in analogies()]
    known = [words for words in lowered if all(word in vectors for word in words)]
    unit = vectors.vectors / np.linalg.norm(vectors.vectors, axis=1, keepdims=True)
    ids = np.array([[vectors.key_to_index[word] for word in words] for words in known])
    n_right = 0
    for part in np.array_split(ids, max(1, len(ids) // 500)):
        a, b, c, d = part.T
        scores = (unit[b] - unit[a] + unit[c]) @ unit.T  # (n, V)
        for asked in (a, b, c):
            scores[np.arange(len(part)), asked] = -np.inf
        n_right += int((scores.argmax(1) == d).sum())
    return n_right / len(known), len(known) / len(lowered)
