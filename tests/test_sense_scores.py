"""The recorded sense scores: of this corpus and these weights, or none; and a claim that needs no
model because of them.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from engine.encoder import ENCODERS, registered
from engine.vectors.states import RAW
from engine.views import VIEWS, claim_measures, sense_scores, verify_records
from engine.views.claimed import ClaimState
from engine.views.sense_scores import Record, SenseScores, are_scored, scored_now

RECORD = Record(
    ("bank", "mouse"), ("only",), ((0.5,), (0.25,)), model="glove",
    model_sha256=ENCODERS["glove"].card.sha256, text_sha256=sense_scores.SOURCE.fingerprint,
    device="cpu", dtype="float32", date="2026-01-01",
)  # fmt: skip


@pytest.fixture
def kept(write_records):
    """Writes records where they are looked for."""
    return partial(write_records, sense_scores)


def test_a_record_is_read_as_it_was_written_and_the_last_one_counts(kept):
    kept(replace(RECORD, auc=((0.1,), (0.2,))))
    kept(RECORD)
    found = sense_scores.sense_scores("glove", RAW)
    assert (found.words, found.layer_names) == (RECORD.words, RECORD.layer_names)
    assert found.auc.tolist() == [[0.5], [0.25]]
    assert "recorded 2026-01-01" in found.provenance
    assert are_scored(["glove"], RAW)


@pytest.mark.parametrize("stale", [{"text_sha256": "another"}, {"model_sha256": "another"}])
def test_a_record_of_another_text_or_model_is_none(kept, stale):
    kept(replace(RECORD, **stale))
    assert not are_scored(["glove"], RAW)


def test_only_raw_vectors_are_recorded(kept):
    kept(RECORD)
    assert not are_scored(["glove"], "centred")


@pytest.mark.slow
def test_what_ships_is_what_measuring_again_gives(monkeypatch):
    assert verify_records.senses() == []
    now = scored_now("glove", RAW)
    wrong = SenseScores("glove", now.words, now.layer_names, now.auc + 0.01, "recorded")
    monkeypatch.setattr(sense_scores, "sense_scores", lambda *_: wrong)
    assert len(verify_records.senses()) == len(now.words)


def test_a_static_word_has_one_vector_so_its_senses_are_not_told_apart():
    found = sense_scores.sense_scores("glove", RAW)
    assert len(found.words) > 40
    assert np.all(found.auc == 0.5)


@pytest.mark.parametrize("claim", ["claim-top-context", "claim-narrower"])
def test_the_claims_about_senses_need_no_model(claim, monkeypatch):
    def no_model(*_, **__):
        raise AssertionError("A model was asked for.")

    monkeypatch.setattr(sense_scores, "vectors_of", no_model)
    monkeypatch.setattr(sense_scores, "separations", no_model)
    view, state = VIEWS[claim](), ClaimState(models=tuple(card.name for card in registered()))
    assert view.work(state) is None
    shown = view.test(state, lambda done, total: None)
    assert "recorded" in shown.caption
    assert shown.verdict.word
    assert claim_measures.are_measured(state, state.named)
