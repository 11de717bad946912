"""The states in which vectors are looked at. Each is a function (n_words, d) -> (n_words, d),
fitted on its own rows; `fitted` fits one on some rows, to be applied to others.

A state is part of every number's name: the same cloud has a cone when raw and none when centred
(Mu & Viswanath 2018, https://arxiv.org/abs/1702.01417; Timkey & van Schijndel 2021,
https://aclanthology.org/2021.emnlp-main.372; Su et al. 2021, https://arxiv.org/abs/2103.15316;
Yokoi et al. 2024, https://arxiv.org/abs/2411.00680; Cai et al. 2021,
https://openreview.net/forum?id=xYGNO86OWDH).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from engine.registry import Registry
from engine.vectors import fits
from engine.vectors.fits import Fitted

RAW, WHITENED, ZIPFIAN = "raw", "whitened", "Zipfian-whitened"
STATES: Registry = Registry("state of the vectors")


def fitted(state: str, x: np.ndarray, weights: np.ndarray | None = None) -> Fitted:
    """A state fitted on the rows of x, to be applied to any vectors of the same layer.

    Args:
        state: one of `STATES`.
        x: vectors, (n_words, d).
        weights: tokens that each word stands for, (n_words,), for Zipfian whitening; 1 each unless
            said.
    Raises:
        UnknownName: no such state.

    >>> move = fitted("centred", np.array([[1.0, 4.0], [3.0, 8.0]], np.float32))
    >>> move(np.array([[2.0, 7.0]], np.float32)).tolist()
    [[0.0, 1.0]]
    """
    STATES[state]  # refuses what is none
    if state == ZIPFIAN:
        return fits.zipfian_whitened(x, weights)
    return FITS[state](x)


@STATES.add(RAW)
def raw(x: np.ndarray) -> np.ndarray:
    """x as the model gave it, (n_words, d)."""
    return x


@STATES.add("centred")
def centred(x: np.ndarray) -> np.ndarray:
    """x - mean(x): the origin moves into the middle of the cloud, (n_words, d).

    >>> centred(np.array([[1.0, 4.0], [3.0, 8.0]], np.float32)).tolist()
    [[-1.0, -2.0], [1.0, 2.0]]
    """
    return fits.centred(x)(x)


@STATES.add("standardised")
def standardised(x: np.ndarray) -> np.ndarray:
    """(x - mean) / standard deviation, each dimension by itself, (n_words, d); one that never
    varies becomes 0.

    >>> standardised(np.array([[1.0, 5.0], [3.0, 5.0]], np.float32)).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    return fits.standardised(x)(x)


def top_directions_removed(x: np.ndarray, n_directions: int) -> np.ndarray:
    """All-but-the-top: centre, then project out the first principal components, (n_words, d)."""
    return fits.top_removed(x, n_directions)(x)


@STATES.add("top-1 removed")
def top_1_removed(x: np.ndarray) -> np.ndarray:
    """All-but-the-top with one direction, (n_words, d)."""
    return top_directions_removed(x, 1)


@STATES.add("top-3 removed")
def top_3_removed(x: np.ndarray) -> np.ndarray:
    """All-but-the-top with three directions, (n_words, d)."""
    return top_directions_removed(x, 3)


@STATES.add("rogue-3 dropped")
def rogue_dropped(x: np.ndarray) -> np.ndarray:
    """x with 0 in the three dimensions that add most to the mean cosine, (n_words, d).

    >>> rogue_dropped(np.array([[9.0, 8.0, 7.0, 1.0, 0.0]], np.float32)).tolist()
    [[0.0, 0.0, 0.0, 1.0, 0.0]]
    """
    return fits.rogue_dropped(x)(x)


@STATES.add("cluster-centred")
def cluster_centred(x: np.ndarray) -> np.ndarray:
    """x minus the mean of its cluster, (n_words, d): each island moves to the origin. A cloud in
    one piece is centred.
    """
    return fits.cluster_centred(x)(x)


@STATES.add(WHITENED)
def whitened(x: np.ndarray) -> np.ndarray:
    """(x - mean) U L^(-1/2): covariance I within the space the words span, (n_words, d)."""
    return fits.whitened(x)(x)


@STATES.add(ZIPFIAN)
def zipfian_whitened(x: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Whitening in which each word counts as often as it is used, (n_words, d).

    Args:
        x: vectors, (n_words, d).
        weights: tokens that each word stands for, (n_words,); 1 each unless said.
    """
    return fits.zipfian_whitened(x, weights)(x)


FITS: dict[str, Callable[[np.ndarray], Fitted]] = {
    RAW: lambda _: raw,
    "centred": fits.centred,
    "standardised": fits.standardised,
    "top-1 removed": partial(fits.top_removed, n_directions=1),
    "top-3 removed": partial(fits.top_removed, n_directions=3),
    "rogue-3 dropped": fits.rogue_dropped,
    "cluster-centred": fits.cluster_centred,
    WHITENED: fits.whitened,
    ZIPFIAN: fits.zipfian_whitened,
}
"""state -> how it is fitted."""


def notes_on(state: str, d: int, weights: np.ndarray) -> tuple[str, ...]:
    """What a reader of vectors in this state must know, one sentence each.

    Whitening fitted on fewer than 10 words a dimension mostly shows the sample; and where every
    word counts alike, Zipfian whitening is whitening.

    Args:
        d: width of the widest layer.
        weights: tokens that each word stands for, (n_words,).
    """
    n = len(weights)
    notes = []
    if state in (WHITENED, ZIPFIAN) and n < 10 * d:
        notes.append(
            f"Whitened from {n:,} words in {d} dimensions; below {10 * d:,} words it mostly shows "
            "this sample."
        )
    if state == ZIPFIAN and n and np.ptp(weights) == 0:
        notes.append(
            "Words of running text stand as often as they are used, so Zipfian whitening is "
            "whitening here; a list of words makes the difference."
        )
    return tuple(notes)
