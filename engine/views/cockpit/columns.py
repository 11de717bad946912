"""The cockpit's three columns for a run's settings: what goes in, what changes, what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.corpora.training_texts import text_source
from engine.errors import EngineError
from engine.model_files import shipped_card
from engine.views.cockpit.axes import figure_axis, is_still, loss_axis, planned_rates

if TYPE_CHECKING:  # the settings' home loads PyTorch, which the first picture does without
    from engine.training.ulmfit.config import Stage, Ulmfit

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
        "first": _first(stage, groups),
        "still": is_still(config, name),
        "rate": stage.rate,
        "plan": [] if is_still(config, name) else planned_rates(stage, groups),
        "loss": loss_axis(config, name, len(names)),
        "figure": figure_axis(config, name, len(names), _first_word(config.watch)),
        "writes": name != "classify" and config.sample.n_words > 0,
    }


def _groups(config: Ulmfit, name: str) -> list[str]:
    from engine.training.ulmfit.groups import EMBEDDING, HEAD

    shipped = shipped_card(config.net.shipped).get("settings", {})
    is_shipped = config.pretrain.start.startswith("shipped")
    n_layers = shipped.get("n_layers", config.net.n_layers) if is_shipped else config.net.n_layers
    top = [HEAD] if name == "classify" else []
    return [EMBEDDING, *(f"LSTM {i + 1}" for i in range(n_layers)), *top]


def _first(stage: Stage, groups: list[str]) -> list[str]:
    """The groups that learn from the stage's first batch on."""
    from engine.training.ulmfit.groups import trained_groups

    return list(trained_groups(groups, stage.unfreezing, 0))


def _source(name: str) -> Any:
    """A source of texts, or nothing where a user's own texts are no longer here."""
    try:
        return text_source(name)
    except EngineError:
        return None


def _first_word(name: str) -> str:
    """A source's title as short as it gets: there is little room beside a chart."""
    return getattr(_source(name), "title", name).split(" ")[0].strip(":")


def _title(config: Ulmfit, name: str) -> str:
    if is_still(config, name):
        return "other text, before this run"
    text = getattr(config, name).text
    return getattr(_source(text), "title", text)


def _takes(config: Ulmfit, name: str) -> str:
    if name == "classify":
        return f"{config.classify.n_labels:,} texts with their labels"
    if name == "adapt":
        return "running text of the kind to judge, no labels"
    if is_still(config, name):
        return shipped_card(config.net.shipped).get("data", "the shipped model's text")
    return "running text of all kinds, no labels"


def _changes(config: Ulmfit, name: str) -> str:
    if is_still(config, name):
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
