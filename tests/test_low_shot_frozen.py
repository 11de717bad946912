"""Frozen language models as arms: what is pooled, and whose states they are."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.model_files import shipped_sha256
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.training.low_shot.arms import ARMS
from engine.training.low_shot.arms import frozen_language_model as frozen
from engine.training.low_shot.arms.ulmfit import FINE_TUNED, OpenUlmfit
from engine.training.low_shot.config import LowShotStudy
from engine.training.low_shot.results import Cell
from engine.training.low_shot.study import low_shot
from engine.training.ulmfit.answers import TrainedState
from engine.training.ulmfit.pooled_states import pooled_states, pooled_widths
from tests.planted_texts import planted  # noqa: F401
from tests.test_low_shot import planted as of_two_words
from tests.test_low_shot_ulmfit import films, small_arm  # noqa: F401

NAMES = ("untrained-frozen", "pretrained-frozen", "fine-tuned-frozen")


@pytest.fixture
def lm() -> AwdLstm:
    torch.manual_seed(0)
    return AwdLstm(AwdLstmConfig(vocab_size=30, d_embedding=4, d_hidden=6, n_layers=3))


@pytest.mark.parametrize("backward", [False, True])
def test_every_layer_is_pooled_over_the_texts_own_tokens(lm, rng, backward):
    texts = [rng.integers(0, 30, n) for n in (70, 1, 150, 71, 3)]
    found = pooled_states(lm, texts, backward=backward)
    widths = pooled_widths(lm)
    assert widths == (12, 18, 18, 12)
    assert found.shape == (5, 4, 18)
    for text, of_text in zip(texts, found, strict=True):
        read = torch.from_numpy(text[::-1].copy() if backward else text)[None]
        with torch.no_grad():
            layers = lm.eval()(read).layers  # the text alone, in one piece
        for width, states, pooled in zip(widths, layers, of_text, strict=True):
            alone = states[0].numpy()
            expected = np.concatenate([alone[-1], alone.max(0), alone.mean(0)])
            assert np.abs(pooled[:width] - expected).max() < 1e-5
            assert (pooled[width:] == 0).all()


def test_the_three_differ_in_the_state_alone():
    found = [ARMS[name] for name in NAMES]
    assert [arm.reads for arm in found] == [None, None, FINE_TUNED]
    shipped = shipped_sha256("awd-lstm")
    assert [arm.weights() for arm in found] == ["", shipped, shipped] != ["", "", ""]
    assert found[0].settings() == found[1].settings() != found[2].settings()


@pytest.mark.slow
def test_an_untrained_net_holds_which_words_were_there(tmp_path, monkeypatch):
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path))
    study = LowShotStudy(("untrained-frozen",), sizes=(300,), seeds=(0,))
    events = list(low_shot(study, tmp_path / "cells.csv", texts=of_two_words()))
    (cell,) = [event for event in events if isinstance(event, Cell)]
    assert cell.accuracy > 0.75  # a text without the planted word (one in four) can be guessed
    assert cell.n_test == 80


@pytest.mark.slow
def test_the_adapted_language_model_is_the_fine_tuned_arms(
    films, tmp_path, monkeypatch  # noqa: F811
):  # fmt: skip
    small = small_arm(adapts=True)
    monkeypatch.setenv("CONESCOPE_CACHE", str(tmp_path))
    opened = replace(frozen.FINE_TUNED_FROZEN, reads=small).open(films, "cpu")
    rows = films.draw(20, 0)
    list(opened.prepare(rows))
    adapted: OpenUlmfit = small.open(films, "cpu")
    assert list(adapted.prepare(rows)) == []  # it is there
    state = TrainedState(adapted.adapted, "cpu")
    _, lm = state.reader
    text = films.pool[rows[0]]
    expected = pooled_states(lm, [state.ids(text)])[0]
    stored = opened._probe._stored["pool"].read(rows[:1])[0]
    assert np.abs(stored - expected).max() < 5e-3  # stored as float16
    assert len(opened.candidates(20)) == len(expected) * len(frozen.STRENGTHS)
