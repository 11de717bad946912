"""The results file of the depth study: one JSON line a finished run, numbers and words only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import CorruptFile

PATH = Path(__file__).parents[3] / "assets" / "studies" / "depth.jsonl"


@dataclass(frozen=True)
class DepthRun:
    """One net of some depth, trained and measured, and its untrained twin."""

    n_layers: int  # LSTM layers of each direction
    seed: int
    n_parameters: int
    validation: dict[str, float]  # forward_perplexity, unknown_rate, ...: `perplexities`
    test: dict[str, float]
    curve: list[dict[str, float]]  # on the beginning of the validation text, by step
    words: tuple[str, ...]  # of the sense corpus
    auc: list[list[float]]  # sense AUC, (n_words, n_layers + 1), layer 0 first
    untrained_auc: list[list[float]]  # of the same net before its first step
    n_tokens: int  # read in training, in each direction
    seconds: float  # of the processor, for the training alone
    settings: dict[str, Any]  # everything that is the same for all runs of a study
    device: str
    date: str

    @property
    def key(self) -> tuple[int, int]:
        """What makes two runs the same one."""
        return self.n_layers, self.seed

    @property
    def gain(self) -> np.ndarray:
        """Sense AUC beyond the untrained twin's, (n_words, n_layers + 1)."""
        return np.array(self.auc) - np.array(self.untrained_auc)


def append(path: Path, run: DepthRun) -> None:
    """Add a finished run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf8") as file:
        file.write(json.dumps(asdict(run)) + "\n")


def read(path: Path = PATH) -> list[DepthRun]:
    """All runs of a file, a repeated one as it was last; none where there is no file.

    Raises:
        CorruptFile: a line is not such a record; the message names it.
    """
    if not path.is_file():
        return []
    runs: dict[tuple[int, int], DepthRun] = {}
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), 1):
        try:
            record = json.loads(line)
            run = DepthRun(**{**record, "words": tuple(record["words"])})
            shape = len(run.words), run.n_layers + 1
            if {np.shape(run.auc), np.shape(run.untrained_auc)} != {shape}:
                raise ValueError("needs an AUC for each word and layer")
        except (ValueError, TypeError, KeyError) as error:
            raise CorruptFile(
                f"{path.name}, line {number}, is not a run of the depth study: {error}."
            ) from error
        runs[run.key] = run
    return sorted(runs.values(), key=lambda run: run.key)
