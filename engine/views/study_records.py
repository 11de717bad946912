"""What studies recorded of models: read from a results file once, and again when it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from engine.encoder import ENCODERS, is_registered
from engine.training.json_lines import Record, read_lines


@dataclass(frozen=True, kw_only=True)
class ModelRecord:
    """What each recorded result of a model says of where it comes from."""

    model: str
    model_sha256: str  # of its weights
    text_sha256: str  # of what was read
    device: str
    dtype: str
    date: str

    @property
    def key(self) -> Hashable:
        """What makes two records the same one."""
        return self.model

    def provenance(self, command: str) -> str:
        """For captions: `recorded 2026-01-01 (COMMAND; cpu, float32)`."""
        return f"recorded {self.date} ({command}; {self.device}, {self.dtype})"


Kind = TypeVar("Kind")


def records(path: Path, parse: Callable[[dict[str, Any]], Record], what: str) -> dict[Any, Record]:
    """key -> record; none where there is no file.

    Args:
        parse: makes a record of a line's fields; the same function at each call.
        what: a line should be, for the message.
    Raises:
        CorruptFile: a line is not such a record; the message names it.
    """
    return _read(path, path.stat().st_mtime_ns, parse, what) if path.is_file() else {}


@lru_cache(maxsize=8)
def _read(
    path: Path, _changed: int, parse: Callable[[dict[str, Any]], Record], what: str
) -> dict[Any, Record]:
    return {record.key: record for record in read_lines(path, parse, what)}


def is_current(record: ModelRecord, model: str = "") -> bool:
    """True if the record is of the weights as they are now; those of the hub are not compared.

    Args:
        model: whose weights were read, if the record is named otherwise.
    """
    name = model or record.model
    return not is_registered(name) or ENCODERS[name].card.sha256 == record.model_sha256


def rebuilt(kind: type[Kind], plain: Any) -> Kind:
    """A value of a type from what JSON made of it: dataclasses and named tuples nested, tuples
    from lists, numbered keys from text.

    Raises:
        KeyError: a field is missing.

    >>> rebuilt(dict[int, tuple[float, ...]], {"1": [0.5]})
    {1: (0.5,)}
    """
    of: Any = kind
    if is_dataclass(kind):
        names, hints = [one.name for one in fields(kind)], get_type_hints(of)
        return cast(Kind, of(**{name: rebuilt(hints[name], plain[name]) for name in names}))
    if hasattr(of, "_fields"):
        kinds = get_type_hints(of).values()
        every = (rebuilt(own, value) for own, value in zip(kinds, plain, strict=True))
        return cast(Kind, of(*every))
    found = plain
    if get_origin(of) is tuple:
        own = get_args(of)[0]
        found = tuple(rebuilt(own, value) for value in plain)
    elif get_origin(of) is dict:
        key, own = get_args(of)
        found = {key(name): rebuilt(own, value) for name, value in plain.items()}
    return found
