"""Events as a three-stage training gives them, made up and the same each time, for tests of what
shows a run. No training takes place; the app never sees this file.
"""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

from engine.training.events import (
    Batch,
    CheckpointWritten,
    EpochEnded,
    Event,
    Finished,
    SampleText,
    StageBegan,
    StageEnded,
    Unfrozen,
    Validated,
)

LM_GROUPS = ("embedding", "LSTM 1", "LSTM 2", "LSTM 3")
GROUPS = {"pretrain": LM_GROUPS, "adapt": LM_GROUPS, "classify": (*LM_GROUPS, "head")}
TOP_RATES = {"pretrain": 0.003, "adapt": 0.004, "classify": 0.01}
EPOCHS = {"pretrain": 1, "adapt": 2, "classify": 6}
WRITTEN = {
    "": "was the first of the county , and in the north of the river",
    "pretrain": "was released in 1987 , and the game was played by the band",
    "adapt": "is a bit too long , but the acting is great and so is the end",
}


def short_hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def triangle(t: int, n: int) -> float:
    cut = n // 10
    p = t / cut if t < cut else 1 - (t - cut) / (n - cut)
    return (1 + p * 31) / 32


def fake_events(
    n_batches: tuple[int, int, int] = (30, 40, 60), prompt: str = "This film"
) -> Iterator[Event]:
    """All events of a run, in order; `n_batches` for each stage."""
    step = 0
    weights = short_hash("fresh")
    for stage, n in zip(GROUPS, n_batches, strict=True):
        yield StageBegan(step, stage, GROUPS[stage], n, EPOCHS[stage], weights)
        if stage == "pretrain":
            yield SampleText(step, stage, prompt, WRITTEN[""])
        yield from _stage(stage, n, step)
        step += n
        weights = short_hash(stage, n)
        if stage in WRITTEN:
            yield SampleText(step, stage, prompt, WRITTEN[stage])
        yield StageEnded(step, stage, weights)
        yield CheckpointWritten(step, Path(f"{step}.safetensors"), weights)
    yield Finished(step, Path("end.safetensors"))


def _stage(stage: str, n: int, first: int) -> Iterator[Event]:
    groups, n_epochs = GROUPS[stage], EPOCHS[stage]
    trained = groups[-1:] if stage == "classify" else groups
    for t in range(n):
        epoch = t * n_epochs // n
        yield _batch(stage, t, n, first, trained)
        if (t + 1) * n_epochs // n > epoch:
            step = first + t + 1
            yield EpochEnded(step, stage, epoch)
            yield Validated(step, figures(stage, (t + 1) / n), stage)
            if len(trained) < len(groups) and t + 1 < n:
                thawed = groups[-len(trained) - 1]
                trained = (thawed, *trained)
                yield Unfrozen(step, stage, (thawed,))


def _batch(stage: str, t: int, n: int, first: int, trained: tuple[str, ...]) -> Batch:
    groups = GROUPS[stage]
    rates, gradients, changes = {}, {}, {}
    for depth, group in enumerate(reversed(groups)):
        ratio = 1.0 if stage == "pretrain" else 2.6**depth
        on = group in trained
        rates[group] = TOP_RATES[stage] * triangle(t, n) / ratio if on else 0.0
        gradients[group] = (0.4 + 0.2 * math.sin(t + depth)) if on else 0.0
        changes[group] = rates[group] * (8 + 3 * math.sin(t / 3 + depth)) if on else 0.0
    start, end = {"pretrain": (9.6, 6.1), "adapt": (5.9, 4.7), "classify": (0.8, 0.35)}[stage]
    wobble = 0.04 * start * math.sin(7.3 * t) * math.cos(1.7 * t)
    loss = end + (start - end) * math.exp(-3 * t / n) + wobble
    frozen = tuple(group for group in groups if group not in trained)
    return Batch(
        step=first + t + 1, stage=stage, epoch=t * EPOCHS[stage] // n, loss=loss, n_tokens=2240,
        rates=rates, frozen=frozen, gradient_norms=gradients,
        weight_changes={group: changes[group] for group in groups},  # in another order
    )  # fmt: skip


def figures(stage: str, share: float) -> dict[str, float]:
    if stage == "classify":
        return {"accuracy": 0.55 + 0.3 * share, "loss": 0.7 - 0.3 * share}
    start, end = {"pretrain": (6000, 420), "adapt": (380, 130)}[stage]
    return {"perplexity": start * (end / start) ** share}
