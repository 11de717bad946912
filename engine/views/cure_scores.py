"""One cure at one layer of one model: how even the cloud is, and what it is good for afterwards."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import DataUnavailable, UnknownName
from engine.geometry.frame import rows_in_frame
from engine.geometry.moments import Moments
from engine.geometry.seeds import resampled_mean
from engine.geometry.similarity_scores import rank_correlation, rank_correlation_change
from engine.geometry.spectrum import spectrum
from engine.geometry.spectrum_interval import spectrum_intervals
from engine.geometry.stream import measure
from engine.geometry.word_sample import WordSample
from engine.vectors import LayeredVectors
from engine.vectors.fits import Fitted
from engine.vectors.states import RAW, STATES, fitted
from engine.views.build import default_frame
from engine.views.cure_tasks import (
    SENSES,
    STS,
    Answers,
    has_sentences,
    sense_answers,
    sense_vectors,
    sentence_answers,
    word_answers,
)
from engine.views.kept import Kept
from engine.views.sources import FREQUENT, Source, vectors_of

TASK = "task"
FITTED_ON = (SENSES, FREQUENT, TASK)
ISOTROPY = ("mean_cosine", "iso_score")
TASKS = ("simlex-999", "wordsim-353", STS, SENSES)
TITLES = {
    "mean_cosine": "mean cosine",
    "iso_score": "IsoScore",
    "simlex-999": "SimLex-999, ρ",
    "wordsim-353": "WordSim-353, ρ",
    STS: "STS, ρ",
    SENSES: "sense AUC",
}


@dataclass(frozen=True)
class Asked:
    """Which layer of which model, and what cures are fitted on."""

    model: str
    layer: int  # from 0
    fitted_on: str  # one of FITTED_ON
    seed: int

    @property
    def source(self) -> Source:
        """The text whose cloud is measured; cures are fitted on it unless on each task's words."""
        return Source(FREQUENT if self.fitted_on == FREQUENT else SENSES)


@dataclass(frozen=True)
class Score:
    """A number with its 95 % interval, and by how much a cure changed it on the same items."""

    value: float
    low: float
    high: float
    n: int
    change: tuple[float, float, float] = (math.nan, math.nan, math.nan)  # change, low, high


@dataclass(frozen=True)
class CureScores:
    """Every number of one state; a task that is not on this machine is missing."""

    state: str
    n_fitted: int  # words
    scores: dict[str, Score]  # by the names of TITLES


_raw_answers = Kept(max_bytes=100)  # layers


def scored_now(asked: Asked, state: str) -> CureScores:
    """The numbers of a state at a layer, computed.

    Raises:
        UnknownName: no such state or way to fit.
    """
    if state not in STATES or asked.fitted_on not in FITTED_ON:
        known = f"{', '.join(STATES)}; fitted on {', '.join(FITTED_ON)}"
        raise UnknownName(f"Unknown: {state!r}, fitted on {asked.fitted_on!r}. Known: {known}.")
    vectors = vectors_of(asked.source, asked.model)
    x = vectors.layers[asked.layer]
    move = fitted(state, x, vectors.weights)
    moved = move(x)
    found = _isotropy(asked, vectors, moved, state)
    key = asked, has_sentences(asked.seed)
    raw = _raw_answers.get(key, lambda: _ask(asked, RAW, fitted(RAW, x), x), lambda _: 1)
    own = raw if state == RAW else _ask(asked, state, move, moved)
    for name in own.keys() & raw.keys():
        found[name] = _task_score(own[name], raw[name], asked.seed)
    return CureScores(state, len(vectors), {name: found[name] for name in TITLES if name in found})


def _task_score(own: Answers, raw: Answers, seed: int) -> Score:
    if not len(own.scores):  # sense AUC: the items are words
        value, low, high = resampled_mean(own.values[None])
        change = resampled_mean((own.values - raw.values)[None])
        return Score(value, low, high, len(own.values), change)
    found = rank_correlation(own.values, own.scores, seed=seed)
    change = rank_correlation_change(raw.values, own.values, own.scores, seed=seed)
    return Score(found.value, *found.interval, found.n, change)


def _ask(asked: Asked, state: str, move: Fitted, moved: np.ndarray) -> dict[str, Answers]:
    """Every task's answers.

    Args:
        move: the cure, fitted on the cloud.
        moved: what it makes of the cloud.
    """
    model, layer = asked.model, asked.layer

    def fit(own: np.ndarray) -> Fitted:
        return fitted(state, own) if asked.fitted_on == TASK else move

    found = {name: word_answers(model, name, layer, fit) for name in TASKS[:2]}
    with suppress(DataUnavailable):
        found[STS] = sentence_answers(model, layer, fit, asked.seed)
    read = moved if asked.source.name == SENSES else move(sense_vectors(model, layer))
    found[SENSES] = sense_answers(model, read)
    return {name: answers for name, answers in found.items() if len(answers.values)}


def _isotropy(
    asked: Asked, vectors: LayeredVectors, moved: np.ndarray, state: str
) -> dict[str, Score]:
    """Mean cosine and IsoScore of the text's cloud in the state, fitted on all of its words, as the
    Clouds page draws it.
    """
    layer, frame = asked.layer, default_frame(asked.source.name)
    alone = replace(
        vectors, layers=(moved,), layer_names=(vectors.layer_names[layer],),
        rank_bounds=(vectors.rank_bounds[layer],), state=state,
    )  # fmt: skip
    (found,) = measure([alone], frame)
    rows = rows_in_frame(alone, frame)
    d = vectors.rank_bounds[layer]
    return {
        "mean_cosine": Score(found.mean_cosine, *found.mean_cosine_interval, found.n),
        "iso_score": _iso_score(moved[rows], vectors.sentence_ids[rows], d),
    }


def _iso_score(x: np.ndarray, sentence_ids: np.ndarray, d: int) -> Score:
    found, nothing = spectrum(Moments.of(x), d), np.zeros(len(x), np.int64)
    sample = WordSample(nothing.astype(np.uint64), x, nothing, sentence_ids)
    bounds = spectrum_intervals(found, sample, len(x)).participation_ratio
    low, high = ((bound - 1) / (d - 1) for bound in bounds)
    return Score(found.iso_score, low, min(high, 1.0), len(x))
