"""Do close words stand in a cone of their own? A word with its nearest neighbours, beside as many
random words, and beside neighbours in a cloud that has no neighbourhoods.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError
from engine.geometry.moments import Moments, unit

N_CENTRES = 400


@dataclass(frozen=True)
class NeighbourSpread:
    """Half-angles in degrees: of each group the mean angle to the group's own mean direction."""

    k: int  # words in a group
    n: int  # words in the cloud
    d: int  # its dimensions
    neighbours: np.ndarray  # (n_centres,): a word and its k - 1 nearest
    random: np.ndarray  # (n_centres,): k random words
    without_structure: np.ndarray  # (n_centres,): a word and its nearest, in the null cloud

    @property
    def has_fair_null(self) -> bool:
        """False where there are fewer words than dimensions: such words stand almost at right
        angles, and a Gaussian cloud of their covariance does not, so that its words are closer.
        """
        return self.n > self.d

    def narrower(self) -> tuple[float, float, float]:
        """How much narrower close words stand than the null's: mean and 95 % interval, degrees.

        The two clouds' groups are compared as independent samples; groups of one cloud share
        words, so that the interval is somewhat too narrow.
        """
        null, own = self.without_structure, self.neighbours
        value = float(null.mean() - own.mean())
        half = 1.96 * math.sqrt((null.var(ddof=1) + own.var(ddof=1)) / len(own))
        return value, value - half, value + half


def neighbour_spread(x: np.ndarray, k: int, *, seed: int = 0) -> NeighbourSpread:
    """Half-angles of groups of close words in a cloud, and of two controls.

    Nearest neighbours are close in any cloud, since they were chosen for it. The null is therefore
    a Gaussian cloud with this one's mean and covariance: the same cone, the same spectrum, and no
    neighbourhoods.

    Args:
        x: one vector a word type, shape (n, d).
        k: words in a group, the centre included.
    Raises:
        ShapeError: k below 2, or fewer than 2 k words.
    """
    n = len(x)
    if k < 2 or n < 2 * k:
        raise ShapeError(f"Groups of {k} words need k >= 2 and {2 * k} words; got {n}.")
    rng = np.random.default_rng(seed)
    centres = rng.permutation(n)[:N_CENTRES]
    u, null = unit(x), unit(same_moments(x, rng))
    drawn = np.argsort(rng.random((len(centres), n)), axis=1)[:, :k]
    return NeighbourSpread(
        k,
        n,
        x.shape[1],
        half_angles(u, _nearest(u, centres, k)),
        half_angles(u, drawn),
        half_angles(null, _nearest(null, centres, k)),
    )


def half_angles(u: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Of each group the mean angle of its vectors to their own mean direction, degrees.

    Of k directions across each other it is arccos(1 / sqrt k), not 90: they make their own mean.

    Args:
        u: unit vectors, (n, d).
        groups: rows of each group, int, (n_groups, k).

    >>> half_angles(np.eye(4), np.array([[0, 1, 2, 3]])).round(9).tolist()
    [60.0]
    """
    found = []
    for rows in groups:
        axis = unit(u[rows].sum(axis=0, keepdims=True))[0]
        found.append(np.degrees(np.arccos(np.clip(u[rows] @ axis, -1.0, 1.0))).mean())
    return np.array(found)


def same_moments(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A Gaussian cloud of as many vectors with the mean and the covariance of x, (n, d)."""
    moments = Moments.of(x)
    variances, directions = np.linalg.eigh(moments.covariance)
    deviations = np.sqrt(np.maximum(variances, 0.0))
    return moments.mean + (rng.normal(size=x.shape) * deviations) @ directions.T


def _nearest(u: np.ndarray, centres: np.ndarray, k: int) -> np.ndarray:
    """The centre and the k - 1 rows of the highest cosine to it, (n_centres, k)."""
    cosines = u[centres] @ u.T
    cosines[np.arange(len(centres)), centres] = np.inf
    return np.argpartition(-cosines, k - 1, axis=1)[:, :k]
