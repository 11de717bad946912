"""The islands of a cloud: k-means with as many clusters as lie best apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.vectors.threads import one_thread

MOST_CLUSTERS = 15
LEAST_SILHOUETTE = 0.1  # below it the cloud is taken for one piece
TRIED_ROWS, FITTED_ROWS = 1_000, 4_096


@dataclass(frozen=True)
class Clusters:
    """Which cluster each row belongs to."""

    labels: np.ndarray  # int64, (n,)
    means: np.ndarray  # float64, (n_clusters, d): of all rows of each cluster
    centres: np.ndarray  # (n_clusters, d): of k-means, by which a row belongs to the nearest
    silhouette: float  # of the rows tried, in [-1, 1]; NaN where there were too few

    def nearest(self, x: np.ndarray) -> np.ndarray:
        """The cluster that each row of x, (n, d), belongs to, int64, (n,)."""
        if len(self.centres) < 2:
            return np.zeros(len(x), np.int64)
        # |x - c|^2 without |x|^2, which is the same for all clusters.
        distances = np.square(self.centres).sum(axis=1) - 2 * x @ self.centres.T
        return distances.argmin(axis=1)


def cluster(x: np.ndarray, seed: int = 0) -> Clusters:
    """Cluster the rows of x by k-means; k in 2 .. 15 with the largest mean silhouette.

    One cluster, if no silhouette reaches .1. k is chosen on 1,000 random rows and fitted on 4,096.

    Args:
        x: vectors, (n, d).
        seed: of the rows and the starts of k-means.
    Source:
        Cai et al. (2021), section 4.1, https://openreview.net/forum?id=xYGNO86OWDH.
    """
    from sklearn.cluster import KMeans  # slow to import

    order = np.random.default_rng(seed).permutation(len(x))
    with one_thread():
        k, silhouette = _best_number(x[order[:TRIED_ROWS]], seed)
        labels, centres = np.zeros(len(x), np.int64), np.zeros((1, x.shape[1]))
        if k > 1:
            fitted = KMeans(k, n_init=1, random_state=seed).fit(x[order[:FITTED_ROWS]])
            kept, labels = np.unique(fitted.predict(x), return_inverse=True)
            centres = fitted.cluster_centers_[kept].astype(np.float64)
    n_clusters = int(labels.max(initial=-1)) + 1
    means = [x[labels == c].mean(axis=0, dtype=np.float64) for c in range(n_clusters)]
    return Clusters(labels, np.reshape(means, (n_clusters, x.shape[1])), centres, silhouette)


def _best_number(x: np.ndarray, seed: int) -> tuple[int, float]:
    """The number of clusters with the largest mean silhouette, and that; 1 if it is too small."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import pairwise_distances, silhouette_score

    most = min(MOST_CLUSTERS, len(np.unique(x, axis=0)) - 1)
    if most < 2:
        return 1, math.nan
    apart = pairwise_distances(x)
    np.fill_diagonal(apart, 0.0)
    scores = {
        k: silhouette_score(
            apart, KMeans(k, n_init=1, random_state=seed).fit_predict(x), metric="precomputed"
        )
        for k in range(2, most + 1)
    }
    best = max(scores, key=scores.__getitem__)
    return (best if scores[best] >= LEAST_SILHOUETTE else 1), float(scores[best])
