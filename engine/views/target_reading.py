"""What should the language model read of the target, how long and at which rates, before it
becomes a classifier? What a linear reader then finds of the label in its states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.figures.reading_rows import Reached, reading_rows
from engine.model_files import shipped_sha256
from engine.training.low_shot.analysis import paired_gain
from engine.training.low_shot.config import LANGUAGE_MODEL
from engine.training.low_shot.results import Cell
from engine.training.target_reading import results
from engine.training.target_reading.config import EPOCHS, FEWER, READINGS
from engine.training.target_reading.results import Read
from engine.views import VIEWS, Needs, Shown

COMMAND = "python -m engine study reading --resume"
# What is told: the second of the two instead of the first.
STEPS = {
    "reading all texts instead of none": ("none", "all"),
    "all texts instead of 1,000": ("1000", "all"),
    f"{EPOCHS} epochs instead of {FEWER}": ("shorter", "all"),
    "one rate for all layers instead of discriminative ones": ("discriminative", "shorter"),
}


@dataclass(frozen=True)
class TargetReadingState:
    """The number of labels that is spoken of; all are drawn."""

    n_labels: int = 100


@VIEWS.add("target-reading")
class TargetReadingView:
    """One row a reading, one colour a number of labels."""

    title = "What should it read of the target?"
    State = TargetReadingState

    def needs(self, state: TargetReadingState) -> Needs:
        """Nothing: the lines were recorded."""
        return []

    def show(self, state: TargetReadingState) -> Shown:
        """The readings that are there."""
        shipped = shipped_sha256(LANGUAGE_MODEL)
        known = {read.reading: read for read in results.read() if read.weights == shipped}
        found = [known[name] for name in READINGS if name in known]
        if not found:
            why = f"Not measured yet: `{COMMAND}` does it, in two hours."
            return Shown(figure=None, table=pd.DataFrame(), caption="", notice=why)
        sizes = sorted({cell.n_labels for read in found for cell in read.cells})
        return Shown(
            figure=reading_rows(
                [READINGS[read.reading].title for read in found],
                [f"perplexity {read.perplexity:.1f}" for read in found],
                [_reached(found, n) for n in sizes],
            ),
            table=_table(found),
            caption=(
                "Whole IMDb reviews, the shipped language model, nothing fine-tuned to labels · "
                "logistic regression on one layer's pooled states, layer and penalty chosen on "
                f"validation · bars: lowest and highest seed · recorded ({COMMAND})"
            ),
            notice=_notice(known, state.n_labels),
            notes=(
                "Each reading was trained once: seeds and intervals are of the labels and the test "
                "texts.",
                "Perplexity is that of the target's validation texts with each reading's own "
                "words; how many it knows, and what share of the text it does not, stands in the "
                "table.",
            ),
        )


def _of(read: Read, n_labels: int) -> list[Cell]:
    return [cell for cell in read.cells if cell.n_labels == n_labels]


def _reached(found: Sequence[Read], n_labels: int) -> Reached:
    seeds = [[cell.accuracy for cell in _of(read, n_labels)] or [np.nan] for read in found]
    return Reached(
        n_labels, [float(np.mean(of)) for of in seeds], [min(of) for of in seeds],
        [max(of) for of in seeds],
    )  # fmt: skip


def _notice(known: dict[str, Read], n_labels: int) -> str:
    """What each change brings, on the same labels and test texts."""
    told = []
    for name, (first, second) in STEPS.items():
        if not {first, second} <= known.keys():
            continue
        if gain := paired_gain(_of(known[second], n_labels), _of(known[first], n_labels)):
            told.append(f"{name} {gain[0]:+.3f} [{gain[1]:+.3f}, {gain[2]:+.3f}]")
    return f"What is gained with {n_labels:,} labels: {'; '.join(told)}." if told else ""


def _table(found: Sequence[Read]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "reads": READINGS[read.reading].title, "labels": n_labels,
            "accuracy": round(float(np.mean([cell.accuracy for cell in cells])), 4),
            "lowest seed": min(cell.accuracy for cell in cells),
            "highest seed": max(cell.accuracy for cell in cells),
            "perplexity": round(read.perplexity, 1), "words known": read.n_words,
            "unknown words": f"{read.unknown_rate:.1%}",
        }
        for read in found
        for n_labels in sorted({cell.n_labels for cell in read.cells})
        if (cells := _of(read, n_labels))
    )  # fmt: skip
