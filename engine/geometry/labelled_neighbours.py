"""Is the nearest labelled vector of the right sense? With ties shared, so that vectors which know
nothing score exactly chance.
"""

from __future__ import annotations

import numpy as np

from engine.geometry.moments import unit

TIE = 1e-6  # cosines closer than this are equal: float32 vectors say no more
N_RESAMPLES = 1_000


def right_share(near: np.ndarray, labels: np.ndarray, truth: int, n_senses: int, k: int) -> float:
    """The share in [0, 1] of the winning senses that is right: 1 or 0 without a tie.

    The k nearest candidates vote. A vote counts inversely to how many candidates its sense has,
    and candidates at equal similarity share their votes.

    Args:
        near: similarity to each candidate, (n,), larger is nearer.
        labels: sense of each candidate, (n,).
        truth: the right sense.

    >>> right_share(np.array([0.9, 0.2, 0.9]), np.array([0, 0, 1]), 0, 2, k=1)
    0.0
    >>> right_share(np.array([0.9, 0.9, 0.9]), np.array([0, 0, 1]), 0, 2, k=1)
    0.5
    """
    kth = np.sort(near)[-min(k, len(near))]
    closer, tied = near > kth + TIE / 2, np.abs(near - kth) <= TIE / 2
    vote = closer + tied * (min(k, len(near)) - closer.sum()) / tied.sum()
    candidates = np.maximum(np.bincount(labels, minlength=n_senses), 1)
    per_sense = np.bincount(labels, vote, n_senses) / candidates
    best = per_sense.max()
    wins = np.abs(per_sense - best) <= 1e-8 + 1e-5 * best  # as np.isclose, which takes long
    return float(wins[truth] / wins.sum())


def nearest_hits(
    x: np.ndarray, labels: np.ndarray, reference: np.ndarray, reference_labels: np.ndarray
) -> np.ndarray:
    """For each vector, whether the nearest reference vector by cosine has its sense: 1 or 0, (n,);
    a share where several are equally near. A vector of length 0 is equally near to all.

    Args:
        x: vectors whose sense is asked, (n, d).
        labels: their senses, int from 0, (n,).
        reference: labelled vectors of other sentences, (m, d).
        reference_labels: their senses, (m,).
    """
    cosines = np.round(unit(x) @ unit(reference).T / TIE) * TIE
    n_senses = int(max(labels.max(), reference_labels.max())) + 1
    pairs = zip(cosines, labels.tolist(), strict=True)
    return np.array([right_share(near, reference_labels, of, n_senses, 1) for near, of in pairs])


def centroid_hits(
    x: np.ndarray, labels: np.ndarray, reference: np.ndarray, reference_labels: np.ndarray
) -> np.ndarray:
    """As `nearest_hits`, but the nearest mean of a sense's reference vectors decides.

    Source:
        Loureiro et al. (2021), https://doi.org/10.1162/coli_a_00405.
    """
    senses = np.unique(reference_labels)
    means = [reference[reference_labels == sense].mean(axis=0) for sense in senses]
    return nearest_hits(x, labels, np.array(means), senses)


def recalls(hits: np.ndarray, labels: np.ndarray) -> tuple[float, ...]:
    """Of each sense the share that is right, (n_senses,); their mean is the balanced accuracy.

    >>> recalls(np.array([1.0, 0.0, 1.0]), np.array([0, 0, 1]))
    (0.5, 1.0)
    """
    return tuple(float(hits[labels == sense].mean()) for sense in np.unique(labels))


def resampled_balanced(hits: np.ndarray, labels: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Balanced accuracy of other items that might have come, (N_RESAMPLES,): the items of each
    sense drawn with replacement.
    """
    rng = np.random.default_rng(seed)
    means = []
    for sense in np.unique(labels):
        own = hits[labels == sense]
        means.append(own[rng.integers(len(own), size=(N_RESAMPLES, len(own)))].mean(axis=1))
    return np.mean(means, axis=0)


def interval_over_words(resampled: np.ndarray, *, seed: int = 0) -> tuple[float, float]:
    """95 % interval of the mean over words: words drawn with replacement and, within each, items.

    Args:
        resampled: of each word its balanced accuracy under other items, (n_words, N_RESAMPLES).
    """
    n_words, n_resamples = resampled.shape
    rng = np.random.default_rng(seed)
    words = rng.integers(n_words, size=(n_resamples, n_words))
    items = rng.integers(n_resamples, size=(n_resamples, n_words))
    low, high = np.quantile(resampled[words, items].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
