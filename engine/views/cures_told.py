"""What stands under the figures of cures: table, caption and notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.encoder import is_static
from engine.errors import DataUnavailable
from engine.vectors.states import ZIPFIAN, notes_on
from engine.views.cure_scores import TASK, TASKS, TITLES, Asked, CureScores
from engine.views.cure_tasks import N_SENTENCE_PAIRS, STS, drawn_pairs, n_words_of
from engine.views.cures_kept import provenance
from engine.views.measured import BOOTSTRAP
from engine.views.sources import FREQUENT, vectors_of

CHANCE = (
    "Each interval stands for itself: of 32 changes that are none, one or two would look clear."
)
UNITS = {
    "simlex-999": "pairs of SimLex-999", "wordsim-353": "of WordSim-353",
    STS: f"sentence pairs (of {N_SENTENCE_PAIRS:,} drawn)", "senses": "words with senses",
}  # fmt: skip


def table(found: Sequence[CureScores], model: str, layer: str) -> pd.DataFrame:
    """Every number of every state, with its interval, and its change against raw."""
    return pd.DataFrame(_row(one, model, layer) for one in found)


def caption(asked: Asked, found: Sequence[CureScores], of: str) -> str:
    """Model, states, frame, n, seed, and where the numbers come from."""
    scores = found[0].scores
    sizes = [f"{scores[name].n:,} {unit}" for name, unit in UNITS.items() if name in scores]
    n = f"{found[0].n_fitted:,}"
    on = {
        TASK: "on each task's own words (isotropy: on the sense corpus)",
        FREQUENT: f"on its {n} most frequent words",
    }.get(asked.fitted_on, f"on all {n} words of the {asked.source.title}")
    frame = "its list" if asked.fitted_on == FREQUENT else "its words without punctuation"
    return (
        f"{of}, fitted {on} and applied to the words of every task · isotropy: {frame}, "
        f"n = {scores['mean_cosine'].n:,} · "
        f"n = {', '.join(sizes)} · words encoded alone; a sentence is the mean of its words; "
        f"changes: the same items, raw and cured, 95 %, bootstrap over pairs (senses: over words); "
        f"mean cosine: {BOOTSTRAP}; IsoScore: jackknife over sentences · "
        f"seed {asked.seed} · {provenance(asked)}"
    )


def notes(asked: Asked, found: Sequence[CureScores]) -> tuple[str, ...]:
    """What is missing, and what a reader must know of the whitenings."""
    told = []
    if STS not in found[0].scores:
        try:
            drawn_pairs(asked.seed)
        except DataUnavailable as error:
            told.append(f"The score on sentence pairs (STS) is missing. {error}")
    if asked.fitted_on == TASK:
        d = vectors_of(asked.source, asked.model).layers[asked.layer].shape[1]
        told += notes_on(ZIPFIAN, d, np.ones(n_words_of("wordsim-353")))
    elif asked.fitted_on != FREQUENT:
        told += notes_on(ZIPFIAN, 1, np.ones(found[0].n_fitted))
    told.append(CHANCE)
    if is_static(asked.model):
        told.append("Without context no cure can tell senses apart: the AUC stays at exactly 0.5.")
    return tuple(told)


def _row(one: CureScores, model: str, layer: str) -> dict[str, object]:
    row: dict[str, object] = {"model": model, "layer": layer, "state": one.state}
    for name, title in TITLES.items():
        score = one.scores.get(name)
        if score is None:
            continue
        row |= {title: score.value, f"{title}, low": score.low, f"{title}, high": score.high}
        if name in TASKS:
            change, low, high = score.change
            row |= {f"{title}, change": change, f"{title}, change, low": low,
                    f"{title}, change, high": high, f"{title}, n": score.n}  # fmt: skip
    return row
