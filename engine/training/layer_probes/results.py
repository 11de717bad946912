"""The results file of the layer probes: one JSON line a model and task, numbers and words only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.training.json_lines import read_lines

PATH = Path(__file__).parents[3] / "assets" / "studies" / "layers.jsonl"


@dataclass(frozen=True)
class Probed:
    """One task read from every layer of one model."""

    model: str
    task: str
    layers: tuple[str, ...]  # names
    units: tuple[str, ...]  # what was repeated: seeds, or words of the sense corpus
    accuracy: list[list[float]]  # (n_units, n_layers)
    chance: float  # accuracy of a reader that knows nothing
    n_test: int  # labels read in one unit; of the sense task, in all of them
    settings: dict[str, Any]
    weights: str  # sha256 of the model's, "" where they are random
    seconds: float  # of the processor
    date: str

    @property
    def key(self) -> tuple[str, str]:
        """What makes two lines the same one."""
        return self.model, self.task


def read(path: Path = PATH) -> list[Probed]:
    """All lines of a file, a repeated one as it was last; none where there is no file.

    Raises:
        CorruptFile: a line is not such a record; the message names it.
    """
    return read_lines(path, _probed, "a line of the layer probes")


def _probed(record: dict[str, Any]) -> Probed:
    lists = {name: tuple(record[name]) for name in ("layers", "units")}
    probed = Probed(**{**record, **lists})
    if np.shape(probed.accuracy) != (len(probed.units), len(probed.layers)):
        raise ValueError("needs an accuracy for each unit and layer")
    return probed
