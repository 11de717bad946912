"""The cockpit's three columns for a run's settings: what goes in, what changes, what comes out, the
planned rate, and the bounds of the charts, which are fixed before the first batch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.corpora.training_texts import text_source
from engine.errors import EngineError
from engine.model_files import shipped_card

if TYPE_CHECKING:  # the settings' home loads PyTorch, which the first picture does without
    from engine.training.ulmfit.config import Stage, Ulmfit

N_PLANNED = 240  # points of a planned rate
TITLES = {
    "pretrain": "Pretrain a language model",
    "adapt": "Fine-tune it on the target text",
    "classify": "Fine-tune a classifier",
}
LEFT_OUT = {
    "pretrain": "Left out in this run: the language model starts from random weights.",
    "adapt": "Left out in this run: the classifier starts from stage 1's language model as it is.",
}
TOP = 6  # names of labels that are listed


def columns(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the cockpit says of a run of ULMFiT before it has told anything.

    Args:
        settings: as the run store keeps them.
    Returns:
        `stages`, one entry a column, and `height`, the layers of the tallest stack.
    Raises:
        EngineError: settings that no run can have.
    """
    from engine.training.ulmfit.config import STAGES, Ulmfit
    from engine.training.ulmfit.settings import from_settings

    config = from_settings(Ulmfit, settings)
    stages = [_column(config, name) for name in STAGES]
    return {
        "stages": stages,
        "height": max(len(stage["groups"]) for stage in stages),
        "backward": config.direction == "backward",
    }


def _column(config: Ulmfit, name: str) -> dict[str, Any]:
    stage: Stage = getattr(config, name)
    groups = _groups(config, name)
    source = _source(getattr(stage, "text", ""))
    names = getattr(source, "label_names", ("", ""))
    return {
        "name": name,
        "title": TITLES[name],
        "on": f"on {_title(config, name)}",
        "skipped": "" if name in config.stages() else LEFT_OUT[name],
        "takes": _takes(config, name),
        "changes": _changes(config, name),
        "gives": _gives(name, names),
        "groups": groups,
        "still": _is_still(config, name),
        "rate": stage.rate,
        "plan": [] if _is_still(config, name) else _plan(stage, groups),
        "loss": _loss_axis(config, name, len(names)),
        "figure": _figure(config, name, len(names)),
        "writes": name != "classify" and config.sample.n_words > 0,
    }


def _groups(config: Ulmfit, name: str) -> list[str]:
    from engine.training.ulmfit.groups import EMBEDDING, HEAD

    shipped = shipped_card(config.net.shipped).get("settings", {})
    is_shipped = config.pretrain.start.startswith("shipped")
    n_layers = shipped.get("n_layers", config.net.n_layers) if is_shipped else config.net.n_layers
    top = [HEAD] if name == "classify" else []
    return [EMBEDDING, *(f"LSTM {i + 1}" for i in range(n_layers)), *top]


def _source(name: str) -> Any:
    """A source of texts, or nothing where a user's own texts are no longer here."""
    try:
        return text_source(name)
    except EngineError:
        return None


def _title(config: Ulmfit, name: str) -> str:
    if _is_still(config, name):
        return "other text, before this run"
    text = getattr(config, name).text
    return getattr(_source(text), "title", text)


def _takes(config: Ulmfit, name: str) -> str:
    if name == "classify":
        return f"{config.classify.n_labels:,} texts with their labels"
    if name == "adapt":
        return "running text of the kind to judge, no labels"
    if _is_still(config, name):
        return shipped_card(config.net.shipped).get("data", "the shipped model's text")
    return "running text of all kinds, no labels"


def _changes(config: Ulmfit, name: str) -> str:
    if _is_still(config, name):
        hours = shipped_card(config.net.shipped).get("hours")
        trained = f", trained for {hours:.1f} hours" if hours else ""
        return f"nothing in this run: the weights ship{trained}"
    stage: Stage = getattr(config, name)
    who = {
        "all": "every layer at once",
        "gradual": "the top first, one more layer in each epoch",
        "last": "the top layer only",
        "chain-thaw": "one layer after the other, then all",
    }[stage.unfreezing]
    how = "each 2.6 times as slowly as the one above" if stage.discriminative else "at one rate"
    flat = ", which stays the same" if stage.schedule == "flat" else ""
    return f"{who}, {how}{flat}"


def _gives(name: str, label_names: tuple[str, ...]) -> str:
    if name == "pretrain":
        return "a model that foretells the next word"
    if name == "adapt":
        return "one that foretells the target's words"
    return " or ".join(label_names) if len(label_names) <= TOP else f"{len(label_names)} labels"


def _plan(stage: Stage, groups: list[str]) -> list[list[float]]:
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


def _loss_axis(config: Ulmfit, name: str, n_labels: int) -> dict[str, float]:
    """Nats a token, or a text: what guessing costs lies near the top."""
    if name == "classify":
        return {"low": 0, "high": round(1.5 * math.log(n_labels), 1)}
    return {"low": 4, "high": 10} if _from_scratch(config) else {"low": 3, "high": 7}


def _figure(config: Ulmfit, name: str, n_labels: int) -> dict[str, Any]:
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
        "before": _recorded_curve(config) if _is_still(config, name) else [],
        "watched_title": getattr(_source(config.watch), "title", config.watch).partition(":")[0],
    }  # fmt: skip


def _is_still(config: Ulmfit, name: str) -> bool:
    """A stage whose weights ship: nothing is trained in it."""
    return name == "pretrain" and config.pretrain.start == "shipped"


def _recorded_curve(config: Ulmfit) -> list[list[float]]:
    """(share of the training, perplexity) of the shipped model, from its card."""
    curve = shipped_card(config.net.shipped).get("curve", [])
    key = f"{config.directions()[0]}_perplexity"
    points = [(point["step"], point[key]) for point in curve if key in point]
    return [[step / points[-1][0], value] for step, value in points]


def _from_scratch(config: Ulmfit) -> bool:
    return not config.pretrain.start.startswith("shipped")
