"""Groups of the sense corpus' words: the recorded ones, so that another word is shown at once."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.corpora.senses import polysemous_words
from engine.encoder import is_registered
from engine.errors import ShapeError, WordNotFound
from engine.geometry.sense_clusters import SenseClusters
from engine.vectors.states import RAW
from engine.views.sense_groups_measured import measured_groups
from engine.views.sense_groups_told import Groups, Layers
from engine.views.sense_vectors import SenseQuestion
from engine.views.sources import Source, encoder, vectors_of
from engine.views.study_records import ModelRecord, is_current, rebuilt, records

PATH = Path(__file__).parents[2] / "assets" / "studies" / "sense-groups.jsonl"
COMMAND = "python -m engine record groups"
KEY = ("model",)
SOURCE = Source("senses")


class Figures(NamedTuple):
    """One word at one layer; what is not known is None."""

    layer: str
    labels: str  # a digit for each occurrence: its group
    silhouette: float
    null: float
    context_auc: float | None
    context_interval: tuple[float | None, ...]  # low, high
    place_auc: float | None
    place_interval: tuple[float | None, ...]
    agreement: float | None


@dataclass(frozen=True)
class Record(ModelRecord):
    """The groups of every word under one model, raw vectors, as they were recorded."""

    words: dict[str, tuple[Figures, ...]]  # word -> of every layer

    def groups(self, word: str) -> Layers:
        """(layer name, groups) of every layer that was recorded."""
        return [(one.layer, _groups(one)) for one in self.words[word]]


_record = partial(rebuilt, Record)


def recorded_groups(question: SenseQuestion, model: str) -> Record | None:
    """The record that answers this question, of this corpus and these weights; None where none
    does.
    """
    if question.text or question.exact or question.state != RAW or not is_registered(model):
        return None
    found = records(PATH, _record, "the groups of a model's words").get(model)
    if not found or question.word not in found.words:
        return None
    return found if is_current(found) and found.text_sha256 == SOURCE.fingerprint else None


def record_groups(model: str) -> Record:
    """Measure every word under a registered model, to be written into the results file."""
    vectors = vectors_of(SOURCE, model)  # once, instead of each word's sentences by themselves
    words = {}
    for word in polysemous_words():
        with suppress(WordNotFound, ShapeError):
            layers = measured_groups(SenseQuestion(word), model)
            words[word] = tuple(_figures(name, one) for name, one in layers)
    return Record(
        words, model=model, model_sha256=encoder(model).card.sha256,
        text_sha256=SOURCE.fingerprint, device=vectors.device, dtype=vectors.dtype,
        date=datetime.now(UTC).date().isoformat(),
    )  # fmt: skip


def _figures(layer: str, one: Groups) -> Figures:
    return Figures(
        layer, "".join(map(str, one.clusters.labels.tolist())),
        one.clusters.silhouette, one.clusters.null, one.context_auc, one.context_interval,
        one.place_auc, one.place_interval, one.agreement,
    )  # fmt: skip


def _groups(one: Figures) -> Groups:
    return Groups(
        SenseClusters(np.array(list(one.labels), np.int64), one.silhouette, one.null),
        _known(one.context_auc), _interval(one.context_interval),
        _known(one.place_auc), _interval(one.place_interval), _known(one.agreement),
    )  # fmt: skip


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def _interval(ends: tuple[float | None, ...]) -> tuple[float, float]:
    low, high = map(_known, ends)
    return low, high
