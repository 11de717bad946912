"""How far would the measures of a spectrum have moved, had other sentences been drawn?"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from engine.geometry.jackknife import Interval, groups_of, interval_around, jackknife_error
from engine.geometry.spectrum import DEAD, Spectrum, effective_rank, pc1_share
from engine.geometry.word_sample import WordSample


class SpectrumIntervals(NamedTuple):
    """(low, high) of each measure, 95 %, over sentences; NaN with fewer than 20 of them."""

    participation_ratio: Interval  # directions
    effective_rank: Interval  # directions
    pc1_share: Interval


def spectrum_intervals(found: Spectrum, sample: WordSample, n: int) -> SpectrumIntervals:
    """Intervals of a spectrum's measures; IsoScore's follows from the participation ratio's.

    The jackknife's standard error on the sample, times sqrt(sample / n) for all n words.

    Args:
        found: the measures of all words.
        sample: some of them.
        n: all words.
    """
    errors = jackknife_errors(sample.vectors, sample.sentence_ids)
    errors *= math.sqrt(len(sample.vectors) / max(n, 1))
    values = found.participation_ratio, found.effective_rank, found.pc1_share
    return SpectrumIntervals(*map(interval_around, values, errors.tolist()))


def jackknife_errors(x: np.ndarray, sentence_ids: np.ndarray) -> np.ndarray:
    """Standard errors of the participation ratio, the effective rank and PC 1's share.

    Args:
        x: vectors, (n, d).
        sentence_ids: of each, int, (n,); sentence s belongs to group s modulo 20.
    Returns:
        (3,), directions, directions, share; NaN where a group is empty.
    """
    groups = groups_of(sentence_ids)
    if groups is None:
        return np.full(3, math.nan)
    x = x - x.mean(axis=0, dtype=np.float64)  # so that little is lost when parts are taken off
    spectra = variances_without(x, groups)
    return np.array(
        [
            jackknife_error(participation_ratios_without(x, groups)),
            jackknife_error(np.array([effective_rank(one) for one in spectra])),
            jackknife_error(np.array([pc1_share(one) for one in spectra])),
        ]
    )


def participation_ratios_without(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The participation ratio with each group left out, (G,); NaN where nothing varies.

    Of each group only its moments are needed, and of the covariance only tr C and tr C^2.

    Args:
        x: centred vectors, (n, d).
        groups: of each, (n,), in [0, G).
    """
    counts = np.bincount(groups).astype(np.float64)
    sums = _sums(x, groups)
    second = x.T @ x
    without = []
    for g in range(len(counts)):
        own = x[groups == g]
        n = counts.sum() - counts[g]
        mean = (sums.sum(axis=0) - sums[g]) / n
        covariance = (second - own.T @ own) / n - np.outer(mean, mean)
        squares = np.square(covariance).sum()
        without.append(np.trace(covariance) ** 2 / squares if squares > 0 else math.nan)
    return np.array(without)


def variances_without(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Variances along the principal axes with each group left out, (G, d), to first order.

    An eigenvalue l of C moves by v' dC v when C moves by dC, v its eigenvector: so the axes stay
    those of all vectors, and one decomposition serves all groups.

    Args:
        x: centred vectors, (n, d).
        groups: of each, (n,), in [0, G).
    """
    lengths, axes = np.linalg.eigh(x.T @ x / len(x))
    along = x @ axes
    left = (len(x) - np.bincount(groups))[:, None]
    sums, squares = _sums(along, groups), _sums(np.square(along), groups)
    means = (sums.sum(axis=0) - sums) / left
    found = (squares.sum(axis=0) - squares) / left - np.square(means)
    return np.where(lengths > DEAD * lengths[-1], found, 0.0)


def _sums(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Sum of the rows of each group, (G, d)."""
    return np.stack([x[groups == g].sum(axis=0) for g in range(groups.max() + 1)])
