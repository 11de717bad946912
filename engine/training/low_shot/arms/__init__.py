"""What is compared: one file an arm, found by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.registry import Registry
from engine.training.low_shot.texts import LowShotTexts

Candidate = dict[str, Any]
"""Settings that validation chooses among, as JSON values."""


@dataclass(frozen=True)
class Trained:
    """One candidate, trained."""

    validation_accuracy: float  # in [0, 1]
    test: Callable[[], np.ndarray]  # labels given to the first test texts; called once a cell


class OpenArm(Protocol):
    """An arm that has its texts."""

    def prepare(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """Do what all candidates share; yields (done, to do)."""

    def candidates(self, n_labels: int) -> Sequence[Candidate]:
        """What is tried with so many labels, the simplest first: it wins a tie."""

    def train(self, rows: np.ndarray, candidate: Candidate, seed: int) -> Trained:
        """Learn from the labels of these rows of the pool."""


class Arm(Protocol):
    """A way from labelled texts to a classifier."""

    @property
    def name(self) -> str:
        """As it is asked for."""

    @property
    def title(self) -> str:
        """As people call it."""

    @property
    def about(self) -> str:
        """One sentence."""

    @property
    def tunes_once(self) -> bool:
        """With each number of labels, the first seed's choice among the candidates holds for all
        seeds with which it does not fail: for arms whose candidates take long.
        """

    def missing(self) -> str | None:
        """Why it cannot run here, with the command that mends it, or None."""

    def weights(self) -> str:
        """Hash of the pretrained weights that it starts from; "" where there are none."""

    def settings(self) -> dict[str, Any]:
        """Everything that its cells share; cells of other settings must not be mixed with them."""

    def open(self, texts: LowShotTexts, device: str) -> OpenArm:
        """Make it ready for these texts."""


ARMS: Registry[Arm] = Registry("arm", package="engine.training.low_shot.arms")
