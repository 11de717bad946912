"""How good must a language model be before transfer pays? The low-shot experiment with the same
labels and language models that were trained for shorter and longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.figures.low_shot import ArmCurve, accuracy_by_perplexity
from engine.model_files import WEIGHTS, shipped_card
from engine.training.low_shot import results
from engine.training.low_shot.analysis import paired_gain
from engine.training.low_shot.config import LANGUAGE_MODEL
from engine.training.low_shot.results import Cell, CellKey
from engine.views import VIEWS, Needs, Shown

TITLES = {
    "pretrained": "ULMFiT, pretrained",
    "pretrained-fine-tuned": "ULMFiT, pretrained and fine-tuned",
    "pretrained-frozen": "frozen, after Wikipedia",
    "fine-tuned-frozen": "frozen, after the unlabelled reviews too",
}
LEVELS = {"scratch": "from scratch", "tf-idf": "counted words", "minilm-probe": "MiniLM, frozen"}
COMMAND = "python -m engine study low-shot --resume"
EARLIER_RECIPE = (
    "Every language model was tried by an earlier recipe of the experiment, so the accuracies "
    "differ from those above."
)
TEXT, FIGURE = "wikipedia_test", "forward_perplexity"  # of the card: the direction that is tuned


@dataclass(frozen=True)
class LanguageModelQualityState:
    """The number of labels."""

    n_labels: int = 100


@dataclass(frozen=True)
class Trained:
    """A language model at one point of its training."""

    perplexity: float  # of Wikipedia's test articles
    hours: float  # of training, all together
    cells: tuple[Cell, ...]  # that began with it

    def of(self, arm: str) -> list[Cell]:
        """The cells of one arm."""
        return [cell for cell in self.cells if cell.arm == arm]


@VIEWS.add("language-model-quality")
class LanguageModelQualityView:
    """One curve an arm over the perplexities of the language models it began with."""

    title = "How good must a language model be?"
    State = LanguageModelQualityState

    def needs(self, state: LanguageModelQualityState) -> Needs:
        """Nothing: the rows were recorded."""
        return []

    def show(self, state: LanguageModelQualityState) -> Shown:
        """The curves of the rows that are there."""
        models = _language_models(state.n_labels)
        if not models:
            why = f"Not measured yet with {state.n_labels:,} labels: `{COMMAND}` does it, in hours."
            return Shown(figure=None, table=pd.DataFrame(), caption="", notice=why)
        there = [arm for arm in TITLES if any(model.of(arm) for model in models)]
        shipped = shipped_card(LANGUAGE_MODEL)["sha256"][WEIGHTS]
        rows = _at(_cells_with(shipped).values(), state.n_labels)
        levels = {
            title: [cell for cell in rows if cell.arm == arm] for arm, title in LEVELS.items()
        }
        told = [(title, _mean(cells)) for title, cells in levels.items() if cells]
        return Shown(
            figure=accuracy_by_perplexity([_curve(models, arm) for arm in there], told),
            table=_table(models, there),
            caption=(
                f"Whole IMDb reviews, {state.n_labels:,} labels, the same draws · a language model "
                f"and what it became, its perplexity on {TEXT.split('_')[0].title()}'s test "
                "articles · bars: lowest and highest seed · dotted: no language model of ours · "
                f"recorded ({COMMAND})"
            ),
            notice=_notice(models, there),
            notes=(
                "The same net, data and seed of the labels; only its training went on.",
                *((EARLIER_RECIPE,) if _kept(shipped).is_file() else ()),
            ),
        )


def _language_models(n_labels: int) -> list[Trained]:
    """Every language model that has cells with so many labels, in the order of their training."""
    found = []
    for card in reversed(list(_cards())):
        checksum = card["sha256"][WEIGHTS]
        found_with = _at(_cells_with(checksum).values(), n_labels)
        cells = [cell for cell in found_with if cell.weights == checksum]
        if cells:
            quality = card["quality"][TEXT]
            found.append(Trained(quality[FIGURE], card["hours"], tuple(cells)))
    return found


def _kept(checksum: str) -> Path:
    """Where rows with a language model stand that are not the newest of their kind."""
    return results.EARLIER / f"{checksum[:12]}.csv"


def _cells_with(checksum: str) -> dict[CellKey, Cell]:
    """All rows, as they were by the recipe that every language model was tried with."""
    return {**results.read(results.PATH), **results.read(_kept(checksum))}


def _cards() -> Iterator[dict[str, Any]]:
    """The card of the shipped language model, and of those that it went on from; the newest first.
    Very old ones tell no quality.
    """
    card = shipped_card(LANGUAGE_MODEL)
    while card:
        if "quality" in card and "hours" in card:
            yield card
        card = card.get("before", {})


def _at(cells: Any, n_labels: int) -> list[Cell]:
    return [cell for cell in cells if cell.n_labels == n_labels]


def _mean(cells: Sequence[Cell]) -> float:
    return float(np.mean([cell.accuracy for cell in cells]))


def _curve(models: Sequence[Trained], arm: str) -> ArmCurve:
    by_model = {model.perplexity: found for model in models if (found := model.of(arm))}
    accuracies = [[cell.accuracy for cell in found] for found in by_model.values()]
    return ArmCurve(
        TITLES[arm], list(by_model), [_mean(found) for found in by_model.values()],
        [min(found) for found in accuracies], [max(found) for found in accuracies],
    )  # fmt: skip


def _notice(models: Sequence[Trained], arms: Sequence[str]) -> str:
    """What the longest training adds to the shortest, arm by arm."""
    if len(models) == 1:
        return (
            f"Only one language model was tried so far, of perplexity {models[0].perplexity:.1f}."
        )
    first, last = models[0], models[-1]
    told = [
        f"{TITLES[arm]} {gain[0]:+.3f} [{gain[1]:+.3f}, {gain[2]:+.3f}]"
        for arm in arms
        if (gain := paired_gain(last.of(arm), first.of(arm)))
    ]
    return (
        f"From perplexity {first.perplexity:.1f} ({first.hours:.1f} hours) to "
        f"{last.perplexity:.1f} ({last.hours:.1f} hours), what the accuracy gains: "
        f"{'; '.join(told)}."
    )


def _table(models: Sequence[Trained], arms: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "begins with": TITLES[arm], "perplexity": round(model.perplexity, 1),
            "hours of training": model.hours, "accuracy": round(_mean(cells), 4),
            "lowest seed": min(cell.accuracy for cell in cells),
            "highest seed": max(cell.accuracy for cell in cells), "seeds": len(cells),
        }
        for arm in arms
        for model in models
        if (cells := model.of(arm))
    )  # fmt: skip
