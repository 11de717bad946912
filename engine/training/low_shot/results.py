"""The results file of the low-shot experiment: a CSV row a finished cell, numbers only."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.errors import CorruptFile

PATH = Path(__file__).parents[3] / "assets" / "figures" / "low-shot.csv"
# The same cells with language models that no longer ship, or by an earlier recipe: a file for each
# language model, named by its checksum.
EARLIER = PATH.parent / "low-shot-earlier"


class CellKey(NamedTuple):
    """What makes two cells the same one."""

    arm: str
    n_labels: int
    seed: int


@dataclass(frozen=True)
class Cell:
    """One arm, trained on one draw of labels, and tested."""

    arm: str
    n_labels: int
    seed: int
    accuracy: float  # on the test texts, in [0, 1]
    n_test: int  # the first so many of the test texts
    validation_accuracy: float  # of the settings that were chosen, in [0, 1]
    chosen: str  # JSON: the settings that validation chose
    weights: str  # hash of the pretrained weights; "" where there are none
    seconds: float  # of the processor, all candidates together, without what cells share
    date: str
    settings: str  # hash of all that the arm's cells share
    correct: str  # one bit a test text, base64; see `judged`

    @property
    def key(self) -> CellKey:
        """What makes two cells the same one."""
        return CellKey(self.arm, self.n_labels, self.seed)

    @property
    def judged(self) -> np.ndarray:
        """Was each test text judged rightly? bool, (n_test,)."""
        bits = np.unpackbits(np.frombuffer(base64.b64decode(self.correct), np.uint8))
        return bits[: self.n_test].astype(bool)


COLUMNS = tuple(field.name for field in fields(Cell))
NUMBERS: dict[str, Callable[[str], int | float]] = {
    **dict.fromkeys(("n_labels", "seed", "n_test"), int),
    **dict.fromkeys(("accuracy", "validation_accuracy", "seconds"), float),
}


def as_base64(judged: np.ndarray) -> str:
    """The inverse of `Cell.judged`.

    >>> as_base64(np.array([True, False, True, True]))
    'sA=='
    """
    return base64.b64encode(np.packbits(judged).tobytes()).decode()


def settings_hash(settings: dict[str, Any]) -> str:
    """12 digits that change with any of the settings.

    >>> settings_hash({"a": 1, "b": 2}) == settings_hash({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]


def append(path: Path, cell: Cell) -> None:
    """Add a finished cell, and the header to a new file, in one write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = io.StringIO(newline="")
    writer = csv.DictWriter(rows, COLUMNS, lineterminator="\n")
    if not path.is_file():
        writer.writeheader()
    writer.writerow(asdict(cell))
    with path.open("a", encoding="utf8", newline="") as file:
        file.write(rows.getvalue())


def read(path: Path = PATH) -> dict[CellKey, Cell]:
    """All cells of a file, in its order; none where there is no file.

    Raises:
        CorruptFile: a row is no cell, or a cell is there twice; the message names the row.
    """
    if not path.is_file():
        return {}
    cells: dict[CellKey, Cell] = {}
    with path.open(encoding="utf8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                cell = _cell(row)
            except (ValueError, TypeError, KeyError) as error:
                raise CorruptFile(
                    f"{path.name}, row {number}, is not a cell of the low-shot experiment: {error}."
                ) from error
            if cell.key in cells:
                raise CorruptFile(f"{path.name}, row {number}, repeats the cell {cell.key}.")
            cells[cell.key] = cell
    return cells


def _cell(row: dict[str, str]) -> Cell:
    values: dict[str, Any] = {name: NUMBERS.get(name, str)(row[name]) for name in COLUMNS}
    cell = Cell(**values)
    if None in row or len(cell.judged) != cell.n_test:
        raise ValueError("too many columns, or too few test texts")
    if abs(cell.judged.mean() - cell.accuracy) > 1e-4:
        raise ValueError(f"{cell.judged.mean():.4f} of its texts are right, not {cell.accuracy}")
    return cell
