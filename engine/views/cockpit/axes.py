"""The bounds of the cockpit's charts and the planned rate, fixed before the first batch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from engine.model_files import shipped_card

if TYPE_CHECKING:  # the settings' home loads PyTorch, which the first picture does without
    from engine.training.ulmfit.config import Stage, Ulmfit

N_PLANNED = 240  # points of a planned rate


def planned_rates(stage: Stage, groups: list[str]) -> list[list[float]]:
    """(share of the stage's batches, share of its highest rate), in order."""
    from engine.training.schedules import cosine, slanted_triangular
    from engine.training.ulmfit.config import COSINE, FLAT, TRIANGLE
    from engine.training.ulmfit.groups import phase

    n = math.ceil(N_PLANNED / stage.epochs) * stage.epochs  # as if an epoch had so many batches

    def factor(t: int) -> float:
        if stage.schedule == FLAT:
            return 1.0
        if stage.schedule in (TRIANGLE, COSINE):
            return (cosine if stage.schedule == COSINE else slanted_triangular)(t, n)
        per_epoch = n // stage.epochs
        first, end = phase(groups, stage.unfreezing, t // per_epoch, stage.epochs)
        return slanted_triangular(t - first * per_epoch, (end - first) * per_epoch)

    return [[round((t + 1) / n, 4), round(factor(t), 4)] for t in range(n)]


def loss_axis(config: Ulmfit, name: str, n_labels: int) -> dict[str, float]:
    """Nats a token, or a text: what guessing costs lies near the top."""
    if name == "classify":
        return {"low": 0, "high": round(1.5 * math.log(n_labels), 1)}
    return {"low": 4, "high": 10} if _from_scratch(config) else {"low": 3, "high": 7}


def figure_axis(config: Ulmfit, name: str, n_labels: int, watched: str) -> dict[str, Any]:
    """The figure that validation gives, and its axis."""
    if name == "classify":
        chance = 1 / n_labels
        low = math.floor(10 * chance - 1) / 10 if n_labels < 5 else 0
        return {
            "name": "accuracy", "title": "accuracy", "low": low, "high": 1, "log": False,
            "level": chance, "watched": "", "watched_title": "", "n": config.classify.n_valid,
            "before": [],
        }  # fmt: skip
    low, high = (100, 10_000) if _from_scratch(config) else (30, 3_000)
    return {
        "name": "perplexity", "title": "perplexity", "low": low, "high": high, "log": True,
        "level": None, "watched": "watched_perplexity", "n": 0,
        "before": recorded_curve(config) if is_still(config, name) else [],
        "watched_title": watched,
    }  # fmt: skip


def is_still(config: Ulmfit, name: str) -> bool:
    """A stage whose weights ship: nothing is trained in it."""
    return name == "pretrain" and config.pretrain.start == "shipped"


def recorded_curve(config: Ulmfit) -> list[list[float]]:
    """(share of the training, perplexity) of the shipped model, from its card."""
    curve = shipped_card(config.net.shipped).get("curve", [])
    key = f"{config.directions()[0]}_perplexity"
    points = [(point["step"], point[key]) for point in curve if key in point]
    return [[step / points[-1][0], value] for step, value in points]


def _from_scratch(config: Ulmfit) -> bool:
    return not config.pretrain.start.startswith("shipped")
