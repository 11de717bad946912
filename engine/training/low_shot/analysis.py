"""How many times more labels does one arm need to be as good as another?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError, ShapeError
from engine.geometry.seeds import resampled_mean
from engine.training.label_efficiency import (
    N_REPLICATES,
    LabelsNeeded,
    interval,
    labels_to_reach,
    rising,
)
from engine.training.low_shot.results import Cell


@dataclass(frozen=True)
class Curve:
    """What an arm judged rightly, by number of labels."""

    sizes: np.ndarray  # labels, ascending, (n_sizes,)
    correct: np.ndarray  # bool, (n_sizes, n_seeds, n_test)

    @property
    def accuracies(self) -> np.ndarray:
        """Mean over seeds and test texts, in [0, 1], (n_sizes,)."""
        return self.correct.mean((1, 2))


@dataclass(frozen=True)
class Match:
    """Labels that the baseline needs to be as good as an arm with `n_labels`."""

    n_labels: int  # of the arm
    accuracy: float  # of the arm with so many labels, on its rising curve
    needed: LabelsNeeded  # of the baseline

    @property
    def factor(self) -> tuple[float, float, float]:
        """How many times more labels: value, and low and high of the 95 % interval."""
        n = self.n_labels
        return self.needed.n_labels / n, self.needed.low / n, self.needed.high / n


def paired_curves(cells: Iterable[Cell], arm: str, baseline: str) -> tuple[Curve, Curve]:
    """The curves of an arm and of its baseline, with the same seeds and test texts.

    Used are the seeds that both arms finished with every number of labels they were tried with, and
    the first test texts, as many as both judged.

    Raises:
        EngineError: the two have no seed in common.
    """
    kept = list(cells)
    by_arm = {name: [cell for cell in kept if cell.arm == name] for name in (arm, baseline)}
    seeds = _seeds(by_arm[arm]) & _seeds(by_arm[baseline])
    if arm == baseline or not seeds:
        raise EngineError(
            f"{arm} and {baseline} have no seed that both finished. Run `python -m engine study "
            f"low-shot --arms {arm},{baseline} --resume`."
        )
    n_test = min(cell.n_test for of_arm in by_arm.values() for cell in of_arm)
    first, second = (_curve(of_arm, sorted(seeds), n_test) for of_arm in by_arm.values())
    return first, second


def labels_to_match(
    arm: Curve, baseline: Curve, *, n_replicates: int = N_REPLICATES, seed: int = 0
) -> tuple[Match, ...]:
    """Labels with which the baseline is as good as the arm, at each of the arm's sizes.

    Both curves are made rising (more labels do not hurt; where a curve falls, it is chance); the
    baseline's is straight between its points over log labels. The interval is a bootstrap that
    draws seeds and test texts anew, the same for both: they learnt from the same labels and judged
    the same texts. With three seeds it sees little of their spread.

    Args:
        arm: accuracies to be reached.
        baseline: what has to reach them.
        n_replicates: of the bootstrap.
        seed: of its draws.
    Returns:
        One match a size of the arm; `math.inf` labels where the baseline's most do not suffice.
    Raises:
        ShapeError: the two have other seeds or test texts.
    """
    if arm.correct.ndim != 3 or arm.correct.shape[1:] != baseline.correct.shape[1:]:
        raise ShapeError(
            "labels_to_match needs (n_sizes, n_seeds, n_test) twice with the same seeds and test "
            f"texts; got {arm.correct.shape} and {baseline.correct.shape}."
        )
    targets = rising(arm.accuracies)
    values = _reached(baseline.sizes, baseline.accuracies, targets)
    drawn = np.array(
        [
            _reached(baseline.sizes, own, rising(other))
            for other, own in zip(
                *_redrawn((arm.correct, baseline.correct), n_replicates, seed), strict=True
            )
        ]
    )  # (n_replicates, n_sizes)
    fewest, most = float(baseline.sizes[0]), float(baseline.sizes[-1])
    return tuple(
        Match(
            int(n_labels),
            float(target),
            LabelsNeeded(value, *interval(of_size), fewest=value <= fewest, most=most),
        )
        for n_labels, target, value, of_size in zip(
            arm.sizes, targets, values, drawn.T, strict=True
        )
    )


def paired_gain(cells: Iterable[Cell], others: Iterable[Cell]) -> tuple[float, float, float] | None:
    """Accuracy of cells minus that of others with the same seeds, on the first test texts, as many
    as both judged.

    Args:
        cells, others: of one number of labels, a cell a seed.
    Returns:
        (mean, low, high), 95 % bootstrap over seeds and texts; None where they share no seed.
    """
    first, second = ({cell.seed: cell.judged for cell in of_one} for of_one in (cells, others))
    pairs = [(first[seed], second[seed]) for seed in sorted(first.keys() & second)]
    if not pairs:
        return None
    n = min(len(judged) for pair in pairs for judged in pair)
    return resampled_mean(np.array([a[:n].astype(float) - b[:n] for a, b in pairs]))


def _reached(sizes: np.ndarray, accuracies: np.ndarray, targets: np.ndarray) -> list[float]:
    return [labels_to_reach(sizes, accuracies, float(target)) for target in targets]


def _redrawn(
    judged: tuple[np.ndarray, ...], n_replicates: int, seed: int
) -> tuple[np.ndarray, ...]:
    """Accuracies of each replicate, (n_replicates, n_sizes) for each (n_sizes, n_seeds, n_test)."""
    _, n_seeds, n_test = judged[0].shape
    rng = np.random.default_rng(seed)
    texts = rng.multinomial(n_test, np.full(n_test, 1 / n_test), n_replicates).T  # (n_test, r)
    runs = rng.multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), n_replicates).T  # (n_seeds, r)
    return tuple(
        np.einsum("skr,kr->rs", correct.astype(np.float32) @ texts.astype(np.float32), runs)
        / (n_seeds * n_test)
        for correct in judged
    )


def _seeds(cells: list[Cell]) -> set[int]:
    """Seeds that have every size of these cells."""
    sizes = {cell.n_labels for cell in cells}
    tried = {(cell.n_labels, cell.seed) for cell in cells}
    return {c.seed for c in cells if all((size, c.seed) in tried for size in sizes)}


def _curve(cells: list[Cell], seeds: list[int], n_test: int) -> Curve:
    judged = {(cell.n_labels, cell.seed): cell.judged[:n_test] for cell in cells}
    sizes = sorted({cell.n_labels for cell in cells})
    correct = np.array([[judged[size, seed] for seed in seeds] for size in sizes])
    return Curve(np.array(sizes), correct)
