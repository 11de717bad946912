"""What is trained: a net, its batches in a fixed order, and how good it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor, nn

from engine.registry import Registry
from engine.training.events import Event
from engine.training.loop_config import LoopConfig


class Objective(Protocol):
    """A net with its data. Batch number `step` is a function of the seed and of `step` alone, so
    that a resumed run goes on with the very same data.
    """

    steps_per_epoch: int

    @property
    def net(self) -> nn.Module:
        """Everything that is trained."""

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Mean loss of a batch in nats per token, regularisation included, and its tokens."""

    def carried(self) -> dict[str, Tensor]:
        """State beside the weights, such as an LSTM's; empty where there is none."""

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Take up what `carried` gave."""

    def validate(self) -> dict[str, float]:
        """Figures on the validation text; the net is in train mode again afterwards."""


class Config(Protocol):
    """The settings of a recipe: a frozen dataclass that holds at least these."""

    @property
    def seed(self) -> int:
        """Of every random choice."""

    @property
    def loop(self) -> LoopConfig:
        """How long, how fast, how often."""


class Recipe(Protocol):
    """How one of the shipped models comes about."""

    Config: ClassVar[Any]
    ABOUT: ClassVar[dict[str, str]]  # title, data, licence and intended_use, for the card

    def events(self, config: Any, folder: Path, device: torch.device) -> Iterator[Event]:
        """Train; checkpoints go to `folder`, and a checkpoint there is where it goes on."""

    def ship(self, config: Any, run: Path, folder: Path) -> dict[str, Any]:
        """Write the weights of a run to `folder` and give what its model card says."""


RECIPES: Registry[Any] = Registry("recipe", package="engine.training.recipes")
