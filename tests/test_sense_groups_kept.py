"""The recorded groups of the sense corpus' words: of this corpus and these weights, or none."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from engine.encoder import ENCODERS
from engine.views import VIEWS, sense_groups_kept, sense_groups_measured, verify_records
from engine.views.sense_groups import SenseGroupsState, groups
from engine.views.sense_groups_kept import Figures, Record, recorded_groups
from engine.views.sense_vectors import SenseQuestion

KNOWN = Figures("1", "000110", 0.25, 0.125, 0.75, (0.5, 0.875), 0.5, (0.25, 0.75), 0.5)
UNKNOWN = Figures("2", "000001", 0.5, 0.25, np.nan, (np.nan, np.nan), 0.5, (0.25, 0.75), np.nan)
RECORD = Record(
    {"bank": (KNOWN, UNKNOWN)}, model="minilm", model_sha256=ENCODERS["minilm"].card.sha256,
    text_sha256=sense_groups_kept.SOURCE.fingerprint, device="cpu", dtype="float32",
    date="2026-01-01",
)  # fmt: skip
BANK = SenseQuestion("bank")


@pytest.fixture
def kept(write_records):
    """Writes records where they are looked for."""
    return partial(write_records, sense_groups_kept)


def test_a_record_is_read_as_it_was_written_also_what_is_not_known(kept):
    kept(RECORD)
    (first, known), (second, unknown) = groups(SenseGroupsState("bank"), "minilm")
    assert (first, second) == ("1", "2")
    assert known.clusters.sizes == (4, 2)
    assert known.clusters.labels.tolist() == [0, 0, 0, 1, 1, 0]
    assert (known.context_auc, known.context_interval) == (0.75, (0.5, 0.875))
    assert np.isnan([unknown.context_auc, *unknown.context_interval, unknown.agreement]).all()


@pytest.mark.parametrize(
    "question",
    [
        SenseQuestion("bank", text="The bank.\nA bank."),
        replace(BANK, exact=True),
        replace(BANK, state="centred"),
        replace(BANK, word="seal"),
    ],
)
def test_another_question_is_not_answered_by_it(kept, question):
    kept(RECORD)
    assert recorded_groups(BANK, "minilm")
    assert recorded_groups(question, "minilm") is None
    assert recorded_groups(BANK, "elmo") is None


@pytest.mark.parametrize("stale", [{"text_sha256": "another"}, {"model_sha256": "another"}])
def test_a_record_of_another_text_or_model_is_none(kept, stale):
    kept(replace(RECORD, **stale))
    assert recorded_groups(BANK, "minilm") is None


@pytest.mark.slow
def test_what_ships_is_what_measuring_again_gives(monkeypatch):
    assert verify_records.groups() == []
    shipped = sense_groups_kept.recorded_groups(BANK, verify_records.GROUPED)
    monkeypatch.setattr(verify_records, "WORDS", ("bank",))
    changed = {"bank": tuple(one._replace(silhouette=0.9) for one in shipped.words["bank"])}
    wrong = replace(shipped, words=changed)
    monkeypatch.setattr(sense_groups_kept, "recorded_groups", lambda *_: wrong)
    assert len(verify_records.groups()) == len(changed["bank"])


def test_a_word_of_the_corpus_is_shown_without_measuring(monkeypatch, minilm_model):
    def measured(*_, **__):
        raise AssertionError("Groups were measured.")

    monkeypatch.setattr(sense_groups_measured, "sense_clusters", measured)
    view, state = VIEWS["sense-groups"](), SenseGroupsState("seal", models=("minilm",))
    assert view.work(state) is None
    assert "recorded" in view.show(state).caption
