"""Settings as JSON, as the run store keeps them, and as frozen dataclasses, as code reads them.

Every field says with its default what values it may have, so that the command line, a page and the
run store check them in one place and with the same words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

from engine.errors import EngineError

Config = TypeVar("Config")
KINDS = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def number(default: float, least: float, most: float = math.inf, about: str = "") -> Any:
    """A field that holds a number within bounds; whole if its default is."""
    return field(default=default, metadata={"least": least, "most": most, "about": about})


def choice(default: str, options: tuple[str, ...], about: str = "") -> Any:
    """A field that holds one of a few names."""
    return field(default=default, metadata={"options": options, "about": about})


def switch(default: bool, about: str = "") -> Any:
    """A field that is on or off."""
    return field(default=default, metadata={"about": about})


def text(default: str, about: str = "") -> Any:
    """A field that holds a name or a text."""
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Settings:
    """Base of all configs: checked once, when they are made."""

    def __post_init__(self) -> None:
        for each in fields(self):
            check_value(each.name, getattr(self, each.name), each.metadata)


def check_value(name: str, value: Any, allowed: Mapping[str, Any]) -> None:
    """Refuse a value outside its bounds or options, with a sentence that names them."""
    options = allowed.get("options")
    if options is not None and value not in options:
        raise EngineError(f"{name} is one of: {', '.join(options)}. Got {value!r}.")
    if "least" in allowed and not allowed["least"] <= value <= allowed["most"]:
        most = "" if math.isinf(allowed["most"]) else f" and at most {allowed['most']:,}"
        raise EngineError(f"{name} must be at least {allowed['least']:,}{most}; got {value!r}.")


def from_settings(kind: type[Config], settings: Mapping[str, Any], path: str = "") -> Config:
    """The config that JSON values describe; what they leave out has its default.

    Raises:
        EngineError: a setting that does not exist, or a value that it cannot have.
    """
    if not isinstance(settings, Mapping):
        raise EngineError(f"{path.rstrip('.') or 'The settings'} must be names with values.")
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in known:
            raise EngineError(f"Unknown setting {path}{name}. Known: {', '.join(known)}.")
        values[name] = _value(getattr(kind(), name), value, f"{path}{name}")
    try:
        return kind(**values)
    except EngineError as error:
        raise EngineError(f"{path}{error}") from None


def _value(default: Any, value: Any, path: str) -> Any:
    """A JSON value as the type of its default."""
    if is_dataclass(default):
        return from_settings(type(default), value, f"{path}.")
    wanted = type(default)
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted or (wanted is float and not math.isfinite(value)):
        raise EngineError(f"{path} must be {KINDS[wanted]}; got {value!r}.")
    return value
