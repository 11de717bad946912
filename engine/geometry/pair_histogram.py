"""How the cosines of pairs are distributed, beside those of random directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from engine.geometry.moments import unit
from engine.geometry.pairs_apart import PairsApart
from engine.geometry.word_sample import WordSample

WORDS = 2_048  # all their pairs are taken: about two million
N_BINS = 100
BLOCK = 256


@dataclass(frozen=True)
class PairHistogram:
    """Shares of pairs in equal bins of the cosine from -1 to 1."""

    share: np.ndarray  # (N_BINS,)
    isotropic: np.ndarray  # (N_BINS,), of random directions in as many dimensions
    n_words: int
    n_pairs: int


def pair_histogram(sample: WordSample, d: int | None = None) -> PairHistogram:
    """Histogram of the cosines of different words from different sentences, each pair once.

    Exact with at most `WORDS` words; otherwise of all pairs among so many random ones.

    Args:
        sample: words in random order.
        d: dimensions of the isotropic null; the vectors' width unless said.
    """
    u = unit(sample.vectors[:WORDS]).astype(np.float32)
    pairs = PairsApart(sample.distinct_types[:WORDS], sample.sentence_ids[:WORDS])
    counts = np.zeros(N_BINS, np.int64)
    columns = np.arange(len(u))
    for start in range(0, len(u), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(u)))
        wanted = pairs.apart(rows[:, None], columns[None]) & (columns[None] > rows[:, None])
        cosines = np.clip((u[rows] @ u.T)[wanted], -1.0, 1.0)
        counts += np.histogram(cosines, N_BINS, (-1.0, 1.0))[0]
    n_pairs = int(counts.sum())
    null = isotropic_cosine_shares(d or u.shape[1], N_BINS)
    return PairHistogram(counts / max(n_pairs, 1), null, len(u), n_pairs)


def isotropic_cosine_shares(d: int, n_bins: int) -> np.ndarray:
    """Shares of the cosines of two random directions in d dimensions, in equal bins from -1 to 1.

    The density is proportional to (1 - t^2)^((d - 3) / 2): mean 0, standard deviation 1 / sqrt(d).

    Args:
        d: dimensions, 2 or more.
        n_bins: bins.
    Returns:
        Shares that sum to 1, (n_bins,).
    Source:
        Cai, Fan and Jiang (2013), https://jmlr.org/papers/v14/cai13a.html.

    >>> isotropic_cosine_shares(3, 4).round(12).tolist()  # Archimedes: even in three dimensions
    [0.25, 0.25, 0.25, 0.25]
    """
    if d < 2:
        ends = np.zeros(n_bins)
        ends[[0, -1]] = 0.5
        return ends
    edges = np.linspace(0.0, 1.0, n_bins + 1)
    return np.diff(betainc((d - 1) / 2, (d - 1) / 2, edges))
