"""The states of vectors as maps: each function here is fitted on the vectors of one text and gives
a map that may then be applied to any other vectors of the same layer.

All are affine, x' = (x - m) A, but for cluster-centring, whose m depends on the cluster.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.vectors.clusters import cluster

Fitted = Callable[[np.ndarray], np.ndarray]
"""Vectors (n, d) -> the same in the state, float32, (n, d)."""

N_ROGUE = 3


def centred(x: np.ndarray) -> Fitted:
    """x' = x - mean: the origin moves into the middle of the cloud that x, (n, d), is."""
    mean = x.mean(axis=0, dtype=np.float64)
    return lambda other: (other - mean).astype(np.float32)


def standardised(x: np.ndarray) -> Fitted:
    """x' = (x - mean) / standard deviation, each dimension by itself.

    A dimension that never varies becomes 0. MiniLM's last layer has two of them (LayerNorm gain
    near 0).
    """
    mean = x.mean(axis=0, dtype=np.float64)
    deviation = (x.astype(np.float64) - mean).std(axis=0)
    alive = deviation > 1e-6 * max(deviation.max(initial=0.0), 1e-30)
    scale = np.where(alive, deviation, 1.0)
    return lambda other: np.where(alive, (other - mean) / scale, 0.0).astype(np.float32)


def top_removed(x: np.ndarray, n_directions: int) -> Fitted:
    """All-but-the-top: centre, then project out the first principal components.

    x' = (x - mean) - sum_i u_i u_i^T (x - mean), u_1..u_k the top principal directions.

    Source:
        Mu & Viswanath (2018), https://arxiv.org/abs/1702.01417.
    """
    mean = x.mean(axis=0, dtype=np.float64)
    x64 = x.astype(np.float64) - mean
    _, directions = np.linalg.eigh(x64.T @ x64)
    top = directions[:, ::-1][:, :n_directions]  # (d, k)

    def remove(other: np.ndarray) -> np.ndarray:
        other = other.astype(np.float64) - mean
        return (other - (other @ top) @ top.T).astype(np.float32)

    return remove


def rogue_dropped(x: np.ndarray) -> Fitted:
    """0 in the three dimensions that add most to the mean cosine of x.

    Dimension k adds about (mean of x_ik / |x_i|)^2. In fewer than four dimensions one is kept.

    Source:
        Timkey & van Schijndel (2021), https://aclanthology.org/2021.emnlp-main.372.
    """
    lengths = np.linalg.norm(x.astype(np.float64), axis=1, keepdims=True)
    contributions = np.square((x / np.where(lengths > 0, lengths, 1.0)).mean(axis=0))
    most = min(N_ROGUE, x.shape[1] - 1)
    rogue = np.argsort(-contributions, kind="stable")[:most]

    def drop(other: np.ndarray) -> np.ndarray:
        dropped = other.astype(np.float32)
        dropped[:, rogue] = 0.0
        return dropped

    return drop


def cluster_centred(x: np.ndarray) -> Fitted:
    """x' = x - mean of its cluster: each island of x moves to the origin; a cloud in one piece is
    centred.

    Source:
        Cai et al. (2021), https://openreview.net/forum?id=xYGNO86OWDH.
    """
    found = cluster(x)
    return lambda other: (other - found.means[found.nearest(other)]).astype(np.float32)


def whitened(x: np.ndarray) -> Fitted:
    """x' = (x - mean) U L^(-1/2): x gets the covariance I within the space that it spans.

    Directions whose variance is below 1e-6 of the largest are noise or dead dimensions and become
    0.

    Source:
        Su et al. (2021), https://arxiv.org/abs/2103.15316.
    """
    mean = x.mean(axis=0, dtype=np.float64)
    x64 = x.astype(np.float64) - mean
    return _rescaled(mean, x64.T @ x64 / max(len(x) - 1, 1))


def zipfian_whitened(x: np.ndarray, weights: np.ndarray | None = None) -> Fitted:
    """Whitening in which each word counts as often as it is used.

    Mean sum p_i x_i and covariance sum p_i (x_i - mean)(x_i - mean)^T, p_i = weight_i / sum of
    weights, instead of p_i = 1 / n.

    Args:
        x: vectors, (n_words, d).
        weights: tokens that each word stands for, (n_words,); 1 each unless said.
    Source:
        Yokoi et al. (2024), https://arxiv.org/abs/2411.00680.
    """
    p = np.ones(len(x)) if weights is None else weights
    p = p / max(p.sum(), 1e-300)
    x64 = x.astype(np.float64)
    mean = p @ x64
    x64 = x64 - mean
    return _rescaled(mean, x64.T @ (x64 * p[:, None]))


def _rescaled(mean: np.ndarray, covariance: np.ndarray) -> Fitted:
    """Along the covariance's principal directions, each divided by its standard deviation."""
    variances, directions = np.linalg.eigh(covariance)
    alive = variances > 1e-6 * max(variances.max(initial=0.0), 1e-30)
    scale = np.where(alive, 1.0 / np.sqrt(np.where(alive, variances, 1.0)), 0.0)
    return lambda other: ((other - mean) @ directions * scale).astype(np.float32)
