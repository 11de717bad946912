"""What intra-sentence similarity would be if sentences were bags of random words."""

from __future__ import annotations

import math

import numpy as np

from engine.geometry.moments import unit
from engine.geometry.word_sample import WordSample

N_BAGS = 16  # of each length


def intra_sentence_null(sample: WordSample, lengths: np.ndarray) -> float:
    """Mean intra-sentence similarity of bags of random words, as long as the sentences are.

    The mean vector of a sentence holds the word that is compared with it, so that even n
    orthogonal words have 1 / sqrt(n): short sentences look alike inside by their length alone.

    Args:
        sample: words in random order, so that words next to each other are a random bag.
        lengths: how many sentences hold i words, (longest + 1,).
    Returns:
        Similarity in [-1, 1]; NaN without a sentence of two words, or with a sample shorter than
        the sentences.
    Source:
        The measure: Ethayarajh (2019), definition 2, https://aclanthology.org/D19-1006.
    """
    total, weight = 0.0, 0.0
    for n in np.flatnonzero(lengths[2:]) + 2:
        starts = range(0, len(sample.vectors) - n + 1, n)[:N_BAGS]
        if len(starts):
            bags = (intra_similarity(sample.vectors[s : s + n]) for s in starts)
            total += lengths[n] * float(np.mean(list(bags)))
            weight += lengths[n]
    return float(total / weight) if weight else math.nan


def intra_similarity(words: np.ndarray) -> float:
    """Mean cosine of the words of one sentence with their mean vector.

    Args:
        words: vectors, (n, d).
    Returns:
        Similarity in [-1, 1].

    >>> round(intra_similarity(np.eye(4)), 12)  # 1 / sqrt(4), although no two words are alike
    0.5
    """
    return float((unit(words) @ unit(words.mean(axis=0, dtype=np.float64)[None])[0]).mean())
