"""Training steps of an objective, one after the other, and what a machine could do at most."""

from __future__ import annotations

import time
from typing import NamedTuple

import torch

from engine.training.objective import Objective
from tests.benchmarks.timing import seconds_of

SIDES = {"cpu": 1_024, "cuda": 8_192}  # of the matrices whose product shows a device's peak


class Step(NamedTuple):
    """What one call did."""

    n_tokens: int
    processor_seconds: float


class Stepper:
    """An objective's batches in their order, as the training loop takes them."""

    def __init__(self, objective: Objective, clip_norm: float) -> None:
        self._objective, self._clip_norm, self._n_done = objective, clip_norm, 0
        self._parameters = list(objective.net.parameters())
        self._optimizer = torch.optim.Adam(self._parameters, lr=1e-3, betas=(0.9, 0.99), fused=True)
        objective.net.train()

    def step(self) -> Step:
        """One batch."""
        started = time.process_time()
        loss, n_tokens = self._objective.loss(self._n_done)
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        self._optimizer.step()
        wait_for(self._parameters[0].device)
        self._n_done += 1
        return Step(n_tokens, time.process_time() - started)


def wait_for(device: torch.device) -> None:
    """A GPU works on while the processor already counts the time: until it is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def matrix_multiply_rate(device: torch.device) -> float:
    """Operations a second of a matrix product on a device, under the precision that is set: the
    best of ten.
    """
    side = SIDES[device.type]
    a, b = (torch.randn(side, side, device=device) for _ in range(2))

    def product() -> None:
        torch.mm(a, b)
        wait_for(device)

    product()
    return 2 * side**3 / min(seconds_of(product) for _ in range(10))
