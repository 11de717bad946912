"""Streaming moments of a set of vectors: n, sum of unit vectors, sum, and second moment, in
float64.

Two sets' moments add up to the moments of their union, so a corpus of any size needs one pass and
constant memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError


def unit(x: np.ndarray) -> np.ndarray:
    """Each row divided by its length, float64, (n, d); rows of length 0 stay 0.

    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    x = np.asarray(x, np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", x, x))[:, None]
    return x / np.where(lengths > 0, lengths, 1.0)


@dataclass
class Moments:
    """n, sum of x/|x|, sum of x, sum of x x^T of the rows seen so far."""

    n: int
    sum_unit: np.ndarray  # float64, (d,)
    sum: np.ndarray  # float64, (d,)
    second: np.ndarray  # float64, (d, d)

    @classmethod
    def empty(cls, d: int) -> Moments:
        """Moments of no vectors of width d."""
        return cls(0, np.zeros(d), np.zeros(d), np.zeros((d, d)))

    @classmethod
    def of(cls, x: np.ndarray) -> Moments:
        """Moments of the rows of x, (n, d)."""
        return cls.empty(x.shape[1]).update(x)

    def update(self, x: np.ndarray) -> Moments:
        """Add the rows of x, (n, d)."""
        if x.ndim != 2 or x.shape[1] != len(self.sum):
            raise ShapeError(
                f"These moments are of vectors of width {len(self.sum)}; got {x.shape}."
            )
        x = np.asarray(x, np.float64)
        self.n += len(x)
        self.sum_unit += unit(x).sum(axis=0)
        self.sum += x.sum(axis=0)
        self.second += x.T @ x
        return self

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            self.n + other.n,
            self.sum_unit + other.sum_unit,
            self.sum + other.sum,
            self.second + other.second,
        )

    @property
    def mean(self) -> np.ndarray:
        """Mean vector, (d,)."""
        return self.sum / self.n

    @property
    def covariance(self) -> np.ndarray:
        """Population covariance, (d, d): mean of x x^T minus mean mean^T."""
        return self.second / self.n - np.outer(self.mean, self.mean)

    @property
    def mean_direction(self) -> np.ndarray:
        """Axis of the cone: the direction of the mean unit vector, length 1, (d,)."""
        return unit(self.sum_unit[None])[0]

    @property
    def mean_resultant_length(self) -> float:
        """Length of the mean unit vector, in [0, 1]; 1 = one direction only."""
        return float(np.linalg.norm(self.sum_unit) / self.n)
