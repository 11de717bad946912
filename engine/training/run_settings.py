"""The settings of a run, as its folder keeps them: a run that is resumed goes on with them, and the
card of what it became says by which command it is made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.training.objective import RECIPES, Config

CONFIG, RECIPE = "config.json", "recipe"


def write_settings(recipe: str, config: Config, folder: Path) -> None:
    """Keep a recipe's settings in the folder of its run."""
    settings = {RECIPE: recipe, **asdict(config)}  # type: ignore[call-overload]
    (folder / CONFIG).write_text(json.dumps(settings, indent=1), encoding="utf8")


def read_settings(folder: Path) -> tuple[str, Any]:
    """The recipe of a run, and its settings as the recipe's own config.

    Raises:
        EngineError: the folder holds no run.
    """
    try:
        settings = json.loads((folder / CONFIG).read_text(encoding="utf8"))
        recipe = settings.pop(RECIPE)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{folder} is not the folder of a run: {error}.") from error
    return recipe, rebuilt(RECIPES[recipe].Config, settings)


def rebuilt(kind: Any, values: Mapping[str, Any]) -> Any:
    """A config dataclass from its plain values; what it does not know is left out."""
    defaults = kind(n_steps=1) if "n_steps" in values else kind()
    known = {field.name for field in fields(kind)}
    return kind(
        **{
            key: rebuilt(type(getattr(defaults, key)), value)
            if is_dataclass(getattr(defaults, key))
            else value
            for key, value in values.items()
            if key in known
        }
    )


def command(recipe: str, settings: Mapping[str, Any]) -> str:
    """The command that makes a run with these settings: the recipe, and what differs from it.

    Args:
        settings: plain values, as a model card has them.
    """
    changes = _changes(asdict(RECIPES[recipe].Config()), settings)
    parts = ["python -m engine train", recipe, f"--folder runs/{recipe}", *changes]
    return " ".join(parts)


def _changes(
    defaults: Mapping[str, Any], settings: Mapping[str, Any], at: str = ""
) -> Iterator[str]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _changes(defaults[name], value, f"{at}{name}.")
        elif name == "start_from":
            if value:  # a place on one machine says nothing elsewhere
                yield "--set start_from=FILE"
        elif name in defaults and value != defaults[name]:
            yield f"--set {at}{name}={value}"
