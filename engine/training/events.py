"""What a training says of itself. The same stream feeds the command line, a page and a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Started:
    """The net is built and the data is there."""

    n_parameters: int
    first_step: int  # 0, or where a resumed run goes on
    n_steps: int
    device: str


@dataclass(frozen=True)
class Step:
    """One batch has changed the weights."""

    step: int  # batches so far, this one included
    loss: float  # nats per token, of this batch, before the change
    rate: float  # learning rate of this step
    n_tokens: int  # of this batch
    gradient_norm: float  # before clipping


@dataclass(frozen=True)
class Validated:
    """The net was measured on the validation text."""

    step: int
    figures: dict[str, float]  # such as {"perplexity": 91.2}


@dataclass(frozen=True)
class CheckpointWritten:
    """From here the run can be taken up again, exactly."""

    step: int
    path: Path


@dataclass(frozen=True)
class Finished:
    """All steps are done."""

    step: int
    path: Path


Event = Started | Step | Validated | CheckpointWritten | Finished
