"""The results file of the depth study: one JSON line a finished run, numbers and words only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.training.json_lines import read_lines

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


def read(path: Path = PATH) -> list[DepthRun]:
    """All runs of a file, a repeated one as it was last; none where there is no file.

    Raises:
        CorruptFile: a line is not such a record; the message names it.
    """
    return sorted(read_lines(path, _run, "a run of the depth study"), key=lambda run: run.key)


def _run(record: dict[str, Any]) -> DepthRun:
    run = DepthRun(**{**record, "words": tuple(record["words"])})
    shape = len(run.words), run.n_layers + 1
    if {np.shape(run.auc), np.shape(run.untrained_auc)} != {shape}:
        raise ValueError("needs an AUC for each word and layer")
    return run
