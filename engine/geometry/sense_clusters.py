"""Senses that nobody wrote down: the occurrences of a word in as many groups as lie best apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError
from engine.geometry.auc import auc, auc_interval
from engine.geometry.moments import unit
from engine.geometry.senses import silhouette
from engine.vectors.threads import one_thread

FEWEST, MOST_GROUPS = 6, 6  # occurrences needed; groups tried
A_GROUP = 4  # occurrences that a group should hold on average, at the least
STARTS, N_NULLS = 3, 3
PRINCIPAL = 20  # coordinates that k-means sees; the silhouette sees all of them


@dataclass(frozen=True)
class SenseClusters:
    """Groups of one word's occurrences at one layer."""

    labels: np.ndarray  # int64, (n,): 0 is the largest group
    silhouette: float  # of these groups in the full space, cosine distance
    null: float  # the largest silhouette found in vectors whose coordinates were shuffled

    @property
    def sizes(self) -> tuple[int, ...]:
        """Occurrences in each group, the largest first."""
        return tuple(np.bincount(self.labels).tolist())


def sense_clusters(x: np.ndarray, *, seed: int = 0) -> SenseClusters:
    """k-means on unit vectors; k in 2 .. 6 with the largest mean silhouette, and four occurrences
    a group on average.

    The null shuffles each coordinate over the occurrences, which keeps its values and leaves no
    groups, and takes the best k anew; the largest silhouette of three such is told.

    Args:
        x: vectors of one word's occurrences at one layer, (n >= 6, d).
    Raises:
        ShapeError: fewer than six occurrences, or all their vectors are one.
    """
    if len(x) < FEWEST:
        raise ShapeError(
            f"Groups of occurrences need at least {FEWEST} of them; got {len(x)}. Add sentences."
        )
    units = unit(x)
    if np.ptp(units, axis=0).max() < 1e-6:
        raise ShapeError("All these vectors are one and the same, so they form no groups.")
    rng = np.random.default_rng(seed)
    with one_thread():
        labels, found = _best(units, seed)
        nulls = [_best(unit(rng.permuted(x, axis=0)), seed)[1] for _ in range(N_NULLS)]
    by_size = np.argsort(-np.bincount(labels), kind="stable")
    return SenseClusters(np.argsort(by_size)[labels], found, max(nulls))


def _best(units: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
    from sklearn import config_context  # slow to import
    from sklearn.cluster import KMeans

    distances = np.clip(1 - units @ units.T, 0, None)
    np.fill_diagonal(distances, 0)
    places = _principal(units)
    most = max(2, min(MOST_GROUPS, _places(units), len(units) // A_GROUP))
    tried = []
    # Its checks take a tenth of the time of such small k-means.
    with config_context(assume_finite=True, skip_parameter_validation=True):
        for k in range(2, most + 1):
            labels = KMeans(k, n_init=STARTS, random_state=seed).fit_predict(places)
            tried.append((silhouette(distances, labels), -k, labels))
    best = max(tried, key=lambda one: one[:2])
    return best[2].astype(np.int64), float(best[0])


def _places(units: np.ndarray) -> int:
    """How many of the vectors differ, or six where at least so many do."""
    by_one = len(np.unique(np.round(units[:, 0], 6)))  # quick, and mostly enough
    return MOST_GROUPS if by_one >= MOST_GROUPS else len(np.unique(np.round(units, 6), axis=0))


def _principal(x: np.ndarray) -> np.ndarray:
    """The first principal coordinates, (n, 20 or fewer), from the products of rows or of columns,
    whichever are fewer.
    """
    centred = x - x.mean(axis=0)
    if len(x) > x.shape[1]:
        return centred @ np.linalg.eigh(centred.T @ centred)[1][:, : -PRINCIPAL - 1 : -1]
    squares, axes = (
        found[..., : -PRINCIPAL - 1 : -1] for found in np.linalg.eigh(centred @ centred.T)
    )
    return axes * np.sqrt(np.maximum(squares, 0))


def pair_auc(
    similarity: np.ndarray, labels: np.ndarray, sentence_ids: np.ndarray, *, seed: int = 0
) -> tuple[float, tuple[float, float]]:
    """Chance that a pair of one group is more alike than a pair of two groups, by some other
    likeness than the one that made the groups; .5 = the groups do not share it.

    Args:
        similarity: (n, n), larger is more alike.
        labels: group numbers, (n,).
        sentence_ids: (n,); pairs inside one sentence are left out.
    Returns:
        (AUC, its 95 % interval by a bootstrap over sentences); NaN without pairs of both kinds.
    """
    numbers = np.unique(sentence_ids, return_inverse=True)[1]
    i, j = np.triu_indices(len(labels), k=1)
    across = numbers[i] != numbers[j]
    i, j = i[across], j[across]
    same, alike = labels[i] == labels[j], similarity[i, j]
    return auc(same, alike), auc_interval(same, alike, numbers[i], numbers[j], seed)
