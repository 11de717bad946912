"""The cone that the vectors of a layer stand in: its axis is the mean direction, its opening the
angles to that axis.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import betaincinv

from engine.geometry.basis import picture, procrustes_rotation
from engine.geometry.moments import unit


def angles_to_axis(x: np.ndarray) -> np.ndarray:
    """Angle of each vector to the mean direction, degrees in [0, 180], (n,).

    >>> angles_to_axis(np.array([[1.0, 1.0], [1.0, -1.0]])).round(6).tolist()
    [45.0, 45.0]
    """
    u = unit(x)
    axis = unit(u.sum(axis=0, keepdims=True))[0]
    return np.degrees(np.arccos(np.clip(u @ axis, -1.0, 1.0)))


def cone_half_angle(x: np.ndarray, share: float = 0.5) -> float:
    """Half-angle of the cone about the mean direction that holds this share of the vectors,
    degrees.

    The median (share .5) and the 95th percentile are shown: an arc cosine of an average would be
    neither.
    """
    return float(np.quantile(angles_to_axis(x), share))


def share_on_the_axis_side(axis_cosines: np.ndarray, n: int) -> float:
    """Share of the vectors whose mean cosine with all *other* vectors is above 0, in [0, 1].

    With S the sum of n unit vectors, u_i . (S - u_i) = |S| c_i - 1, where c_i is the cosine to the
    axis and |S| = n mean(c): a vector's own part in the axis is taken off, without which random
    directions would lean to their own mean.

    Args:
        axis_cosines: of the vectors, or of a random sample of them, to the mean direction of all.
        n: vectors that the mean direction is of.
    Returns:
        One half is expected of isotropic directions; NaN with fewer than two vectors.

    >>> x = np.array([[1.0, 0.0], [1.0, 0.1], [-0.1, 1.0]])  # the last stands across the others
    >>> round(share_on_the_axis_side(np.cos(np.radians(angles_to_axis(x))), 3), 2)
    0.67
    """
    if n < 2 or not len(axis_cosines):
        return float("nan")
    return float((axis_cosines * n * axis_cosines.mean() > 1).mean())


def axis_plane(x: np.ndarray) -> np.ndarray:
    """The plane in which a cone is seen from the side, two directions of length 1, (2, d): the mean
    direction, and across it the one along which the unit vectors scatter most.
    """
    u = unit(x)
    axis = unit(u.sum(axis=0, keepdims=True))[0]
    across = u - np.outer(u @ axis, axis)
    _, directions = np.linalg.eigh(across.T @ across)
    return np.stack([axis, directions[:, -1]])


def cone_layout(layers: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Every word on the unit sphere at its exact angle to its layer's mean direction, float32 (n,
    3) per layer.

    z is the mean direction, so the polar angle is the true one in the full space. Around the axis
    the words stand as their components orthogonal to it do in those components' two leading
    directions, one picture for all layers, each turned onto the one before; that angle is a
    projection and means no more than one.
    """
    heights, across = [], []
    for layer in layers:
        u = unit(layer)
        axis = unit(u.sum(axis=0, keepdims=True))[0]
        heights.append(np.clip(u @ axis, -1.0, 1.0))
        across.append((u - np.outer(heights[-1], axis)).astype(np.float32))
    flat = [c.astype(np.float64) for c in picture(across, n_components=2).coordinates]
    placed: list[np.ndarray] = []
    for z, xy in zip(heights, flat, strict=True):
        if placed:
            xy = xy @ procrustes_rotation(xy, placed[-1][:, :2])
        around = unit(xy)
        around[~around.any(axis=1), 0] = 1.0  # seen by neither direction: any place at its angle
        placed.append(np.column_stack([around * np.sqrt(1 - z**2)[:, None], z]))
    return [p.astype(np.float32) for p in placed]


def isotropic_half_angle(d: int, share: float = 0.5) -> float:
    """Half-angle about any axis that holds this share of isotropic directions, degrees.

    With x the cosine to the axis, (1 + x) / 2 has a Beta((d - 1) / 2, (d - 1) / 2) distribution.

    Args:
        d: dimensions, at least 2.

    >>> isotropic_half_angle(3, 0.5), round(isotropic_half_angle(3, 0.75), 6)
    (90.0, 120.0)
    """
    a = (d - 1) / 2
    return float(np.degrees(np.arccos(2 * betaincinv(a, a, 1 - share) - 1)))


def isotropic_angle_density(degrees: np.ndarray, d: int) -> np.ndarray:
    """Density of the angle between a fixed direction and a random one in d dimensions, per degree.

    Proportional to sin(angle)^(d - 2): in high dimensions nearly everything is at 90 degrees.

    >>> density = isotropic_angle_density(np.arange(0.0, 180.5, 0.5), 50)
    >>> round(float(density.sum() * 0.5), 3)
    1.0
    """
    # Logarithms, since sin^(d - 2) underflows away from 90 degrees.
    with np.errstate(divide="ignore"):
        log_density = (d - 2) * np.log(np.sin(np.radians(degrees)))
    density = np.exp(log_density - log_density.max())
    return density / (density.sum() * np.diff(degrees).mean())
