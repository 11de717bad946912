"""One stage, a batch at a time: which groups learn, how fast, and what the step did."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.training.events import Batch
from engine.training.schedules import cosine, slanted_triangular
from engine.training.ulmfit.config import COSINE, FLAT, STAGES, TRIANGLE, Stage
from engine.training.ulmfit.groups import phase, rates, trained_groups
from engine.training.ulmfit.models import Models
from engine.training.ulmfit.objective import StageObjective
from engine.training.ulmfit.optimizer import GroupedAdam
from engine.training.ulmfit.seeded import seeded


class StageRun:
    """A stage somewhere between its first and its last batch."""

    def __init__(
        self, name: str, objective: StageObjective, config: Stage, *, seed: int,
        device: torch.device,
    ) -> None:  # fmt: skip
        self.name, self.objective, self._config = name, objective, config
        self._seed, self._device = seed, device
        self._optimizer = GroupedAdam(objective.models.nets)
        self.groups = self._optimizer.groups
        self.n_epochs = config.epochs
        self.n_batches = config.epochs * objective.batches_per_epoch
        self.done = 0  # batches

    @property
    def models(self) -> Models:
        """The nets as they are now."""
        return self.objective.models

    @property
    def ended(self) -> bool:
        """Whether all batches are done."""
        return self.done == self.n_batches

    @property
    def epoch_ended(self) -> bool:
        """Whether the last batch was the last of an epoch."""
        return self.done % self.objective.batches_per_epoch == 0

    @property
    def epoch(self) -> int:
        """The epoch of the next batch, from 0."""
        return self.done // self.objective.batches_per_epoch

    def training(self, epoch: int) -> tuple[str, ...]:
        """The groups that learn in an epoch."""
        return trained_groups(self.groups, self._config.unfreezing, epoch)

    def thawed(self) -> tuple[str, ...]:
        """The groups that learn from the next batch on, and did not before."""
        before = self.training(self.epoch - 1) if self.epoch else ()
        return tuple(group for group in self.training(self.epoch) if group not in before)

    def rates(self) -> dict[str, float]:
        """Learning rate of each group in the next batch; 0 where frozen."""
        highest = self._config.rate * self._factor()
        found = rates(self.groups, highest, self._config.discriminative)
        training = self.training(self.epoch)
        return {group: rate if group in training else 0.0 for group, rate in found.items()}

    def _factor(self) -> float:
        """Where the schedule stands, in [0, 1]."""
        schedule = self._config.schedule
        if schedule == FLAT:
            return 1.0
        if schedule == COSINE:
            return cosine(self.done, self.n_batches)
        if schedule == TRIANGLE:
            return slanted_triangular(self.done, self.n_batches)
        per_epoch = self.objective.batches_per_epoch
        first, end = phase(self.groups, self._config.unfreezing, self.epoch, self.n_epochs)
        return slanted_triangular(self.done - first * per_epoch, (end - first) * per_epoch)

    def batch(self, step: int) -> Batch:
        """Do one batch.

        Args:
            step: batches of the whole run, this one included.
        """
        epoch, training, now = self.epoch, self.training(self.epoch), self.rates()
        self._optimizer.train_only(training)
        self._optimizer.zero_grad()
        with seeded(self._device, self._seed, STAGES.index(self.name), self.done):
            losses = self.objective.losses(self.done)
        # The nets of both directions share nothing, so each gets the gradient of its own loss.
        torch.stack([loss.minimised for loss in losses.values()]).sum().backward()
        norms = self._optimizer.step(now, self._config.clip_norm)
        self.done += 1
        return Batch(
            step=step,
            stage=self.name,
            epoch=epoch,
            loss=float(torch.stack([loss.nats for loss in losses.values()]).mean()),
            n_tokens=sum(loss.n_tokens for loss in losses.values()),
            rates=now,
            frozen=tuple(group for group in self.groups if group not in training),
            gradient_norms=norms.gradients,
            weight_changes=norms.changes,
        )

    def state(self) -> dict[str, dict[str, Tensor]]:
        """Everything that `restore` needs beside the number of batches done."""
        return {
            "net": self.models.state(),
            "optimizer": self._optimizer.state(),
            "carried": self.objective.carried(),
        }

    def restore(self, state: dict[str, dict[str, Tensor]], done: int) -> None:
        """Be again what `state` gave, after so many batches.

        Raises:
            RuntimeError, KeyError: it is of other nets.
        """
        self.models.load(state["net"])
        self._optimizer.restore(state["optimizer"])
        self.objective.restore(state["carried"])
        self.done = done
