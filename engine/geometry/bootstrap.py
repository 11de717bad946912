"""The Poisson bootstrap over sentences: how far would a number move had other sentences been drawn?

Each sentence gets a weight drawn from Poisson(1) in each replicate. A weight depends on the
sentence's number and the seed alone, so parts of a corpus can be measured apart and merged
(Chamandy et al. 2012, https://research.google/pubs/pub43157/).
"""

from __future__ import annotations

import math

import numpy as np

N_REPLICATES = 200  # a multiple of 4, as Philox gives four numbers a step

_CUMULATIVE = np.cumsum([math.exp(-1) / math.factorial(k) for k in range(16)])


def sentence_weights(
    first_sentence: int, n_sentences: int, seed: int, n_replicates: int = N_REPLICATES
) -> np.ndarray:
    """Poisson(1) weights of consecutive sentences, float64, (n_sentences, n_replicates).

    >>> whole, part = sentence_weights(0, 5, seed=1), sentence_weights(2, 3, seed=1)
    >>> bool((whole[2:] == part).all())
    True
    """
    bits = np.random.Philox(key=seed)
    bits.advance(first_sentence * n_replicates // 4)
    uniform = np.random.Generator(bits).random((n_sentences, n_replicates))
    return np.searchsorted(_CUMULATIVE, uniform).astype(np.float64)


def percentile_interval(replicates: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """The percentile interval of bootstrap replicates, (low, high); NaN replicates are left out."""
    finite = replicates[np.isfinite(replicates)]
    if not len(finite):
        return math.nan, math.nan
    low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
