"""How many labels is pretraining worth? The labels that one input needs to be as good as another
one with many more, from accuracies measured at a few numbers of labels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.errors import ShapeError
from engine.geometry.bootstrap import percentile_interval

N_REPLICATES = 1000


@dataclass(frozen=True)
class LabelsNeeded:
    """Labels for equal accuracy, and their 95 % interval.

    `math.inf`: not reached with the most labels that were tried. `fewest`: already reached with the
    fewest that were tried, so that the true number may be smaller.
    """

    n_labels: float
    low: float
    high: float
    fewest: bool
    most: float  # labels that were tried


def rising(accuracies: np.ndarray) -> np.ndarray:
    """The closest curve that never falls: neighbours in the wrong order share their mean.

    Pool adjacent violators (Barlow et al. 1972), all points of equal weight. More labels do not
    hurt; where a curve falls, it is chance.

    Args:
        accuracies: by number of labels, (n_sizes,).
    Returns:
        (n_sizes,).

    >>> rising(np.array([0.6, 0.8, 0.7])).tolist()
    [0.6, 0.75, 0.75]
    """
    means: list[float] = []
    counts: list[int] = []
    for value in accuracies:
        means.append(float(value))
        counts.append(1)
        while len(means) > 1 and means[-2] > means[-1]:
            n = counts[-2] + counts[-1]
            means[-2:] = [(means[-2] * counts[-2] + means[-1] * counts[-1]) / n]
            counts[-2:] = [n]
    return np.repeat(means, counts)


def labels_to_reach(sizes: np.ndarray, accuracies: np.ndarray, target: float) -> float:
    """Labels at which the rising curve reaches an accuracy, straight between points over log
    labels.

    Args:
        sizes: numbers of labels, ascending, (n_sizes,).
        accuracies: in [0, 1], (n_sizes,).
        target: in [0, 1].
    Returns:
        Labels; `sizes[0]` if the first point is there already, `math.inf` if the last is not.
    Raises:
        ShapeError: the two do not fit, or sizes do not rise.

    >>> round(labels_to_reach(np.array([100, 10000]), np.array([0.6, 0.8]), 0.7))
    1000
    """
    if len(sizes) != len(accuracies) or not len(sizes) or (np.diff(sizes) <= 0).any():
        raise ShapeError(
            "labels_to_reach needs rising sizes and one accuracy each; got "
            f"{list(sizes)} and {len(accuracies)} accuracies."
        )
    curve = rising(np.asarray(accuracies, float))
    if curve[0] >= target:
        return float(sizes[0])
    if curve[-1] < target:
        return math.inf
    after = int(np.argmax(curve >= target))
    share = (target - curve[after - 1]) / (curve[after] - curve[after - 1])
    logs = np.log10(sizes)
    return float(10 ** (logs[after - 1] + share * (logs[after] - logs[after - 1])))


def labels_for_equal_accuracy(
    sizes: np.ndarray,
    correct: np.ndarray,
    reference: np.ndarray,
    *,
    n_replicates: int = N_REPLICATES,
    seed: int = 0,
) -> LabelsNeeded:
    """Labels with which an input is as good as the reference with the most labels.

    Target: the last point of the reference's rising curve, which is its best. The interval is a
    bootstrap that draws seeds and test reviews anew, the same for both, since both were trained on
    the same labels and tested on the same reviews. With three seeds it sees little of their spread.

    Args:
        sizes: the input's numbers of labels, ascending, (n_sizes,).
        correct: bool, (n_sizes, n_seeds, n_test): was this test review judged rightly?
        reference: bool, (n_reference_sizes, n_seeds, n_test), in order of labels.
    Raises:
        ShapeError: the two have other seeds or test reviews, or sizes do not fit.
    """
    if correct.ndim != 3 or reference.ndim != 3 or correct.shape[1:] != reference.shape[1:]:
        raise ShapeError(
            "labels_for_equal_accuracy needs (n_sizes, n_seeds, n_test) twice with the same seeds "
            f"and test reviews; got {correct.shape} and {reference.shape}."
        )
    _, n_seeds, n_test = correct.shape
    value = labels_to_reach(sizes, correct.mean((1, 2)), rising(reference.mean((1, 2)))[-1])
    reviews, runs = _drawn(n_test, n_seeds, n_replicates, seed)
    own, other = (
        np.einsum("skr,kr->sr", judged.astype(np.float32) @ reviews, runs) / (n_seeds * n_test)
        for judged in (correct, reference)
    )  # accuracies of each replicate, (n_sizes, r)
    drawn = np.array(
        [labels_to_reach(sizes, a, rising(b)[-1]) for a, b in zip(own.T, other.T, strict=True)]
    )
    low, high = interval(drawn)
    fewest, most = float(sizes[0]), float(sizes[-1])
    return LabelsNeeded(value, low, high, fewest=value <= fewest, most=most)


@lru_cache(maxsize=2)
def _drawn(n_test: int, n_seeds: int, n_replicates: int, seed: int) -> tuple[np.ndarray, ...]:
    """How often each replicate draws each review, (n_test, r), and each seed, (n_seeds, r): the
    same for all inputs that are compared.
    """
    rng = np.random.default_rng(seed)
    reviews = rng.multinomial(n_test, np.full(n_test, 1 / n_test), n_replicates).T
    runs = rng.multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), n_replicates).T
    return reviews.astype(np.float32), runs


def interval(drawn: np.ndarray) -> tuple[float, float]:
    """95 % percentile interval of bootstrap replicates, some of which may be infinite."""
    if np.isfinite(drawn).all():
        return percentile_interval(drawn)
    low, high = np.quantile(drawn, [0.025, 0.975], method="nearest")
    return float(low), float(high)
