"""The states in which vectors are looked at. Each is a function (n_words, d) -> (n_words, d),
fitted on its own rows.

A state is part of every number's name: the same cloud has a cone when raw and none when centred
(SCIENCE: Mu & Viswanath 2018, https://arxiv.org/abs/1702.01417; Timkey & van Schijndel 2021,
https://aclanthology.org/2021.emnlp-main.372; Su et al. 2021, https://arxiv.org/abs/2103.15316).
"""

from __future__ import annotations

import numpy as np

from engine.registry import Registry

RAW = "raw"
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


@STATES.add("whitened")
def whitened(x: np.ndarray) -> np.ndarray:
    """(x - mean) U L^(-1/2): covariance I within the space the words span, (n_words, d).

    Directions whose variance is below 1e-6 of the largest are noise or dead dimensions and become
    0.
    """
    x64 = x.astype(np.float64) - x.mean(axis=0, dtype=np.float64)
    variances, directions = np.linalg.eigh(x64.T @ x64 / max(len(x) - 1, 1))
    alive = variances > 1e-6 * max(variances.max(initial=0.0), 1e-30)
    scale = np.where(alive, 1.0 / np.sqrt(np.where(alive, variances, 1.0)), 0.0)
    return (x64 @ directions * scale).astype(np.float32)
