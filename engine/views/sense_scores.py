"""How well each layer of a model keeps the senses of words apart, over all words of the sense
corpus: the recorded numbers where they ship, otherwise computed once, then kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from engine.corpora.senses import polysemous_words
from engine.encoder import is_registered, title_of
from engine.errors import EngineError, ShapeError, WordNotFound
from engine.vectors.states import RAW
from engine.views.kept import Kept
from engine.views.senses import SensesState, separations
from engine.views.sources import Source, encoder, vectors_of
from engine.views.study_records import ModelRecord, is_current, rebuilt, records

PATH = Path(__file__).parents[2] / "assets" / "studies" / "sense-scores.jsonl"
COMMAND = "python -m engine record senses"
KEY = ("model",)
SOURCE = Source("senses")

_scores = Kept(max_bytes=64)  # models and states


@dataclass(frozen=True)
class SenseScores:
    """Sense AUC by word and layer: the chance that a pair of one sense is closer than a pair of
    two; one half = not told apart.
    """

    model: str
    words: tuple[str, ...]  # that the model knows, in all their senses
    layer_names: tuple[str, ...]
    auc: np.ndarray  # (n_words, n_layers)
    provenance: str = "live"


@dataclass(frozen=True)
class Record(ModelRecord):
    """The scores of one model, raw, as they were recorded."""

    words: tuple[str, ...]
    layer_names: tuple[str, ...]
    auc: tuple[tuple[float, ...], ...]  # word -> layer


_record = partial(rebuilt, Record)


def sense_scores(model: str, state: str) -> SenseScores:
    """Sense AUC of every word that the model knows.

    Args:
        state: of the vectors.
    Raises:
        EngineError: the model knows none of the words.
    """
    if found := _recorded(model, state):
        told = found.provenance(COMMAND)
        return SenseScores(model, found.words, found.layer_names, np.array(found.auc), told)
    scores: SenseScores = _scores.get((model, state), lambda: scored_now(model, state), lambda _: 1)
    return scores


def are_scored(models: Sequence[str], state: str) -> bool:
    """True if `sense_scores` answers at once for all of them."""
    return all(_recorded(one, state) or _scores.has((one, state)) for one in models)


def told(many: Sequence[SenseScores]) -> str:
    """Where the scores come from, for captions."""
    return "; ".join(dict.fromkeys(one.provenance for one in many))


def scored_now(model: str, state: str) -> SenseScores:
    """The scores, computed from `separations`, which keeps each word's."""
    vectors_of(SOURCE, model)  # once, instead of each word's sentences by themselves
    found: dict[str, list[float]] = {}
    names: tuple[str, ...] = ()
    for word in polysemous_words():
        try:
            layers = separations(SensesState(word, models=(), state=state), model)
        except (WordNotFound, ShapeError):
            continue
        names = tuple(name for name, _ in layers)
        found[word] = [one.auc for _, one in layers]
    if not found:
        raise EngineError(f"{title_of(model)} knows no word of the sense corpus.")
    return SenseScores(model, tuple(found), names, np.array(list(found.values())))


def record_scores(model: str) -> Record:
    """Compute the scores of a registered model, to be written into the results file."""
    found, vectors = scored_now(model, RAW), vectors_of(SOURCE, model)
    return Record(
        found.words, found.layer_names, tuple(map(tuple, found.auc.tolist())), model=model,
        model_sha256=encoder(model).card.sha256, text_sha256=SOURCE.fingerprint,
        device=vectors.device, dtype=vectors.dtype, date=datetime.now(UTC).date().isoformat(),
    )  # fmt: skip


def _recorded(model: str, state: str) -> Record | None:
    """What was recorded of this model and corpus as they are now; None where nothing was."""
    if state != RAW or not is_registered(model):
        return None
    found = records(PATH, _record, "a model's sense scores").get(model)
    is_this = found and is_current(found) and found.text_sha256 == SOURCE.fingerprint
    return found if is_this else None
