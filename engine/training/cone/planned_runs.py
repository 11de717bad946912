"""The runs that ship as recordings: word2vec with 1, 5 and 15 negatives, and a biLM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.corpora.training_texts import text_source
from engine.training.cone.config import BILM, WORD2VEC, ConeTraining
from engine.training.ulmfit.settings import from_settings

KIND = "cone"
SEEDS = (0, 1, 2)
NEGATIVES = (1, 5, 15)


@dataclass(frozen=True)
class PlannedRun:
    """A run to be recorded."""

    name: str  # of its file
    title: str
    settings: dict[str, Any]
    kind: str = KIND

    @property
    def data(self) -> str:
        """What it is trained on, for its label."""
        return text_source(from_settings(ConeTraining, self.settings).text).title

    def missing(self) -> str | None:
        """Why it cannot be done on this machine; None if it can."""
        return text_source(from_settings(ConeTraining, self.settings).text).missing()

    def copied(self, written: Sequence[str]) -> str:
        """It writes no text."""
        return ""


def planned_runs() -> tuple[PlannedRun, ...]:
    """All of them; the first seed's keep the words' places too."""
    return tuple(
        run for seed in SEEDS for run in (*(_word2vec(n, seed) for n in NEGATIVES), _bilm(seed))
    )


def title_of(settings: dict[str, Any]) -> str:
    """What a run with these settings is called.

    >>> title_of({"n_negatives": 15, "seed": 2})
    'word2vec, 15 negatives, seed 2'
    >>> title_of({"net": "bilm", "seed": 0})
    'biLM, seed 0'
    """
    config = from_settings(ConeTraining, settings)
    plural = "negative" if config.n_negatives == 1 else "negatives"
    net = f"word2vec, {config.n_negatives} {plural}" if config.net == WORD2VEC else "biLM"
    return f"{net}, seed {config.seed}"


def _word2vec(n_negatives: int, seed: int) -> PlannedRun:
    settings = {"net": WORD2VEC, "n_negatives": n_negatives, **_common(seed)}
    return PlannedRun(f"cone-word2vec-{n_negatives}-{seed}", title_of(settings), settings)


def _bilm(seed: int) -> PlannedRun:
    settings = {"net": BILM, "n_steps": 600, "measure_every": 25, **_common(seed)}
    return PlannedRun(f"cone-bilm-{seed}", title_of(settings), settings)


def _common(seed: int) -> dict[str, Any]:
    return {"seed": seed} if seed == SEEDS[0] else {"seed": seed, "n_places": 0}
