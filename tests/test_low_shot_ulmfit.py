"""ULMFiT's arms: one adapted language model serves every cell, and is what an unbroken run has."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import CorruptFile
from engine.training.events import StageEnded
from engine.training.low_shot.arms import ARMS
from engine.training.low_shot.arms import ulmfit as arms
from engine.training.low_shot.arms.ulmfit import OpenUlmfit, UlmfitArm
from engine.training.low_shot.config import LowShotStudy
from engine.training.low_shot.results import Cell
from engine.training.low_shot.study import low_shot
from engine.training.low_shot.texts import LowShotTexts
from engine.training.session import SESSIONS
from engine.training.ulmfit import texts as session_texts
from engine.training.ulmfit.regraft import regrafted
from engine.training.ulmfit.state_file import read_state
from tests.planted_texts import planted, settings  # noqa: F401

pytestmark = pytest.mark.slow  # whole small runs are trained

GRID = (
    {"unfreezing": "all", "discriminative": False, "rate": 3e-2, "dropout": 0.1},
    {"unfreezing": "all", "discriminative": False, "rate": 1e-6, "dropout": 0.1},
)


def small_arm(adapts: bool) -> UlmfitArm:
    small = settings()
    start = {name: small[name] for name in ("net", "words", "pretrain")}
    start["adapt"] = {**small["adapt"], "on": adapts, "epochs": 2}
    return UlmfitArm("small", "Small", "A small net.", start, GRID, ((100, 20),), pretrained=False)


@pytest.fixture
def films(planted) -> LowShotTexts:  # noqa: F811
    parts = [
        part for split in ("train", "valid", "test") for part in planted["films"].labelled(split)
    ]
    return LowShotTexts(*(tuple(p) if isinstance(p, list) else p for p in parts), source="films")


@pytest.fixture
def opened(films, tmp_path) -> OpenUlmfit:
    return OpenUlmfit(small_arm(True), films, "cpu", tmp_path / "adapted")


def finished(session) -> str:
    weights = ""
    while not session.finished:
        for event in session.advance():
            if isinstance(event, StageEnded):
                weights = event.weights
    return weights


def test_the_three_arms_differ_in_their_start_and_are_tuned_as_carefully():
    found = [ARMS[name] for name in ("scratch", "pretrained", "pretrained-fine-tuned")]
    assert [arm.start["pretrain"]["start"] for arm in found] == ["none", "shipped", "shipped"]
    assert [arm.start["adapt"]["on"] for arm in found] == [False, False, True]
    assert len({len(arm.grid) for arm in found}) == 1
    assert len({str(arm.settings()) for arm in found}) == 3
    assert found[0].weights() == "" != found[1].weights() == found[2].weights()


def test_every_candidate_is_a_setting_that_the_session_knows(films):
    for name in ("scratch", "pretrained", "pretrained-fine-tuned"):
        opened = ARMS[name].open(films, "cpu")
        for candidate in opened.candidates(100):
            SESSIONS["ulmfit"](opened.settings(24, candidate, seed=1), device="cpu")


def test_the_session_learns_from_the_rows_that_every_arm_gets(films):
    for seed in (0, 5):
        rows = films.draw(10, seed)
        drawn = session_texts.drawn_labelled("films", 10, seed)
        wanted = session_texts.numbered(films.pool[row] for row in rows)
        assert drawn.texts.words == wanted.words
        assert np.array_equal(drawn.texts.ids, wanted.ids)
        assert np.array_equal(drawn.labels, films.pool_labels[rows])


def test_a_cell_ends_with_the_weights_of_an_unbroken_run(opened, films, tmp_path):
    """The adapted language model is trained once, and grafted into the run of each cell."""
    rows = films.draw(12, 0)
    list(opened.prepare(rows))
    told = opened.settings(12, {"epochs": 2, **GRID[0]}, seed=0)
    unbroken = finished(SESSIONS["ulmfit"](told, device="cpu"))
    path = tmp_path / "state.safetensors"
    regrafted(opened.adapted, told, path)
    session = SESSIONS["ulmfit"](told, device="cpu")
    session.restore(path)
    assert finished(session) == unbroken


def test_the_adaptation_is_done_once_and_taken_up_where_it_stopped(
    opened, films, tmp_path, monkeypatch
):
    monkeypatch.setattr(arms, "SAVE_EVERY", 3)
    whole = OpenUlmfit(small_arm(True), films, "cpu", tmp_path / "whole")
    rows = films.draw(4, 0)
    steps = list(whole.prepare(rows))
    assert steps[-1][0] > 6
    interrupted = opened.prepare(rows)
    assert next(interrupted)[0] == 3
    interrupted.close()
    rest = list(opened.prepare(rows))
    assert rest[0][0] == 6
    assert rest[-1] == steps[-1]
    assert read_state(opened.adapted).weights == read_state(whole.adapted).weights
    assert list(opened.prepare(films.draw(20, 1))) == []


def test_other_settings_or_another_stage_are_not_grafted(opened, films, tmp_path):
    list(opened.prepare(films.draw(4, 0)))
    told = opened.settings(4, GRID[0], seed=0)
    path = tmp_path / "state.safetensors"
    told["adapt"]["rate"] = 0.5
    with pytest.raises(CorruptFile, match=r"other settings \(adapt\)"):
        regrafted(opened.adapted, told, path)
    told = opened.settings(4, {**GRID[0], "epochs": 1}, seed=0)
    session = SESSIONS["ulmfit"](told, device="cpu")
    finished(session)
    session.save(path)
    with pytest.raises(CorruptFile, match="not the state of an adapted"):
        regrafted(path, told, tmp_path / "other.safetensors")


@pytest.mark.parametrize("adapts", [False, True])
def test_planted_labels_are_learnt_and_the_rate_that_learns_is_chosen(
    films, tmp_path, monkeypatch, adapts
):
    from engine.training.low_shot import study as study_module

    monkeypatch.setattr(study_module, "ARMS", {"small": small_arm(adapts)})
    study = LowShotStudy(("small",), sizes=(60,), seeds=(1,))
    events = list(low_shot(study, tmp_path / "cells.csv", texts=films))
    (cell,) = [event for event in events if isinstance(event, Cell)]
    assert '"rate": 0.03' in cell.chosen
    assert cell.validation_accuracy > 0.8
    assert cell.accuracy > 0.8
    assert cell.n_test == 30
    assert '"validate_epochs": 5' in cell.chosen
    adapted = list((Path(tmp_path) / "cache" / "low-shot").glob("adapted-*"))
    assert len(adapted) == int(adapts)
