"""How far would the participation ratio have moved, had other sentences been drawn?"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import stdtrit

from engine.geometry.spectrum import Spectrum
from engine.geometry.word_sample import WordSample

N_GROUPS = 20  # of sentences, each left out once


def participation_ratio_interval(
    found: Spectrum, sample: WordSample, n: int, level: float = 0.95
) -> tuple[float, float]:
    """Interval of the participation ratio, over sentences; of IsoScore follows its own.

    The jackknife's standard error on the sample, times sqrt(sample / n) for all n words, and
    Student's t of one degree less than there are groups.

    Args:
        found: the measures of all words.
        sample: some of them.
        n: all words.
    Returns:
        (low, high), directions; NaN with fewer than 20 sentences.
    """
    error = jackknife_error(sample.vectors, sample.sentence_ids)
    error *= math.sqrt(len(sample.vectors) / max(n, 1))
    half = float(stdtrit(N_GROUPS - 1, (1 + level) / 2)) * error
    return found.participation_ratio - half, found.participation_ratio + half


def jackknife_error(x: np.ndarray, sentence_ids: np.ndarray) -> float:
    """Standard error of the participation ratio, from leaving out each of 20 groups of sentences.

    (G - 1) / G sum over groups of (PR without it - their mean)^2, under a root. Of each group only
    its moments are needed, and of the covariance only tr C and tr C^2.

    Args:
        x: vectors, (n, d).
        sentence_ids: of each, int, (n,); sentence s belongs to group s modulo 20.
    Returns:
        Standard error, directions; NaN where a group is empty.
    Source:
        Efron and Tibshirani (1993), An introduction to the bootstrap, section 11.5.
    """
    groups = sentence_ids % N_GROUPS
    if len(np.unique(groups)) < N_GROUPS:
        return math.nan
    x = x - x.mean(axis=0, dtype=np.float64)  # so that little is lost when parts are taken off
    counts = np.bincount(groups).astype(np.float64)
    sums = np.stack([x[groups == g].sum(axis=0) for g in range(N_GROUPS)])
    second = x.T @ x
    without = []
    for g in range(N_GROUPS):
        own = x[groups == g]
        n = counts.sum() - counts[g]
        mean = (sums.sum(axis=0) - sums[g]) / n
        covariance = (second - own.T @ own) / n - np.outer(mean, mean)
        squares = np.square(covariance).sum()
        without.append(np.trace(covariance) ** 2 / squares if squares > 0 else math.nan)
    spread = np.square(without - np.mean(without)).sum()
    return float(np.sqrt((N_GROUPS - 1) / N_GROUPS * spread))
