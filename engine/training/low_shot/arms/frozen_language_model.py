"""The language model as it is: its weights stay, and a logistic regression reads the label from
one layer's pooled states. Beside ULMFiT's arms this tells whether a small gain is the language
model's or the fine-tuning's; the untrained net tells what its mere shape gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from engine.corpora.files import cache_folder
from engine.model_files import not_shipped, shipped_sha256
from engine.training.low_shot.arms import ARMS, Candidate, Trained
from engine.training.low_shot.arms.ulmfit import FINE_TUNED, UlmfitArm
from engine.training.low_shot.config import LANGUAGE_MODEL
from engine.training.low_shot.probe import MAX_ITERATIONS, N_TEST, OpenProbe, Probe
from engine.training.low_shot.results import settings_hash
from engine.training.low_shot.texts import LowShotTexts
from engine.training.ulmfit.answers import TrainedState
from engine.training.ulmfit.config import Ulmfit
from engine.training.ulmfit.pooled_states import pooled_states, pooled_widths

STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1)


@dataclass(frozen=True)
class FrozenArm:
    """One state of the language model."""

    name: str
    title: str
    about: str
    state: Callable[[Path, str], TrainedState]  # (adapted language model's file, device)
    reads: UlmfitArm | None = None  # whose unlabelled texts it has read, and how
    pretrained: bool = True
    tunes_once = False

    def missing(self) -> str | None:
        """Whether the language model is shipped; the untrained net has its words."""
        return not_shipped(LANGUAGE_MODEL, "the language model")

    def weights(self) -> str:
        """Of the shipped language model."""
        return shipped_sha256(LANGUAGE_MODEL) if self.pretrained else ""

    def settings(self) -> dict[str, Any]:
        """How the state came about, and the grid."""
        return {
            "start": self.reads.start if self.reads else {},
            "n_test": N_TEST,
            "strengths": STRENGTHS,
            "max_iterations": MAX_ITERATIONS,
        }

    def open(self, texts: LowShotTexts, device: str) -> OpenFrozen:
        """Texts to be read."""
        return OpenFrozen(self, texts, device)


class OpenFrozen:
    """The state, once it is there, and the probe that reads from it."""

    def __init__(self, arm: FrozenArm, texts: LowShotTexts, device: str) -> None:
        self._arm, self._texts, self._device = arm, texts, device
        self._reader = (arm.reads or FINE_TUNED).open(texts, device)

    def prepare(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """Adapt the language model where that is the arm, then read what has not been read."""
        if self._arm.reads:
            yield from self._reader.prepare(rows)
        yield from self._probe.prepare(rows)

    def candidates(self, n_labels: int) -> Sequence[Candidate]:
        """Every layer with every penalty."""
        return self._probe.candidates(n_labels)

    def train(self, rows: np.ndarray, candidate: Candidate, seed: int) -> Trained:
        """As the probe does."""
        return self._probe.train(rows, candidate, seed)

    @cached_property
    def state(self) -> TrainedState:
        """The language model; once it is adapted, where that is the arm."""
        return self._arm.state(self._reader.adapted, self._device)

    @cached_property
    def _probe(self) -> OpenProbe:
        key = settings_hash({"weights": self.state.weights, "texts": self._texts.fingerprint})
        folder = cache_folder() / "low-shot" / f"{self._arm.name}-{key}"
        pooled = partial(_pooled, self.state)
        return OpenProbe(
            self._texts, Probe(pooled_widths(self.state.reader[1]), STRENGTHS, pooled), folder
        )


def _pooled(state: TrainedState, texts: Sequence[str]) -> np.ndarray:
    direction, lm = state.reader
    return pooled_states(lm, [state.ids(text) for text in texts], backward=direction == "backward")


def _untrained(_: Path, device: str) -> TrainedState:
    return TrainedState.untrained(Ulmfit(), device)


def _shipped(_: Path, device: str) -> TrainedState:
    return TrainedState.of_shipped(Ulmfit(), device)


UNTRAINED_FROZEN = FrozenArm(
    "untrained-frozen",
    "Untrained language model, frozen",
    "Logistic regression on the pooled states of one layer of the net with random weights.",
    _untrained,
    pretrained=False,
)
PRETRAINED_FROZEN = FrozenArm(
    "pretrained-frozen",
    "Pretrained language model, frozen",
    "The same on the language model of Wikipedia.",
    _shipped,
)
FINE_TUNED_FROZEN = FrozenArm(
    "fine-tuned-frozen",
    "Fine-tuned language model, frozen",
    "The same on the language model that has also read the target's unlabelled texts.",
    TrainedState,
    reads=FINE_TUNED,
)
for arm in (UNTRAINED_FROZEN, PRETRAINED_FROZEN, FINE_TUNED_FROZEN):
    ARMS.add(arm.name)(arm)
