"""What one click can ask for is answered before it is asked, with the same numbers."""

import threading

import numpy as np
import pytest

from engine.encoder import registered
from engine.geometry.frame import UNITS
from engine.geometry.stream import measure
from engine.views import ahead, measured, senses, sources
from engine.views.anisotropy import MIN_FREQUENCIES, AnisotropyView, MeasureState
from engine.views.build import default_frame
from engine.views.kept import Kept
from engine.views.measured import missing_vectors
from engine.views.sources import Source
from engine.views.two_contexts import TwoContextsState, TwoContextsView
from pages._ui import warm

LEAST = (1, 5)  # of the thresholds that the page offers: each is measured alike


@pytest.fixture(scope="module")
def answered(glove_model):
    """Every answer of GloVe is there, as on a server that has been up for a while."""
    with pytest.MonkeyPatch.context() as patch:
        sources._encoders.get(("glove", "auto"), lambda: glove_model, lambda _: 1)
        patch.setattr(measured, "_measured", Kept(measured.KEPT_BYTES))
        patch.setattr(ahead, "polysemous_words", lambda: ("nosuchword", "bank"))
        patch.setattr(ahead, "MIN_FREQUENCIES", LEAST)
        patch.setattr(ahead, "CLAIMS", {})  # tested with the claims
        patch.setattr(senses, "_panels", Kept(1024))
        for _ in ahead.ahead(["glove"]):
            pass
        yield


@pytest.fixture
def no_measuring(answered, monkeypatch):
    def refuse(*_):
        raise AssertionError("measured although it was answered ahead")

    monkeypatch.setattr(measured, "measure", refuse)


def test_every_frame_a_click_away_is_answered_ahead(no_measuring):
    changes = [
        {},
        {"punctuation": True},
        *({"unit": unit} for unit in UNITS),
        *({"min_frequency": n} for n in LEAST),
    ]
    for change in changes:
        state = MeasureState(models=("glove",), **change)
        assert not state.needs()
        assert AnisotropyView().show(state).table["n"].iloc[0] > 0


def test_the_quick_states_of_the_vectors_are_answered_ahead(no_measuring):
    for state in ahead.QUICK_STATES:
        AnisotropyView().show(MeasureState(models=("glove",), state=state))
    TwoContextsView().show(TwoContextsState(models=("glove",), state="centred"))


def test_an_answer_given_ahead_is_the_one_measured_now(answered):
    (kept,) = MeasureState(models=("glove",), state="centred").measure()
    vectors = sources.vectors_of(Source("senses"), "glove", "centred")
    (now,) = measure([vectors], default_frame("senses"))
    assert kept.layers[0].mean_cosine == now.mean_cosine
    assert kept.layers[0].mean_cosine_interval == now.mean_cosine_interval
    assert np.array_equal(kept.layers[0].angles_deg, now.angles_deg)


def test_all_answers_of_all_shipped_models_fit_into_what_is_kept(answered):
    most = max(map(measured._n_bytes, measured._measured.values()))  # one layer
    n_further = len(MIN_FREQUENCIES) - len(LEAST)
    n_answers = len(ahead.frames_a_click_away()) + n_further + len(ahead.QUICK_STATES)
    n_layers = sum(len(card.layer_names) for card in registered())
    assert n_answers * most * n_layers < measured.KEPT_BYTES


def test_words_are_separated_ahead_and_an_unknown_one_stops_nothing(answered):
    before = len(senses._panels.values())
    assert before == 1
    senses.SensesView().show(senses.SensesState("bank", models=("glove",), measure_name="knn"))
    assert len(senses._panels.values()) == before


def test_own_text_still_waits_for_its_vectors(answered):
    source = Source("text", "a heron stood in the river")
    assert missing_vectors(source, ["glove"], "raw", MeasureState().frame) == [(source, "glove")]


def test_the_server_stops_answering_ahead_when_it_stops(monkeypatch):
    first = threading.Event()

    def endless(models):
        while True:
            first.set()
            yield

    monkeypatch.setattr(ahead, "ahead", endless)
    monkeypatch.setattr(warm, "_stopping", threading.Event())
    thread = threading.Thread(target=warm._answer_ahead, args=(["glove"],))
    thread.start()
    assert first.wait(5)
    warm.stop()
    thread.join(5)
    assert not thread.is_alive()
