"""Small trainings whose geometry is watched: the session, its measures, what views make of them."""

import math

import numpy as np
import pytest

from engine.errors import CorruptFile, EngineError
from engine.runs import recorded
from engine.runs.recorded import recordings
from engine.runs.rows import Logged
from engine.training.cone.measured import of_text, of_vocabulary, places
from engine.training.cone.planned_runs import planned_runs
from engine.training.events import Finished, Started, Step, Validated, WordPlaces
from engine.training.session import SESSIONS
from engine.views import cone_training
from engine.views.claims import FAILS, HOLDS, MISSING, OPEN
from engine.views.cone_moments import ConeMomentsState, ConeMomentsView, moments, packet
from engine.views.cone_runs import ConeRun, recorded_cone_runs
from engine.views.cone_training import MEASURES, ConeTrainingState, ConeTrainingView

SMALL = {
    "vocab_size": 300,
    "d": 8,
    "n_steps": 6,
    "measure_every": 3,
    "n_measured": 50,
    "n_places": 20,
}


# --- measures ---------------------------------------------------------------------------------


def test_a_planted_cone_is_measured_opposite_to_its_contexts(rng):
    spread = rng.normal(size=(500, 6)) * [0, 1, 1, 1, 1, 1]
    words = spread / np.linalg.norm(spread, axis=1, keepdims=True) + np.eye(6)[0]  # 45 degrees
    look = of_vocabulary(tuple("w" * 500), words, -words, 10)
    assert look.figures["mean_cosine"] == pytest.approx(0.5, abs=0.02)
    assert look.figures["cosine_of_means"] == pytest.approx(-1)
    assert look.figures["share_along_mean"] == 1
    heights = np.array(look.places).reshape(10, 3)[:, 2]
    np.testing.assert_allclose(heights, math.cos(math.pi / 4), atol=0.05)


def test_before_the_first_batch_contexts_have_no_direction():
    look = of_vocabulary(("a", "b"), np.eye(2), np.zeros((2, 2)), 2)
    assert "cosine_of_means" not in look.figures


def test_pairs_of_one_word_or_one_sentence_do_not_count_in_a_text():
    layer = np.array([[1.0, 0], [1, 0], [0, 1], [1, 0]])
    types, sentences = np.array([0, 1, 2, 0]), np.array([0, 0, 1, 2])
    look = of_text(("a", "b", "c", "a"), [layer], types, sentences, 4)
    # a-c, b-c and c-a are orthogonal; b-a is one direction; a-b share a sentence, a-a a word.
    assert look.figures == {"mean_cosine_0": pytest.approx(1 / 4)}


def test_places_lie_on_the_sphere_at_the_angle_to_the_mean(rng):
    x = rng.normal(size=(40, 5)) + 1
    u = x / np.linalg.norm(x, axis=1, keepdims=True)
    mean = u.mean(axis=0)
    placed = np.array(places(x, mean)).reshape(-1, 3)
    np.testing.assert_allclose(np.linalg.norm(placed, axis=1), 1, atol=2e-3)
    np.testing.assert_allclose(placed[:, 2], u @ mean / np.linalg.norm(mean), atol=1e-3)


# --- the session ------------------------------------------------------------------------------


def played(session):
    events = []
    while not session.finished:
        events += list(session.advance())
    return events


@pytest.mark.slow
@pytest.mark.parametrize("net", ["word2vec", "bilm"])
def test_a_training_tells_its_geometry_and_goes_on_bit_for_bit(net, tmp_path):
    settings = {"net": net, **SMALL}
    whole = played(SESSIONS["cone"](settings, device="cpu"))
    assert isinstance(whole[0], Started)
    assert isinstance(whole[-1], Finished)
    assert [e.step for e in whole if isinstance(e, Validated)] == [0, 3, 6]
    assert all(len(e.places) == 3 * len(e.words) for e in whole if isinstance(e, WordPlaces))

    first = SESSIONS["cone"](settings, device="cpu")
    for _ in range(4):
        list(first.advance())
    weights = first.save(tmp_path / "state.safetensors")
    second = SESSIONS["cone"](settings, device="cpu")
    list(second.advance())  # whatever it did before does not count
    second.restore(tmp_path / "state.safetensors")
    assert second.step == 4
    assert second.save(tmp_path / "again.safetensors") == weights
    rest = played(second)
    losses = [e.loss for e in whole if isinstance(e, Step)]
    assert [e.loss for e in rest if isinstance(e, Step)] == losses[4:]
    assert rest[-2] == whole[-2]  # the same places at the end


@pytest.mark.slow
def test_settings_that_cannot_be_and_states_of_another_net_are_refused(tmp_path):
    make = SESSIONS["cone"]
    for settings in (
        {"net": "elmo"},
        {"n_negatives": 0},
        {"d": 8.5},
        {"text": "nothing"},
        {"x": 1},
    ):
        with pytest.raises(EngineError):
            make(settings, device="cpu")
    one = make(SMALL, device="cpu")
    list(one.advance())
    one.save(tmp_path / "state.safetensors")
    with pytest.raises(CorruptFile):
        make({**SMALL, "d": 12}, device="cpu").restore(tmp_path / "state.safetensors")
    done = make({**SMALL, "n_steps": 1}, device="cpu")
    list(done.advance())
    with pytest.raises(EngineError, match="no batch left"):
        list(done.advance())


# --- what ships, and its verdict --------------------------------------------------------------


def test_what_is_planned_is_recorded_with_its_command():
    known = {label.name: label for label in recordings(recorded.FOLDER)}
    for planned in planned_runs():
        label = known[planned.name]
        assert (label.kind, label.settings) == ("cone", planned.settings)
        assert label.command.endswith(planned.name)


def training(n_negatives, seed, last):
    settings = {"net": "word2vec", "n_negatives": n_negatives, "seed": seed}
    events = [
        Logged(i, 0.0, 0.0, Validated(i, {"mean_cosine": value}))
        for i, value in enumerate((0, last))
    ]
    return ConeRun(f"recorded-{n_negatives}-{seed}", "word2vec", "recorded", settings, events)


@pytest.mark.parametrize(
    ("few", "many", "word"),
    [
        ((0.1, 0.12, 0.11), (0.5, 0.52, 0.51), HOLDS),
        ((0.5, 0.52, 0.51), (0.1, 0.12, 0.11), FAILS),
        ((0.1, 0.5, 0.3), (0.3, 0.1, 0.6), OPEN),
        ((), (), MISSING),
    ],
)
def test_the_verdict_follows_from_the_recorded_numbers(monkeypatch, few, many, word):
    runs = [
        training(n, seed, value)
        for n, values in ((1, few), (15, many))
        for seed, value in enumerate(values)
    ]
    monkeypatch.setattr(cone_training, "recorded_cone_runs", lambda: list(runs))
    shown = ConeTrainingView().show(ConeTrainingState())
    assert shown.verdict.word == word


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
def test_every_figure_has_a_curve_for_each_recorded_training(measure):
    shown = ConeTrainingView().show(ConeTrainingState(measure))
    trainings = [run for run in recorded_cone_runs() if run.net == "word2vec"]
    assert len([t for t in shown.figure.data if t["xaxis"] == "x"]) == len(trainings)
    if measure == "mean_cosine":
        n = 3 * sum(run.net == "bilm" for run in recorded_cone_runs())
        assert len([t for t in shown.figure.data if t["xaxis"] == "x2"]) == n
    assert len(shown.table)


def test_the_words_of_a_recorded_training_are_a_cloud_of_its_moments():
    of = moments(ConeMomentsState())
    assert of.places.shape == (len(of.names), len(of.words), 3)
    assert of.names[0] == "batch 0"
    content = packet(of)
    assert content[:4] == b"CSC1"
    assert f"half of the words stand within {np.median(of.degrees[-1]):.0f}°" in (
        ConeMomentsView().show(ConeMomentsState()).notice
    )
    with pytest.raises(EngineError, match="another kind"):
        moments(ConeMomentsState("recorded-imdb-flat-0"))
    with pytest.raises(EngineError, match="no places"):
        moments(ConeMomentsState("recorded-cone-word2vec-5-1"))
