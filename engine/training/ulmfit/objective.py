"""What a stage needs from its data: losses to make small, figures to show, state to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from engine.training.ulmfit.models import Models


@dataclass(frozen=True)
class Loss:
    """Of one batch and one direction."""

    minimised: Tensor  # with regularisation
    nats: Tensor  # of a token or of a text, without
    n_tokens: int


class StageObjective(Protocol):
    """The nets of a stage with its data. Batch number `step` of the stage is a function of the
    run's seed and of `step` alone.
    """

    models: Models
    batches_per_epoch: int

    def losses(self, step: int) -> dict[str, Loss]:
        """The loss of each direction."""

    def validate(self) -> dict[str, float]:
        """Figures on text that is not learnt from."""

    def end(self) -> dict[str, float] | None:
        """The last batch is done and validated. Figures, where other weights than those of the
        last batch are kept.
        """

    def carried(self) -> dict[str, Tensor]:
        """State beside weights and optimizer."""

    def restore(self, carried: dict[str, Tensor]) -> None:
        """Take up what `carried` gave."""
