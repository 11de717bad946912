"""All words, all models: means over words, and layers that are chosen without looking."""

import numpy as np
import pytest

from engine.geometry.over_words import chosen_on_others, mean_interval
from engine.views import VIEWS, scoreboard, senses, sources
from engine.views.kept import Kept
from engine.views.scoreboard import ScoreboardState
from engine.views.senses import SensesState, separations

WORDS = ("bank", "mouse", "spring")


@pytest.fixture(scope="module", autouse=True)
def loaded(minilm_model, glove_model):
    with pytest.MonkeyPatch.context() as patch:
        for name, model in (("minilm", minilm_model), ("glove", glove_model)):
            sources._encoders.get((name, "auto"), lambda model=model: model, lambda _: 1)
        patch.setattr(scoreboard, "polysemous_words", lambda: WORDS)
        patch.setattr(scoreboard, "_known", Kept(8))
        patch.setattr(senses, "_panels", Kept(64))
        yield


def test_a_layer_is_chosen_by_the_other_words():
    scores = np.array([[0.9, 0.5, 0.1], [0.2, 0.8, 0.1], [0.1, 0.8, 0.2]])
    # without the first word layer 1 leads (1.6), without the second 0 and 1 (1.0, 1.3), ...
    assert chosen_on_others(scores).tolist() == [0.5, 0.8, 0.8]


def test_choosing_by_the_others_finds_nothing_where_nothing_is():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(400, 7))
    assert chosen_on_others(scores).mean() == pytest.approx(0, abs=0.12)
    assert scores.max(axis=1).mean() > 1


def test_the_interval_holds_the_mean_and_shrinks_with_words():
    rng = np.random.default_rng(1)
    few, many = rng.normal(size=(10, 2)), rng.normal(size=(1_000, 2))
    low, high = mean_interval(few)
    assert (low < few.mean(axis=0)).all()
    assert (few.mean(axis=0) < high).all()
    assert (np.subtract(*mean_interval(many)[::-1]) < high - low).all()


@pytest.mark.slow
def test_means_are_over_words_and_a_static_model_is_at_chance():
    state = ScoreboardState()
    view = VIEWS["scoreboard"]()
    assert view.so_far(state) is None
    seen = []
    view.work(state).do(lambda done, total: seen.append((done, total)))
    assert seen[-1] == (5, 6)
    assert view.work(state) is None
    assert view.so_far(state) == state
    shown = view.show(state)
    curve = next(trace for trace in shown.figure.data if trace.name == "MiniLM")
    panels = [dict(separations(SensesState(word, models=()), "minilm")) for word in WORDS]
    assert curve.y[4] == pytest.approx(np.mean([p["4"].knn_accuracy_balanced for p in panels]))
    assert list(shown.table["word"]) == list(WORDS)
    n_senses = [len(p["4"].senses) for p in panels]
    assert list(shown.table["GloVe"]) == pytest.approx([1 / n for n in n_senses])
    assert "The other content words alone" in shown.notice


def test_auc_of_a_static_model_is_exactly_a_half():
    shown = VIEWS["scoreboard"]().show(ScoreboardState(("glove",), "auc"))
    assert list(shown.table["GloVe"]) == [0.5] * 3
