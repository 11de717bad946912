"""The readings that are compared; every one begins with the shipped language model."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from engine.training.low_shot.config import ADAPTATION

EPOCHS = ADAPTATION["epochs"]
FEWER = 3
DISCRIMINATIVE = {"discriminative": True, "rate": 4e-3}


@dataclass(frozen=True)
class Reading:
    """A way to adapt a language model to the target's unlabelled texts."""

    title: str
    changes: dict[str, Any] = field(default_factory=dict)  # of the low-shot experiment's stage 2


READINGS: dict[str, Reading] = {
    "none": Reading("none", {"on": False}),
    "1000": Reading(f"1,000 texts, {EPOCHS} epochs", {"n_texts": 1_000}),
    "discriminative": Reading(
        f"all, {FEWER} epochs, discriminative rates", {"epochs": FEWER, **DISCRIMINATIVE}
    ),
    "shorter": Reading(f"all, {FEWER} epochs", {"epochs": FEWER}),
    "all": Reading(f"all, {EPOCHS} epochs"),
}


@dataclass(frozen=True)
class TargetReading:
    """Which readings are tried, and how they are judged."""

    readings: tuple[str, ...] = tuple(READINGS)
    sizes: tuple[int, ...] = (100, 1_000)  # labels that the linear reader learns from
    seeds: tuple[int, ...] = (0, 1, 2)  # of the label draw
    source: str = "imdb"  # a labelled source of engine.corpora.training_texts
    valid_tokens: int = 100_000  # of the validation texts, that perplexity is measured on
    device: str = "cpu"

    def settings(self) -> dict[str, Any]:
        """What all lines share; results of other settings must not be mixed with these."""
        free = ("readings", "device")
        return {name: value for name, value in asdict(self).items() if name not in free}
