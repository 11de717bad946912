"""How fast Conescope is, as ratios against what one would write without it.

Run `python -m tests.benchmarks`, or name some of them: `python -m tests.benchmarks picture`. Two
ways of doing one thing are timed in turns (A, B, A, B, ...) in one process and their medians are
compared, so that a ratio means something on a busy machine too; seconds mean something on an idle
one only.

One benchmark is one file with one function `run(quick)` that returns rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import engine  # noqa: F401 - before PyTorch, since it says how PyTorch's threads wait

NAMES = (
    "minilm_latency",
    "minilm_throughput",
    "lstm_encoders",
    "awd_lstm_training",
    "classifier_training",
    "word2vec_quality",
    "measures",
    "large_text",
    "picture",
    "neighbours",
    "onnx_runtime",
    "cold_start",
    "server_latency",
    "pasted_sentences",
    "classroom",
    "runs",
    "gpu",
    "gpu_training",
)


class Skipped(Exception):
    """A benchmark that cannot run here; the message says why and what would be needed."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `ours` and `reference` are in `unit`; `ratio` is written so that the wanted side is named by
    `wanted`, such as "ratio <= 1.3", "ours < 8" or "difference >= -2", ours minus reference; `met`
    is None where nothing is wanted.
    """

    name: str
    ours: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    wanted: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """True if the wish is met, None if there is none."""
        if not self.wanted:
            return None
        subject, comparison, bound = self.wanted.split()
        difference = None if self.reference is None else self.ours - self.reference
        value = {"ratio": self.ratio, "ours": self.ours, "difference": difference}[subject]
        assert value is not None
        return {
            "<": value < float(bound),
            "<=": value <= float(bound),
            ">=": value >= float(bound),
        }[comparison]
