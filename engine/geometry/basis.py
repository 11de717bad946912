"""One picture for all layers: a shared basis when layers have one width, aligned ones when they
have not.

Fitting a projection to each layer by itself would let rotation and reflection pass for movement.
And the origin is never
lost: coordinates are x times the basis, without centring, so the origin of the space is the origin
of the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError


@dataclass(frozen=True)
class Picture:
    """Coordinates of the same words at every layer, in one frame of reference."""

    coordinates: tuple[np.ndarray, ...]  # float32, (n_words, n_components) per layer
    explained_variance: tuple[
        float, ...
    ]  # per layer: share of its variance about its mean that the picture holds
    method: str  # "joint PCA" or "PCA per layer, aligned"


def picture(layers: Sequence[np.ndarray], n_components: int = 3) -> Picture:
    """Project all layers into one picture.

    Layers of one width share one basis: the leading eigenvectors of the sum of their second
    moments about the origin, each layer scaled to the same total, so that none rules by its size.
    Layers of different widths get a basis each, and each layer is turned onto the one before it
    (orthogonal Procrustes on the same words).

    Args:
        layers: (n_words, d_layer) each, the same words in the same order.
    Raises:
        ShapeError: layers of different numbers of words, or none.
    """
    if not layers or len({len(layer) for layer in layers}) != 1:
        raise ShapeError(
            f"A picture needs layers of the same words; got {[layer.shape for layer in layers]}."
        )
    moments = [_second_moments(layer) for layer in layers]
    if len({layer.shape[1] for layer in layers}) == 1:
        joint = np.sum([second / max(np.trace(second), 1e-300) for second, _ in moments], axis=0)
        bases = [_leading_directions(joint, moments[0][1], n_components)] * len(layers)
        coordinates = [layer @ bases[0] for layer in layers]
        method = "joint PCA"
    else:
        bases = [_leading_directions(*sums, n_components) for sums in moments]
        coordinates = [layers[0] @ bases[0]]
        for layer, basis in zip(layers[1:], bases[1:], strict=True):
            own = layer @ basis
            coordinates.append(own @ procrustes_rotation(own, coordinates[-1]))
        method = "PCA per layer, aligned"
    n = len(layers[0])
    explained = tuple(
        _explained(second / n - np.outer(total / n, total / n), basis)
        for (second, total), basis in zip(moments, bases, strict=True)
    )
    return Picture(tuple(_padded(c, n_components) for c in coordinates), explained, method)


def procrustes_rotation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The orthogonal matrix R that brings a closest to b: argmin |a R - b|, (d, d).

    Source:
        Schönemann (1966), https://doi.org/10.1007/BF02289451.
    """
    u, _, vt = np.linalg.svd(a.T.astype(np.float64) @ b)
    return u @ vt


def motion_surviving_alignment(a: np.ndarray, b: np.ndarray) -> float:
    """Share of the motion from a to b that no rotation or reflection of a about the origin
    explains.

    |a R - b|^2 / |a - b|^2 with R the best orthogonal matrix.  0 = a turned as a whole, 1 =
    nothing is mere turning.

    Args:
        a, b: the same words at two layers, shape (n, d) each; n well above d, or any motion can be
            called turning.
    Returns:
        Share in [0, 1]; NaN if nothing moved.

    >>> corner = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> round(motion_surviving_alignment(corner, corner @ np.array([[0.0, 1.0], [-1.0, 0.0]])), 12)
    0.0
    """
    moved = np.square(a.astype(np.float64) - b).sum()
    if moved == 0:
        return float("nan")
    return float(np.square(a @ procrustes_rotation(a, b) - b).sum() / moved)


def _second_moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(sum of x x^T, sum of x). In x's own precision: a picture needs no more than float32."""
    return (x.T @ x).astype(np.float64), x.sum(axis=0, dtype=np.float64)


def _leading_directions(second: np.ndarray, total: np.ndarray, n_components: int) -> np.ndarray:
    """Leading eigenvectors, (d, min(d, n_components)); signs fixed: the words' sum lies on the
    positive side.
    """
    _, vectors = np.linalg.eigh(second)
    leading = vectors[:, ::-1][:, :n_components]
    along = total @ leading
    largest = leading[np.abs(leading).argmax(axis=0), np.arange(leading.shape[1])]
    signs = np.where(np.abs(along) > 1e-9 * np.abs(total).sum(), np.sign(along), np.sign(largest))
    return leading * np.where(signs == 0, 1.0, signs)


def _explained(covariance: np.ndarray, basis: np.ndarray) -> float:
    total = np.trace(covariance)
    return float(np.trace(basis.T @ covariance @ basis) / total) if total > 0 else float("nan")


def _padded(coordinates: np.ndarray, n_components: int) -> np.ndarray:
    missing = n_components - coordinates.shape[1]
    return np.pad(coordinates, ((0, 0), (0, missing))).astype(np.float32)
