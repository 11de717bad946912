"""Are the recorded numbers what measuring again gives? A sample of each record is computed anew."""

from __future__ import annotations

import json

from engine.vectors.states import RAW, WHITENED
from engine.views import (
    cures_kept,
    published_numbers,
    sense_groups_kept,
    sense_scores,
    sts_geometry,
    wsd_records,
)
from engine.views.cure_scores import Asked, scored_now
from engine.views.cure_tasks import SENSES
from engine.views.sense_groups_measured import measured_groups
from engine.views.sense_vectors import SenseQuestion
from engine.views.wsd_measured import measure_wsd
from engine.views.wsd_vectors import CONTEXT

SAMPLE = "glove"  # reads fast, and depends on no other processor's rounding
GROUPED, WORDS = "cove", ("bank", "mouse")  # the smallest model that forms groups
TOLERANCE = 2e-3


def cures() -> list[str]:
    """Differences between recorded and new scores of two states of one model, as sentences.

    Raises:
        DataUnavailable: the sentence pairs are not on this machine.
    """
    asked = Asked(SAMPLE, 0, SENSES, 0)
    record = cures_kept.record_of(asked)
    if record is None:
        return [f"{SAMPLE}: cures are not recorded as it is now; run `{cures_kept.COMMAND}`."]
    problems = []
    for state in (RAW, WHITENED):
        kept, now = record.layers[0][state].scores, scored_now(asked, state).scores
        pairs = {name: (of.value, now[name].value) for name, of in kept.items() if name in now}
        problems += _differences(f"{SAMPLE}, {state}", pairs)
    return problems


def sts() -> list[str]:
    """Differences between a recorded and a new measurement on SemEval's sentences, as sentences.

    Raises:
        DataUnavailable: the sentences are not on this machine.
    """
    kept, now = sts_geometry.recorded_sts().get(SAMPLE), sts_geometry.measure_sts(SAMPLE)
    if kept is None or kept.text_sha256 != now.text_sha256:
        return [f"{SAMPLE}: not recorded on these sentences; run `{sts_geometry.COMMAND}`."]
    (old,), (new,) = kept.layers, now.layers
    names = ("mean_cosine", "self_similarity", "intra_sentence_similarity", "norm_mean")
    return _differences(SAMPLE, {name: (getattr(old, name), getattr(new, name)) for name in names})


def wsd() -> list[str]:
    """Differences between recorded and new answers of the context words alone, as sentences.

    Raises:
        DataUnavailable: a data set is not on this machine.
    """
    kept, now = wsd_records.recorded_wsd().get(CONTEXT), measure_wsd(CONTEXT)
    if kept is None or kept.text_sha256 != now.text_sha256:
        return [f"{CONTEXT}: not recorded on these sentences; run `{wsd_records.COMMAND}`."]
    pairs = {}
    for old, new in zip(kept.layers, now.layers, strict=True):
        pairs["WiC-TSV"] = old.claims.accuracy, new.claims.accuracy
        for way in ("centroid", "nearest"):
            found = [getattr(layer, way).balanced for layer in (old, new)]
            for task, *values in zip(kept.tasks, *found, strict=True):
                pairs[f"{way}, {task.word}"] = tuple(values)
    return _differences(CONTEXT, pairs)


def senses() -> list[str]:
    """Differences between recorded and new scores of one model, as sentences."""
    kept, now = sense_scores.sense_scores(SAMPLE, RAW), sense_scores.scored_now(SAMPLE, RAW)
    if kept.provenance == now.provenance:
        return [f"{SAMPLE}: senses are not recorded as it is now; run `{sense_scores.COMMAND}`."]
    old, new = (dict(zip(of.words, of.auc[:, 0].tolist(), strict=True)) for of in (kept, now))
    return _differences(SAMPLE, {word: (old.get(word, -1.0), new[word]) for word in new})


def groups() -> list[str]:
    """Differences between recorded and new groups of two words under one model, as sentences."""
    problems = []
    for question in map(SenseQuestion, WORDS):
        record = sense_groups_kept.recorded_groups(question, GROUPED)
        if record is None:
            again = f"run `{sense_groups_kept.COMMAND}`"
            return [f"{GROUPED}: groups are not recorded as it is now; {again}."]
        layers = zip(record.groups(question.word), measured_groups(question, GROUPED), strict=True)
        for (name, old), (_, new) in layers:
            pairs = {
                "silhouette": (old.clusters.silhouette, new.clusters.silhouette),
                "shared context": (old.context_auc, new.context_auc),
                "shared place": (old.place_auc, new.place_auc),
            }
            problems += _differences(f"{GROUPED}, {question.word}, {name}", pairs)
    return problems


def published() -> list[str]:
    """A sentence if the published numbers that ship are not those of their author's files.

    Raises:
        DataUnavailable: these are not on this machine.
    """
    kept = json.loads(published_numbers.PATH.read_text(encoding="utf8"))
    if kept == published_numbers.published_asset():
        return []
    return [f"{published_numbers.PATH.name} differs; run `{published_numbers.COMMAND}`."]


def _differences(of: str, pairs: dict[str, tuple[float, float]]) -> list[str]:
    return [
        f"{of}: {name} was {old:.4f}, is {new:.4f}."
        for name, (old, new) in pairs.items()
        if not abs(old - new) <= TOLERANCE
    ]
