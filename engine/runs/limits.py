"""How far a run may go, and the sentence when it is there."""

from __future__ import annotations

import json

from engine.runs.rows import Limits


def limit_reached(limits: str, seconds: float, step: int) -> str:
    """The sentence to show if a limit is reached, else "".

    Args:
        limits: as the store keeps them, JSON.
        seconds: of training so far.
        step: batches so far.

    >>> limit_reached('{"seconds": 60, "steps": 500}', 12.0, 500)
    "The run's limit of 500 batches is reached. Raise the limit to go on."
    """
    most = Limits(**json.loads(limits))
    if most.steps is not None and step >= most.steps:
        return f"The run's limit of {most.steps:,} batches is reached. Raise the limit to go on."
    if most.seconds is not None and seconds >= most.seconds:
        return (
            f"The run's limit of {most.seconds:,.0f} s of training is reached at batch {step:,}. "
            "Raise the limit to go on."
        )
    return ""
