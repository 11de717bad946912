"""Which dimensions make the mean cosine: a few may give all of it, and tell words apart badly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import ShapeError
from engine.geometry.bootstrap import percentile_interval
from engine.geometry.jackknife import UNKNOWN, Interval, groups_of, interval_around, jackknife_error
from engine.geometry.moments import unit
from engine.geometry.pairs_apart import PairsApart
from engine.geometry.word_sample import WordSample

N_TOP = 5
DROPPED = (1, 3, 5)


@dataclass(frozen=True)
class RogueDimensions:
    """The dimensions with the largest parts in a layer's mean cosine, and the layer without."""

    top: tuple[int, ...]  # at most N_TOP, largest part first, from 0
    shares: tuple[float, ...]  # of the mean cosine; may exceed 1, as others may be negative
    share_intervals: tuple[Interval, ...]  # 95 %, bootstrap over sentences
    mean_cosine_without: dict[int, float]  # of the sample, without the top 1, 3, 5
    mean_cosine_without_intervals: dict[int, Interval]  # 95 %, jackknife over sentences
    informativity: dict[int, float]  # r^2 of cosines without the top 1, 3, 5 and with them


def rogue_dimensions(
    contributions: np.ndarray, sample: WordSample, replicate_shares: np.ndarray | None
) -> RogueDimensions:
    """The top dimensions of one layer and what dropping them does to the sampled words.

    Args:
        contributions: of each dimension to the mean cosine, (d,); NaN where there is no pair.
        sample: words in random order.
        replicate_shares: of the mean cosine in each bootstrap replicate, (B, d); None where the
            mean cosine may be 0, which has no parts.
    """
    nothing, bounds = dict.fromkeys(DROPPED, math.nan), dict.fromkeys(DROPPED, UNKNOWN)
    if np.isnan(contributions).any():
        return RogueDimensions((), (), (), nothing, bounds, dict(nothing))
    order = np.argsort(-contributions, kind="stable")[:N_TOP]
    shares: list[float] = []
    intervals: list[Interval] = []
    if replicate_shares is not None:
        shares = (contributions[order] / contributions.sum()).tolist()
        intervals = list(map(percentile_interval, replicate_shares[:, order].T))
    pairs = PairsApart(sample.distinct_types, sample.sentence_ids)
    groups = groups_of(sample.sentence_ids)
    x, without, kept = sample.vectors.astype(np.float64), dict(nothing), dict(nothing)
    whole = _neighbouring_cosines(unit(x), pairs)
    for k in (k for k in DROPPED if k < x.shape[1]):
        x[:, order[:k]] = 0.0
        u = unit(x)
        without[k] = pairs.mean_cosine(u)
        if groups is not None:
            error = jackknife_error(pairs.mean_cosines_without(u, groups))
            bounds[k] = interval_around(without[k], error)
        kept[k] = _squared_correlation(whole, _neighbouring_cosines(u, pairs))
    top = tuple(order.tolist())
    return RogueDimensions(top, tuple(shares), tuple(intervals), without, bounds, kept)


def dimension_contributions(x: np.ndarray) -> np.ndarray:
    """What each dimension adds to the mean cosine of all pairs: mean of u_k v_k over pairs of rows.

    ((sum_i u_ik)^2 - sum_i u_ik^2) / (n (n - 1)), u_i = x_i / |x_i|. The sum over dimensions is
    `mean_pair_cosine`.

    Args:
        x: vectors, shape (n >= 2, d), no row of zeros.
    Returns:
        Contributions, (d,), dimensionless.
    Raises:
        ShapeError: fewer than two rows.
    Source:
        Timkey and van Schijndel (2021), section 3.1, https://aclanthology.org/2021.emnlp-main.372.

    >>> dimension_contributions(np.array([[3.0, 4.0], [4.0, -3.0]])).round(12).tolist()
    [0.48, -0.48]
    """
    n = len(x)
    if x.ndim != 2 or n < 2:
        raise ShapeError(
            f"dimension_contributions needs at least two vectors, shape (n, d); got {x.shape}."
        )
    u = unit(x)
    return (np.square(u.sum(axis=0)) - np.square(u).sum(axis=0)) / (n * (n - 1))


def informativity(x: np.ndarray, y: np.ndarray, without: Sequence[int]) -> float:
    """r^2 between the cosines of pairs (x_i, y_i) with all dimensions and without some.

    Low: the dimensions left out, not the others, decide which pairs look alike.

    Args:
        x, y: the two sides of the pairs, (n_pairs, d).
        without: dimensions, from 0.
    Returns:
        Share of variance in [0, 1]; NaN where either side's cosines are all equal.
    Source:
        Timkey and van Schijndel (2021), section 3.2.
    """
    whole = np.einsum("ij,ij->i", unit(x), unit(y))
    x, y = (np.delete(side, list(without), axis=1) for side in (x, y))
    return _squared_correlation(whole, np.einsum("ij,ij->i", unit(x), unit(y)))


def _neighbouring_cosines(u: np.ndarray, pairs: PairsApart) -> np.ndarray:
    """Cosines of rows 0 and 1, 2 and 3, ...: as rows stand in random order, of random pairs."""
    end = len(u) // 2 * 2
    cosines = np.einsum("ij,ij->i", u[0:end:2], u[1:end:2])
    return cosines[pairs.apart(np.arange(0, end, 2), np.arange(1, end, 2))]


def _squared_correlation(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 3 or np.ptp(a) < 1e-12 or np.ptp(b) < 1e-12:
        return math.nan
    return float(np.corrcoef(a, b)[0, 1] ** 2)
