"""The results file of the task-model study: one JSON line a finished run, numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.training.json_lines import read_lines

PATH = Path(__file__).parents[3] / "assets" / "studies" / "task-model.jsonl"
RANDOM, FROZEN, TUNED = "random", "frozen", "tuned"
STARTS = (RANDOM, FROZEN, TUNED)


class Block(NamedTuple):
    """A part of a model: where its weights come from, and whether labels change them."""

    name: str
    start: str  # RANDOM: learnt from the labels alone; FROZEN, TUNED: pretrained
    n_parameters: int


@dataclass(frozen=True)
class Run:
    """One classifier, trained and tested."""

    input: str
    n_labels: int
    seed: int
    accuracy: float  # on the test reviews, in [0, 1]
    standard_error: float  # of the accuracy, from the number of test reviews
    n_test: int
    correct: str  # one bit a test review, hexadecimal; see `judged`
    validation_loss: float  # nats a review, at the step that was kept
    best_step: int
    n_steps: int
    seconds: float  # of the processor, all threads together
    known_share: float  # of the test reviews' words, in [0, 1]
    blocks: tuple[Block, ...]
    settings: dict[str, float]  # everything that is the same for all runs of a study
    weights: str  # sha256 of the pretrained weights, "" where there are none
    device: str
    date: str

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes two runs the same one."""
        return self.input, self.n_labels, self.seed

    @property
    def judged(self) -> np.ndarray:
        """Was each test review judged rightly? bool, (n_test,)."""
        bits = np.unpackbits(np.frombuffer(bytes.fromhex(self.correct), np.uint8))
        return bits[: self.n_test].astype(bool)


def as_hexadecimal(judged: np.ndarray) -> str:
    """The inverse of `Run.judged`.

    >>> as_hexadecimal(np.array([True, False, True, True]))
    'b0'
    """
    return np.packbits(judged).tobytes().hex()


def read(path: Path = PATH) -> list[Run]:
    """All runs of a file, a repeated one as it was last; none where there is no file.

    Raises:
        CorruptFile: a line is not such a record; the message names it.
    """
    return read_lines(path, _run, "a run of the study")


def _run(record: dict[str, Any]) -> Run:
    blocks = tuple(Block(*block) for block in record.pop("blocks"))
    run = Run(**record, blocks=blocks)
    if run.judged.shape != (run.n_test,):
        raise ValueError("too few bits")
    return run
