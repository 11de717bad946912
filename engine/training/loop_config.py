"""The settings that every training shares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoopConfig:
    """How long, how fast, how often. Steps are batches."""

    n_steps: int
    learning_rate: float = 1e-3  # the highest
    warm_up: int = 100  # steps
    decay_share: float = 0.25  # of n_steps, at the end
    clip_norm: float = 1.0  # of the whole gradient
    weight_decay: float = 0.0
    validate_every: int = 500
    checkpoint_every: int = 500
