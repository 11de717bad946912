"""The published numbers that ship, as facts with their source, and how they are made anew from the
files of their author.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.corpora.ethayarajh_2019 import TITLES, PublishedLayer, published_layers
from engine.errors import CorruptFile, DataUnavailable

PATH = Path(__file__).parents[2] / "assets" / "figures" / "ethayarajh-2019.json"
COMMAND = "python -m engine record published"
SOURCE = {
    "paper": "Ethayarajh (2019), https://aclanthology.org/D19-1006",
    "numbers": "https://github.com/kawine/contextual: embedding_space_stats.json; "
    "self_similarity.csv, its mean over word types",
    "command": COMMAND,
}
DIGITS = 4


def published_numbers() -> dict[str, tuple[PublishedLayer, ...]]:
    """Every layer of "elmo", "bert" and "gpt2", as they ship.

    Raises:
        DataUnavailable: the file is not here.
        CorruptFile: it is not what the command writes.
    """
    if not PATH.is_file():
        raise DataUnavailable(
            f"{PATH.name} is not here. Get it with `git checkout -- assets`, or make it with "
            f"`{COMMAND}`."
        )
    return _read(PATH.stat().st_mtime_ns)


def published_asset() -> dict[str, Any]:
    """What the file that ships should hold, from the author's files.

    Raises:
        DataUnavailable: these are not on this machine.
    """
    layers = {
        model: [_rounded(asdict(layer)) for layer in published_layers(model)] for model in TITLES
    }
    return {**SOURCE, "models": layers}


def _rounded(layer: dict[str, Any]) -> dict[str, Any]:
    return {name: round(of, DIGITS) if isinstance(of, float) else of for name, of in layer.items()}


@lru_cache(maxsize=1)
def _read(_changed: int) -> dict[str, tuple[PublishedLayer, ...]]:
    try:
        models = json.loads(PATH.read_text(encoding="utf8"))["models"]
        return {name: tuple(PublishedLayer(**of) for of in models[name]) for name in TITLES}
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptFile(f"{PATH.name} is not what `{COMMAND}` writes ({error}).") from error
