"""Why pretraining brings so little, or so much: what a linear reader finds of the label in the
states of a language model that no classifier has tuned, by what the model has read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.figures.low_shot import low_shot_curves
from engine.training.low_shot import results
from engine.training.low_shot.analysis import paired_gain
from engine.training.low_shot.results import Cell
from engine.views import VIEWS, Needs, Shown
from engine.views.claim_low_shot import curve_of

UNTRAINED, PRETRAINED, FINE_TUNED, MINILM = (
    "untrained-frozen", "pretrained-frozen", "fine-tuned-frozen", "minilm-probe",
)  # fmt: skip
TITLES = {
    UNTRAINED: "random weights",
    PRETRAINED: "after Wikipedia",
    FINE_TUNED: "after Wikipedia and the unlabelled reviews",
    MINILM: "MiniLM",
}
STEPS = {
    "reading Wikipedia": (PRETRAINED, UNTRAINED),
    "reading the unlabelled reviews too": (FINE_TUNED, PRETRAINED),
    "being MiniLM instead": (MINILM, FINE_TUNED),
}
COMMAND = f"python -m engine study low-shot --arms {','.join(TITLES)} --resume"


@dataclass(frozen=True)
class FrozenStatesState:
    """The number of labels that is spoken of, beside the most; all are drawn."""

    n_labels: int = 100


@VIEWS.add("frozen-states")
class FrozenStatesView:
    """One curve a state of the language model, and MiniLM's."""

    title = "What the frozen states already know of the label"
    State = FrozenStatesState

    def needs(self, state: FrozenStatesState) -> Needs:
        """Nothing: the rows were recorded."""
        return []

    def show(self, state: FrozenStatesState) -> Shown:
        """The curves of the rows that are there."""
        rows = [cell for cell in results.read(results.PATH).values() if cell.arm in TITLES]
        there = [arm for arm in TITLES if any(cell.arm == arm for cell in rows)]
        if not there:
            why = f"Not measured yet: `{COMMAND}` does it, in half an hour."
            return Shown(figure=None, table=pd.DataFrame(), caption="", notice=why)
        return Shown(
            figure=low_shot_curves([curve_of(TITLES[arm], _of(rows, arm)) for arm in there]),
            table=_table(rows, there),
            caption=(
                "Whole IMDb reviews; the last, highest and mean state of a layer (MiniLM: the mean "
                "of 256 pieces) · logistic regression, layer and penalty chosen on validation · "
                f"bars: lowest and highest seed · recorded ({COMMAND})"
            ),
            notice=_notice(rows, state.n_labels),
            notes=(
                "Nothing of the nets learns here, so a curve tells what is there to be read, not "
                "what fine-tuning can make of it.",
            ),
        )


def _of(rows: Sequence[Cell], arm: str, n_labels: int | None = None) -> list[Cell]:
    """The cells of one arm, with so many labels or with any number."""
    return [cell for cell in rows if cell.arm == arm and n_labels in (None, cell.n_labels)]


def _notice(rows: Sequence[Cell], n_labels: int) -> str:
    """What each step adds, with so many labels and with the most that were tried."""
    told = []
    for n in dict.fromkeys((n_labels, max(cell.n_labels for cell in rows))):
        found = {
            name: paired_gain(*(_of(rows, arm, n) for arm in arms)) for name, arms in STEPS.items()
        }
        effects = [
            f"{name} {e[0]:+.3f} [{e[1]:+.3f}, {e[2]:+.3f}]" for name, e in found.items() if e
        ]
        if effects:
            told.append(f"With {n:,} labels: {', '.join(effects)}.")
    return " ".join(["What each step adds to the accuracy.", *told]) if told else ""


def _table(rows: Sequence[Cell], arms: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(_row(_of(rows, arm), n) for arm in arms for n in _sizes(rows, arm))


def _sizes(rows: Sequence[Cell], arm: str) -> list[int]:
    """Numbers of labels that an arm was tried with, ascending."""
    return sorted({cell.n_labels for cell in _of(rows, arm)})


def _row(cells: Sequence[Cell], n_labels: int) -> dict[str, object]:
    here = [cell for cell in cells if cell.n_labels == n_labels]
    found = [cell.accuracy for cell in here]
    layers = Counter(json.loads(cell.chosen)["layer"] for cell in here)
    return {
        "states": TITLES[here[0].arm], "labels": n_labels, "accuracy": round(np.mean(found), 4),
        "lowest seed": min(found), "highest seed": max(found),
        "read from layer": ", ".join(str(layer) for layer, _ in layers.most_common()),
        "texts tested": here[0].n_test,
    }  # fmt: skip
