"""A run's checkpoints asked: one's own review word by word, what each stage says of it, and the
words of the target text as the stages move them. Over a real run of small nets.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.corpora.vocabulary import SPECIAL, Vocabulary
from engine.errors import EngineError, TextError
from engine.nets.awd_lstm import AwdLstm, AwdLstmConfig
from engine.runs import keeper
from engine.runs.store import Store
from engine.training.events import Validated
from engine.training.ulmfit import leaving_out
from engine.training.ulmfit.word_places import word_places
from engine.views import VIEWS, moved_words
from engine.views.asked_states import place_at, places, state_of
from engine.views.how_right import how_right
from engine.views.moved_places import is_soon_read
from engine.views.moved_words import MovedWordsState
from engine.views.own_review import MAX_WORDS, OwnReviewState, _notice, contributions
from engine.views.three_stages import ThreeStagesState
from engine.views.words_of_run import GENERAL, OLD
from tests.planted_texts import planted, settings  # noqa: F401
from tests.runs_harness import Desk

REVIEW = "The film was a good story, with long scenes."
SCRIPT = "<script>alert(1)</script> 😀 שלום good"

pytestmark = [pytest.mark.usefixtures("planted"), pytest.mark.slow]  # small nets are trained


@pytest.fixture
def run_id(tmp_path, monkeypatch):
    """A run that is over, with its checkpoints."""
    monkeypatch.setenv("CONESCOPE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(keeper, "LARGEST_SHARE", 1e9)  # a checkpoint at every border
    desk = Desk(tmp_path / "runs", checkpoint_batches=1_000)
    run_id = desk.store.add("ulmfit", settings(), device="cpu", name="Small")
    assert desk.work(run_id).status == "finished"
    return run_id


def test_a_words_part_is_the_chance_with_it_minus_the_chance_of_the_text_without_it(run_id):
    found = contributions(OwnReviewState(REVIEW, run_id))
    asked = state_of(places(run_id)[-1])
    assert found.words[:3] == ("The", "film", "was")
    whole = asked.classify([REVIEW])[0]
    without = asked.classify([REVIEW.replace("good ", "")])[0]
    assert found.probabilities == pytest.approx(whole)
    assert found.changes[found.words.index("good")] == pytest.approx(whole - without, abs=1e-6)
    shown = VIEWS["own-review"]().show(OwnReviewState(REVIEW, run_id))
    best = asked.label_names[int(whole.argmax())]
    assert f"“{best}” with a chance of {whole.max():.2f}" in shown.notice
    assert "Small: batch" in shown.caption
    assert run_id not in shown.caption  # who has a run's id can watch it
    other = VIEWS["own-review"]().show(OwnReviewState(REVIEW, run_id, label="bad"))
    assert other.notice.startswith("“bad”")


def test_beside_an_answer_stands_how_often_the_classifier_is_right(run_id):
    last = places(run_id)[-1].step
    told = [one.event for one in Store().events_after(run_id) if isinstance(one.event, Validated)]
    accuracy = [one.figures["accuracy"] for one in told if "accuracy" in one.figures][-1]
    for view in ("own-review", "three-stages"):
        state = VIEWS[view].State(REVIEW, run_id)
        assert f"it was right in {accuracy:.2f} ± " in VIEWS[view]().show(state).notice
    assert how_right(run_id, 0, 2) == ""  # nothing was measured yet
    guessing = how_right(run_id, last, 1)  # of one label, guessing is always right
    assert guessing.endswith("no better than guessing (1.00), however sure it sounds.")
    assert "guessing" not in how_right(run_id, last, 1_000)


def test_a_word_that_changes_nothing_is_not_named(run_id):
    found = contributions(OwnReviewState("Qwzxv blorp", run_id))
    tiny = replace(found, changes=np.full_like(found.changes, -1e-5))
    assert "most" not in _notice(tiny, tiny.changes[:, 0], tiny.label_names[0])


def test_a_long_review_is_work_with_progress_that_can_be_called_off_and_a_short_one_is_none(run_id):
    view = VIEWS["own-review"]()
    assert view.work(OwnReviewState(REVIEW, run_id)) is None
    long = OwnReviewState("a good film. " * 40, run_id)
    told = []
    view.work(long).do(lambda done, of: told.append((done, of)))
    assert told[-1] == (160, 160)
    assert view.work(long) is None

    def stop(done, of):
        raise EngineError("Stopped.")

    with pytest.raises(EngineError, match="Stopped"):
        view.work(OwnReviewState("a dull film. " * 40, run_id)).do(stop)


def test_in_a_very_long_review_stretches_of_words_are_left_out_together(run_id, monkeypatch):
    monkeypatch.setattr(leaving_out, "ONE_BY_ONE", 20)
    monkeypatch.setattr(leaving_out, "STRETCHES", 8)
    text = "The film was good. The story had long scenes, and a poor town was in it. Great friends."
    asked = state_of(places(run_id)[-1])
    found = asked.contributions(text)
    assert found.stretch == 3  # 21 words and marks
    whole = asked.classify([text])[0]
    without = asked.classify([text.replace("The film was", "", 1)])[0]
    for word in range(3):
        assert found.changes[word] == pytest.approx(whole - without, abs=1e-6)
    assert not np.array_equal(found.changes[3], found.changes[2])
    assert len(found.changes) == len(found.words)
    shown = VIEWS["own-review"]().show(OwnReviewState(text, run_id))
    assert "3 words are left out together" in " ".join(shown.notes)
    written = shown.figure.data[-1]
    assert len(written.text) == len(found.words[::3])


@pytest.mark.parametrize("text", ["", " \n ", "word " * (MAX_WORDS + 1), "a\0b"])
def test_what_is_no_review_is_refused_in_a_sentence_by_both_views(run_id, text):
    for name, state in (
        ("own-review", OwnReviewState(text, run_id)),
        ("three-stages", ThreeStagesState(text, run_id)),
    ):
        with pytest.raises(TextError):
            VIEWS[name]().show(state)
    assert VIEWS["own-review"]().work(OwnReviewState(text, run_id)) is None


def test_user_text_stays_text_in_the_figures(run_id):
    for name, state in (
        ("own-review", OwnReviewState(SCRIPT, run_id)),
        ("three-stages", ThreeStagesState(SCRIPT, run_id)),
    ):
        assert "<script" not in str(VIEWS[name]().show(state).figure.to_plotly_json())


def test_every_stage_answers_as_its_last_checkpoint_up_to_the_chosen_one_does(run_id):
    found = places(run_id)
    shown = VIEWS["three-stages"]().show(ThreeStagesState(REVIEW, run_id))
    stages = {stage: [p for p in found if p.stage == stage][-1] for stage in
              ("pretrain", "adapt", "classify")}  # fmt: skip
    for number, place in enumerate(stages.values(), 1):
        bits = state_of(place).surprises(REVIEW).bits
        column = shown.table[f"surprise, stage {number} (bits)"]
        known = [(value, b) for value, b in zip(column, bits, strict=True) if value[0].isdigit()]
        assert known
        assert [float(value) for value, _ in known] == pytest.approx(
            [b for _, b in known], abs=0.006
        )
    early = VIEWS["three-stages"]().show(ThreeStagesState(REVIEW, run_id, stages["pretrain"].step))
    assert "surprise, stage 2 (bits)" not in early.table
    with pytest.raises(EngineError, match="no labels to give"):
        VIEWS["own-review"]().show(OwnReviewState(REVIEW, run_id, stages["adapt"].step))


def test_a_recorded_run_or_none_cannot_be_asked_and_that_is_said():
    for state in (OwnReviewState(REVIEW), OwnReviewState(REVIEW, "recorded-film")):
        with pytest.raises(EngineError, match="run"):
            VIEWS["own-review"]().show(state)
    with pytest.raises(EngineError, match="live run"):
        VIEWS["moved-words"]().show(MovedWordsState())


def test_a_known_word_stands_at_its_row_and_an_unknown_one_at_the_mean():
    words = Vocabulary((*SPECIAL, "the", "cat", "sat"))
    lm = AwdLstm(AwdLstmConfig(len(words), 4, 6, 2))
    rows = lm.embedding.detach().numpy()
    found = word_places(lm, words, ["sat", "dog"])
    assert found == pytest.approx(np.stack([rows[4], rows.mean(0)]))
    top = word_places(lm, words, ["sat", "cat"], top=True)
    text = np.array([[1, 4], [1, 3]])  # behind the boundary
    expected = lm.eval()(torch.from_numpy(text)).layers[-1][:, -1].detach().numpy()
    assert top == pytest.approx(expected, abs=1e-6)


def test_the_cloud_has_a_layer_a_checkpoint_and_frozen_rows_stand_still(run_id):
    view, state = VIEWS["moved-words"](), MovedWordsState(run_id, "input")
    work = view.work(state)
    told = []
    work.do(lambda done, of: told.append(done))
    assert told == list(range(len(places(run_id))))
    assert is_soon_read(run_id, top=False)
    assert view.work(state) is None
    moved = moved_words.read(state)
    found = places(run_id)
    assert moved.vectors.n_layers == len(found)
    assert not moved.moved[0].any()
    # Gradual unfreezing: the embedding learns from the fourth epoch of stage 3 on.
    ends = [i for i, place in enumerate(found) if place.stage == "adapt"]
    thaws = [i for i, place in enumerate(found) if place.stage == "classify"]
    assert np.array_equal(moved.vectors.layers[ends[-1]], moved.vectors.layers[thaws[0]])
    assert not np.array_equal(moved.vectors.layers[0], moved.vectors.layers[ends[-1]])
    rows = state_of(place_at(found, found[-1].step)).places(moved.of.words)
    assert np.array_equal(rows, moved.vectors.layers[-1])
    groups = dict(zip(moved.of.words, moved.of.groups, strict=True))
    assert groups["river"] == groups["village"] == GENERAL  # stand in the general text alone
    assert OLD in groups.values()
    assert "From “stage 1 · batch" in view.show(state).notice
    assert moved_words.packet(state, moved)[:4] == b"CSC1"
    lists = moved_words.neighbours(moved, 0, k=2)
    assert len(lists) == len(found) and all(len(one) == 2 for one in lists)
