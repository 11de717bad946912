"""The results file of the readings: one JSON line a reading, numbers and words only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.training.json_lines import read_lines
from engine.training.low_shot.results import Cell

PATH = Path(__file__).parents[3] / "assets" / "studies" / "reading.jsonl"


@dataclass(frozen=True)
class Read:
    """What a language model is like that has read the target in one way."""

    reading: str  # a name in READINGS
    adaptation: dict[str, Any]  # settings of stage 2
    perplexity: float  # of the target's validation texts, with full softmax
    unknown_rate: float  # share of their words that the language model does not know
    n_words: int  # that it knows
    cells: tuple[Cell, ...]  # of a linear reader, by number of labels and seed
    settings: dict[str, Any]
    weights: str  # sha256 of the language model that it began with
    seconds: float  # of the processor, without a reading that an earlier call had done
    date: str

    @property
    def key(self) -> str:
        """What makes two lines the same one."""
        return self.reading


def read(path: Path = PATH) -> list[Read]:
    """All lines of a file, a repeated one as it was last; none where there is no file.

    Raises:
        CorruptFile: a line is not such a record; the message names it.
    """
    return read_lines(path, _read, "a line of the readings")


def _read(record: dict[str, Any]) -> Read:
    return Read(**{**record, "cells": tuple(Cell(**cell) for cell in record["cells"])})
