"""The numbers of cures: the recorded ones where they ship, otherwise computed once and kept."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.corpora.inventory import identity
from engine.encoder import Progress, is_registered, is_static
from engine.errors import DataUnavailable
from engine.vectors.states import FITS
from engine.views.cure_scores import Asked, CureScores, Score, scored_now
from engine.views.cure_tasks import SENSES, has_sentences, read_tasks
from engine.views.kept import Kept
from engine.views.sources import FREQUENT, Source, encoder, vectors_of
from engine.views.study_records import ModelRecord, is_current, records

PATH = Path(__file__).parents[2] / "assets" / "studies" / "cures.jsonl"
COMMAND = "python -m engine record cures"
KEY = ("model", "fitted_on", "seed")
STATES_IN_ORDER = tuple(FITS)  # raw first, then from the mildest

_scores = Kept(max_bytes=4_000)  # states of layers


@dataclass(frozen=True)
class Record(ModelRecord):
    """All states of all layers of one model, as they were recorded; its text is the one whose
    cloud is measured.
    """

    fitted_on: str
    seed: int
    layer_names: tuple[str, ...]
    layers: tuple[dict[str, CureScores], ...]  # state -> its numbers
    sts_sha256: str  # of the sentence pairs' files

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes two records the same one."""
        return self.model, self.fitted_on, self.seed


def cure_scores(asked: Asked, state: str) -> CureScores:
    """The numbers of a state at a layer; the same question is answered from memory.

    Raises:
        UnknownName: no such state or way to fit.
    """
    record = record_of(asked)
    if record and state in record.layers[asked.layer]:
        return record.layers[asked.layer][state]
    key = asked, state, has_sentences(asked.seed)
    return _scores.get(key, lambda: scored_now(asked, state), lambda _: 1)


def is_scored(asked: Asked, state: str) -> bool:
    """True if `cure_scores` answers at once."""
    record = record_of(asked)
    known = record is not None and state in record.layers[asked.layer]
    return known or _scores.has((asked, state, has_sentences(asked.seed)))


def score_all(questions: list[tuple[Asked, str]], progress: Progress) -> None:
    """Answer several questions of one model, its texts read first."""
    total, asked = len(questions) + 1, questions[0][0]
    with suppress(DataUnavailable):  # what is missing is told beside the figure
        read_tasks(asked.model, asked.seed, lambda *_: progress(0, total))
    for number, question in enumerate(questions, 1):
        progress(number, total)
        cure_scores(*question)


def record_of(asked: Asked) -> Record | None:
    """What was recorded of this model and text as they are now; None where nothing was."""
    if not is_registered(asked.model):
        return None
    key = asked.model, asked.fitted_on, asked.seed
    record = records(PATH, _record, "a record of cures").get(key)
    is_this = record and is_current(record) and record.text_sha256 == _fingerprint(asked)
    return record if is_this else None


def record_model(model: str, fitted_on: str, seed: int = 0) -> Record:
    """Compute every state of every layer, to be written into the results file.

    Raises:
        DataUnavailable: the sentence pairs are not on this machine.
    """
    start = Asked(model, 0, fitted_on, seed)
    sts = identity("sts")
    vectors, layers = vectors_of(start.source, model), []
    for layer in range(vectors.n_layers):
        asked = Asked(model, layer, fitted_on, seed)
        layers.append({state: scored_now(asked, state) for state in STATES_IN_ORDER})
    return Record(
        fitted_on, seed, vectors.layer_names, tuple(layers), sts, model=model,
        model_sha256=encoder(model).card.sha256, text_sha256=_fingerprint(start),
        device=vectors.device, dtype=vectors.dtype, date=datetime.now(UTC).date().isoformat(),
    )  # fmt: skip


def recorded_ways(model: str) -> tuple[str, ...]:
    """What cures are fitted on in the records of a model."""
    return (SENSES, FREQUENT) if is_static(model) else (SENSES,)


def provenance(asked: Asked) -> str:
    """Where the numbers come from, for captions."""
    if record := record_of(asked):
        return record.provenance(COMMAND)
    vectors = vectors_of(asked.source, asked.model)
    return f"live on {vectors.device}, {vectors.dtype}"


def layer_names(model: str, fitted_on: str, seed: int) -> tuple[str, ...]:
    """The names of a model's layers, as its vectors have them."""
    asked = Asked(model, 0, fitted_on, seed)
    if record := record_of(asked):
        return record.layer_names
    return vectors_of(asked.source, model).layer_names


def _record(fields: dict[str, Any]) -> Record:
    layers = tuple(
        {state: CureScores(state, of["n_fitted"], {n: _score(s) for n, s in of["scores"].items()})
         for state, of in layer.items()}
        for layer in fields["layers"]
    )  # fmt: skip
    names = tuple(fields["layer_names"])
    return Record(**{**fields, "layers": layers, "layer_names": names})


def _score(fields: dict[str, Any]) -> Score:
    value, low, high = (_number(fields[key]) for key in ("value", "low", "high"))
    change, change_low, change_high = map(_number, fields["change"])
    return Score(value, low, high, int(fields["n"]), (change, change_low, change_high))


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


@lru_cache(maxsize=4)
def _text_hash(source: Source) -> str:
    return source.fingerprint


def _fingerprint(asked: Asked) -> str:
    return _text_hash(asked.source)
