"""ULMFiT's three arms: the same net from random weights, from a language model of general text, and
from one that has also read the target's unlabelled texts.

All three choose among as many candidates, once for each number of labels, with the first seed's
draw, and again with a draw where that choice fails; each candidate ends with the epoch that
validation liked best of four.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from engine.corpora.files import cache_folder
from engine.model_files import not_shipped, shipped_sha256
from engine.training.events import StageEnded, Validated
from engine.training.low_shot.arms import ARMS, Candidate, Trained
from engine.training.low_shot.config import ADAPTATION, LANGUAGE_MODEL
from engine.training.low_shot.results import settings_hash
from engine.training.low_shot.texts import LowShotTexts
from engine.training.session import SESSIONS
from engine.training.ulmfit.config import ADAPT, CLASSIFY
from engine.training.ulmfit.regraft import regrafted

N_VALID = 1_000  # texts of the validation split that epochs and candidates are chosen by
SAVE_EVERY = 100  # batches of the adaptation
N_TEST = 2_500  # texts: the first of the test texts, whose order is random and fixed
N_VALIDATIONS = 4
EPOCHS = ((200, 20), (1_000, 12), (100_000, 8))  # (labels at most, epochs), the same for all arms
CLASSIFIER = {"batch_size": 32, "keep_best": True, "n_valid": N_VALID}

FROM_SCRATCH: tuple[Candidate, ...] = tuple(
    {"unfreezing": "all", "discriminative": False, "rate": rate, "dropout": dropout}
    for dropout in (0.5, 1.0)
    for rate in (1e-3, 3e-3)
)
# With the paper's tricks and without: where the language model is weak, its lower layers have much
# to learn, and small rates keep them from it.
FROM_LANGUAGE_MODEL: tuple[Candidate, ...] = (
    {"unfreezing": "all", "discriminative": False, "rate": 1e-3, "dropout": 0.5},
    {"unfreezing": "all", "discriminative": False, "rate": 3e-3, "dropout": 1.0},
    {"unfreezing": "gradual", "discriminative": False, "rate": 3e-3, "dropout": 0.5},
    {"unfreezing": "gradual", "discriminative": True, "rate": 1e-2, "dropout": 0.5},
)


@dataclass(frozen=True)
class UlmfitArm:
    """A kind of start, and what is tried from there."""

    name: str
    title: str
    about: str
    start: dict[str, Any]  # settings of the session's first two stages
    grid: tuple[Candidate, ...]
    epochs: tuple[tuple[int, int], ...]
    pretrained: bool
    tunes_once = True

    def missing(self) -> str | None:
        """Whether the language model is shipped, where it is needed."""
        return not_shipped(LANGUAGE_MODEL, "the language model") if self.pretrained else None

    def weights(self) -> str:
        """Of the shipped language model."""
        return shipped_sha256(LANGUAGE_MODEL) if self.pretrained else ""

    def settings(self) -> dict[str, Any]:
        """Both stages and the grid."""
        return {
            "start": self.start, "classify": CLASSIFIER, "grid": self.grid, "n_test": N_TEST,
            "epochs": self.epochs, "n_validations": N_VALIDATIONS,
        }  # fmt: skip

    def open(self, texts: LowShotTexts, device: str) -> OpenUlmfit:
        """Texts that the session reads by their source's name."""
        read = {"start": self.start, "texts": texts.fingerprint, "weights": self.weights()}
        key = settings_hash(read)
        return OpenUlmfit(self, texts, device, cache_folder() / "low-shot" / f"adapted-{key}")


class OpenUlmfit:
    """Runs of the session, whose last stage begins from the same adapted language model."""

    def __init__(self, arm: UlmfitArm, texts: LowShotTexts, device: str, adapted: Path) -> None:
        self._arm, self._texts, self._device = arm, texts, device
        self.adapted = adapted.with_suffix(".safetensors")
        self._unfinished = adapted.with_suffix(".unfinished.safetensors")

    def prepare(self, rows: np.ndarray) -> Iterator[tuple[int, int]]:
        """Let the language model read the pool, once; taken up where it was interrupted."""
        if not self._adapts or self.adapted.exists():
            return
        self.adapted.parent.mkdir(parents=True, exist_ok=True)
        session = SESSIONS["ulmfit"](self.settings(len(rows), {}, 0), device=self._device)
        if self._unfinished.exists():
            session.restore(self._unfinished)
        n_batches, ended = 0, False
        while not ended:
            for event in session.advance():
                n_batches = getattr(event, "n_batches", 0) or n_batches
                ended |= isinstance(event, StageEnded) and event.stage == ADAPT
            if session.step % SAVE_EVERY == 0:
                session.save(self._unfinished)
                yield session.step, n_batches
        session.save(self._unfinished)
        self._unfinished.replace(self.adapted)
        yield session.step, n_batches

    def candidates(self, n_labels: int) -> Sequence[Candidate]:
        """Rates and ways of unfreezing; more epochs of fewer texts."""
        epochs = next(epochs for most, epochs in self._arm.epochs if n_labels <= most)
        often = {"epochs": epochs, "validate_epochs": epochs // N_VALIDATIONS}
        return [{**often, **candidate} for candidate in self._arm.grid]

    def train(self, rows: np.ndarray, candidate: Candidate, seed: int) -> Trained:
        """One classifier. The session draws the same rows for the same number and seed."""
        settings = self.settings(len(rows), candidate, seed)
        session = SESSIONS["ulmfit"](settings, device=self._device)
        folder = TemporaryDirectory(prefix="conescope-")  # lives as long as the closure below
        path = Path(folder.name) / "state.safetensors"
        if self._adapts:
            regrafted(self.adapted, settings, path)
            session.restore(path)
        accuracy = 0.0
        while not session.finished:
            for event in session.advance():
                if isinstance(event, Validated) and event.stage == CLASSIFY:
                    accuracy = event.figures["accuracy"]
        session.save(path)
        return Trained(accuracy, lambda: self._tested(folder))

    def settings(self, n_labels: int, candidate: Candidate, seed: int) -> dict[str, Any]:
        """What the session is told."""
        start = {stage: dict(values) for stage, values in self._arm.start.items()}
        if self._adapts:
            start[ADAPT]["text"] = self._texts.source
        learnt = {"text": self._texts.source, "n_labels": n_labels, **CLASSIFIER, **candidate}
        return {"seed": seed, **start, CLASSIFY: learnt, "sample": {"n_words": 0}}

    @property
    def _adapts(self) -> bool:
        return bool(self._arm.start[ADAPT]["on"])

    def _tested(self, folder: TemporaryDirectory) -> np.ndarray:
        from engine.training.ulmfit.answers import TrainedState

        state = TrainedState(Path(folder.name) / "state.safetensors", self._device)
        return state.classify(self._texts.test[:N_TEST]).argmax(axis=1)


SHIPPED = {"start": "shipped"}
FROM_RANDOM = UlmfitArm(
    "scratch",
    "From scratch",
    "The same net from random weights, on the labelled texts alone.",
    {"pretrain": {"start": "none"}, ADAPT: {"on": False}},
    FROM_SCRATCH,
    EPOCHS,
    pretrained=False,
)
PRETRAINED = UlmfitArm(
    "pretrained",
    "Pretrained",
    "A language model of Wikipedia becomes a classifier.",
    {"pretrain": SHIPPED, ADAPT: {"on": False}},
    FROM_LANGUAGE_MODEL,
    EPOCHS,
    pretrained=True,
)
FINE_TUNED = UlmfitArm(
    "pretrained-fine-tuned",
    "Pretrained and fine-tuned",
    "The language model also reads the target's unlabelled texts, then becomes a classifier.",
    {"pretrain": SHIPPED, ADAPT: ADAPTATION},
    FROM_LANGUAGE_MODEL,
    EPOCHS,
    pretrained=True,
)
for arm in (FROM_RANDOM, PRETRAINED, FINE_TUNED):
    ARMS.add(arm.name)(arm)
