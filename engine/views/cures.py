"""Cures for anisotropy at one layer: does a more even cloud serve its purpose better?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.encoder import is_static, title_of
from engine.figures.cures import BETTER, WORSE, Panel, Point, cure_panels, kind_of
from engine.geometry.similarity_scores import rank_correlation
from engine.vectors.states import RAW
from engine.views import VIEWS, Needs, Shown, Work
from engine.views.cure_scores import ISOTROPY, TASKS, TITLES, Asked, CureScores
from engine.views.cure_tasks import SENSES
from engine.views.cures_kept import (
    STATES_IN_ORDER,
    cure_scores,
    is_scored,
    layer_names,
    score_all,
)
from engine.views.cures_told import caption, notes, table
from engine.views.layer_number import layer_number

SUBTITLES = {"mean_cosine": "0 = no cone", "iso_score": "1 = even"}
NOUNS = {"simlex-999": "SimLex", "wordsim-353": "WordSim", "sts": "STS", "senses": "senses"}


@dataclass(frozen=True)
class CuresState:
    """Which layer of which model, and what the cures are fitted on."""

    model: str = "minilm"
    layer: int = -1  # counted from the top if negative
    fitted_on: str = "senses"  # or "frequent" (static models), or "task": each task's own words
    seed: int = 0


@VIEWS.add("cures")
class CuresView:
    """Every state of the vectors: evenness beside what it changes in four tasks."""

    title = "Cures for anisotropy, and what they are good for"
    State = CuresState

    def needs(self, state: CuresState) -> Needs:
        """The text whose cloud is measured, unless everything is recorded."""
        return missing_vectors(state, state.layer)

    def work(self, state: CuresState) -> Work | None:
        """Trying the cures that are not recorded."""
        return missing_scores(state, [(state.layer, name) for name in STATES_IN_ORDER])

    def show(self, state: CuresState) -> Shown:
        """A row a cure, a panel a measure.

        Raises:
            UnknownName: no such model or way to fit.
        """
        asked = asked_of(state, state.layer)
        found = [cure_scores(asked, name) for name in STATES_IN_ORDER]
        measures = [name for name in TITLES if name in found[0].scores]
        panels = [_panel(name, found) for name in measures]
        name = layer_names(state.model, state.fitted_on, state.seed)[asked.layer]
        title = title_of(state.model)
        of = f"{title}, layer {name} · raw vectors and {len(found) - 1} states"
        return Shown(
            cure_panels([one.state for one in found], panels, state.model),
            table(found, title, name),
            caption(asked, found, of),
            _notice(state.model, name, found),
            notes(asked, found),
        )


def asked_of(state: CuresState, layer: int) -> Asked:
    """What is asked of one layer; a number beyond the ends means the end."""
    n = len(layer_names(state.model, state.fitted_on, state.seed))
    return Asked(state.model, layer_number(layer, n), state.fitted_on, state.seed)


def missing_vectors(state: CuresState, layer: int) -> Needs:
    """The text whose cloud is measured, unless the layer is recorded."""
    first = Asked(state.model, 0, state.fitted_on, state.seed)
    return [] if is_scored(first, RAW) else [(first.source, state.model)]


def missing_scores(state: CuresState, wanted: Sequence[tuple[int, str]]) -> Work | None:
    """Trying those states of layers, (layer, state), that were not tried yet."""
    questions = [(asked_of(state, layer), name) for layer, name in wanted]
    missing = [question for question in questions if not is_scored(*question)]
    if not missing:
        return None
    return Work(f"Cures of {title_of(state.model)}", partial(score_all, missing))


def _panel(name: str, found: Sequence[CureScores]) -> Panel:
    scores = [one.scores.get(name) for one in found]
    if name in ISOTROPY:
        points = [Point(s.value, s.low, s.high) if s else None for s in scores]
        return Panel(TITLES[name], SUBTITLES[name], points, of_change=False)
    raw = found[0].scores[name]
    changes = [Point(*s.change) if s and one.state != RAW else None
               for one, s in zip(found, scores, strict=True)]  # fmt: skip
    unit, group = ("AUC", "") if name == SENSES else ("ρ", "rank correlations")
    under = f"{unit}, raw {raw.value:.2f}"
    return Panel(NOUNS[name], under, changes, of_change=True, group=group)


def _notice(model: str, layer: str, found: Sequence[CureScores]) -> str:
    """What the most even cloud is good for, and whether evenness and use go together."""
    raw = found[0].scores["iso_score"].value
    best = max(found, key=lambda one: one.scores["iso_score"].value)
    where = (
        f"In {title_of(model)}" if is_static(model) else f"At layer {layer} of {title_of(model)}"
    )
    tasks = [name for name in TASKS if name in best.scores]
    changes = ", ".join(f"{NOUNS[name]} {best.scores[name].change[0]:+.3f}" for name in tasks)
    kinds = [kind_of(Point(*best.scores[name].change)) for name in tasks]
    clear = f"clearly better than raw in {kinds.count(BETTER)} and worse in {kinds.count(WORSE)}"
    ranks = ", ".join(
        f"{NOUNS[name]} {agreement:+.2f}"
        for name in tasks
        if math.isfinite(agreement := _agreement(found, name))
    )
    return (
        f"{where} the {best.state} cloud is the most even: IsoScore {raw:.2f} raw, "
        f"{best.scores['iso_score'].value:.2f} then. It is {clear} of {len(tasks)} tasks "
        f"({changes}). Ranked over all {len(found)} states, evenness and use agree by ρ = {ranks}; "
        "1 would mean: the more even, the better."
    )


def _agreement(found: Sequence[CureScores], name: str) -> float:
    """Rank correlation, over the states, of IsoScore and a task's score; NaN where one is the
    same in all.
    """
    pairs = [(one.scores["iso_score"].value, one.scores[name].value) for one in found]
    iso_scores, values = np.round(np.array(pairs).T, 4)
    return rank_correlation(iso_scores, values).value
