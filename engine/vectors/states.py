"""The states in which vectors are looked at. Each is a function (n_words, d) -> (n_words, d),
fitted on its own rows.

A state is part of every number's name: the same cloud has a cone when raw and none when centred
(Mu & Viswanath 2018, https://arxiv.org/abs/1702.01417; Timkey & van Schijndel 2021,
https://aclanthology.org/2021.emnlp-main.372; Su et al. 2021, https://arxiv.org/abs/2103.15316;
Yokoi et al. 2024, https://arxiv.org/abs/2411.00680; Cai et al. 2021,
https://openreview.net/forum?id=xYGNO86OWDH).
"""

from __future__ import annotations

import numpy as np

from engine.registry import Registry
from engine.vectors.clusters import cluster

RAW, WHITENED, ZIPFIAN = "raw", "whitened", "Zipfian-whitened"
N_ROGUE = 3
STATES: Registry = Registry("state of the vectors")


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
    return (x - x.mean(axis=0, dtype=np.float64)).astype(np.float32)


@STATES.add("standardised")
def standardised(x: np.ndarray) -> np.ndarray:
    """(x - mean) / standard deviation, each dimension by itself, (n_words, d).

    A dimension that never varies becomes 0. MiniLM's last layer has two of them (LayerNorm gain
    near 0).

    >>> standardised(np.array([[1.0, 5.0], [3.0, 5.0]], np.float32)).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    x64 = x.astype(np.float64) - x.mean(axis=0, dtype=np.float64)
    deviation = x64.std(axis=0)
    alive = deviation > 1e-6 * max(deviation.max(initial=0.0), 1e-30)
    return np.where(alive, x64 / np.where(alive, deviation, 1.0), 0.0).astype(np.float32)


def top_directions_removed(x: np.ndarray, n_directions: int) -> np.ndarray:
    """All-but-the-top: centre, then project out the first principal components, (n_words, d).

    x' = (x - mean) - sum_i u_i u_i^T (x - mean), u_1..u_k the top principal directions (Mu &
    Viswanath 2018).
    """
    x64 = x.astype(np.float64) - x.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(x64.T @ x64)
    top = directions[:, ::-1][:, :n_directions]  # (d, k)
    return (x64 - (x64 @ top) @ top.T).astype(np.float32)


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

    Dimension k adds about (mean of x_ik / |x_i|)^2 (Timkey & van Schijndel 2021). In fewer than
    four dimensions one is kept.

    >>> rogue_dropped(np.array([[9.0, 8.0, 7.0, 1.0, 0.0]], np.float32)).tolist()
    [[0.0, 0.0, 0.0, 1.0, 0.0]]
    """
    lengths = np.linalg.norm(x.astype(np.float64), axis=1, keepdims=True)
    contributions = np.square((x / np.where(lengths > 0, lengths, 1.0)).mean(axis=0))
    most = min(N_ROGUE, x.shape[1] - 1)
    dropped = x.astype(np.float32)
    dropped[:, np.argsort(-contributions, kind="stable")[:most]] = 0.0
    return dropped


@STATES.add("cluster-centred")
def cluster_centred(x: np.ndarray) -> np.ndarray:
    """x minus the mean of its cluster, (n_words, d): each island moves to the origin (Cai et al.
    2021). A cloud in one piece is centred.
    """
    found = cluster(x)
    return (x - found.means[found.labels]).astype(np.float32)


@STATES.add(WHITENED)
def whitened(x: np.ndarray) -> np.ndarray:
    """(x - mean) U L^(-1/2): covariance I within the space the words span, (n_words, d).

    Directions whose variance is below 1e-6 of the largest are noise or dead dimensions and become
    0.
    """
    x64 = x.astype(np.float64) - x.mean(axis=0, dtype=np.float64)
    return _rescaled(x64, x64.T @ x64 / max(len(x) - 1, 1))


@STATES.add(ZIPFIAN)
def zipfian_whitened(x: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Whitening in which each word counts as often as it is used, (n_words, d).

    Mean sum p_i x_i and covariance sum p_i (x_i - mean)(x_i - mean)^T, p_i = weight_i / sum of
    weights, instead of p_i = 1 / n (Yokoi et al. 2024).

    Args:
        x: vectors, (n_words, d).
        weights: tokens that each word stands for, (n_words,); 1 each unless said.
    """
    p = np.ones(len(x)) if weights is None else weights
    p = p / max(p.sum(), 1e-300)
    x64 = x.astype(np.float64)
    x64 = x64 - p @ x64
    return _rescaled(x64, x64.T @ (x64 * p[:, None]))


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


def _rescaled(x: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """x along the covariance's principal directions, each divided by its standard deviation."""
    variances, directions = np.linalg.eigh(covariance)
    alive = variances > 1e-6 * max(variances.max(initial=0.0), 1e-30)
    scale = np.where(alive, 1.0 / np.sqrt(np.where(alive, variances, 1.0)), 0.0)
    return (x @ directions * scale).astype(np.float32)
