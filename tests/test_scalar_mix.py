"""The scalar mix: planted layers get the weight, equal layers share it, parts share no sentence."""

from dataclasses import replace

import numpy as np
import pytest

from engine.corpora import CORPORA
from engine.errors import EngineError, ShapeError
from engine.text import Sentence
from engine.training.layer_mix import (
    TEST,
    TRAIN,
    VALID,
    States,
    accuracy_of_word_alone,
    drawn,
    learn,
)
from engine.vectors import LayeredVectors
from engine.views import VIEWS, mix_tasks, scalar_mix
from engine.views.kept import Kept
from engine.views.mix_tasks import ALIKE, LEARNT, PREVIOUS, SENSE, WORD, states_of
from engine.views.scalar_mix import ScalarMixState, results

RATE = 0.1


def planted(rng, told_by: int, n_layers: int = 3, n: int = 600, d: int = 12) -> States:
    """Three labels that one layer tells and the others do not; three words a sentence."""
    labels = rng.integers(3, size=n)
    layers = rng.normal(size=(n_layers, n, d))
    layers[told_by, np.arange(n), labels] += 4
    zeros = np.zeros(n, np.int64)
    return States(layers.astype(np.float32), labels, zeros, np.arange(n) // 3, zeros)


# --- the training -----------------------------------------------------------------------------


@pytest.mark.parametrize("told_by", [0, 2])
def test_the_weight_goes_to_the_layer_that_tells(rng, told_by):
    draw = drawn(planted(rng, told_by), 600, 0)
    found = learn(draw, 0, RATE)
    assert sum(found.shares) == pytest.approx(1, abs=1e-6)
    assert int(np.argmax(found.shares)) == told_by
    assert found.shares[told_by] > 0.6
    assert found.accuracy > 0.95
    others = tuple(float(k != told_by) / 2 for k in range(3))
    assert learn(draw, 0, RATE, others).accuracy < 0.5


def test_equal_layers_share_the_weight_and_given_shares_stay(rng):
    states = planted(rng, 0, n_layers=1)
    draw = drawn(replace(states, layers=np.repeat(states.layers, 3, axis=0)), 600, 0)
    # Not to the last bit: Adam makes steps of its own size out of rounding errors.
    assert learn(draw, 0, RATE).shares == pytest.approx((1 / 3,) * 3, abs=0.02)
    assert learn(draw, 0, RATE, (0.5, 0.5, 0.0)).shares == pytest.approx((0.5, 0.5, 0))


def test_weights_that_may_not_move_are_all_layers_alike(rng):
    draw = drawn(planted(rng, 1), 600, 0)
    assert learn(draw, 0, 0.0) == learn(draw, 0, RATE, (1 / 3,) * 3)


def test_the_same_seed_gives_the_same_mix_and_another_draw_another(rng):
    states = planted(rng, 1)
    assert learn(drawn(states, 600, 0), 0, RATE) == learn(drawn(states, 600, 0), 0, RATE)
    assert learn(drawn(states, 600, 0), 0, RATE) != learn(drawn(states, 600, 1), 1, RATE)


def test_no_sentence_stands_in_two_parts_and_layers_are_standardised_by_training(rng):
    draw = drawn(planted(rng, 1), 500, 3)
    assert len(draw.labels) == 500
    of_part = [set(draw.sentence_ids[draw.parts == part]) for part in (TRAIN, VALID, TEST)]
    assert not (of_part[0] & of_part[1] or of_part[0] & of_part[2] or of_part[1] & of_part[2])
    assert [round(len(ids) / 200, 1) for ids in of_part] == [0.6, 0.2, 0.2]
    train = draw.layers[:, draw.parts == TRAIN]
    assert np.abs(train.mean(axis=1)).max() < 1e-5
    assert np.abs(train.std(axis=1) - 1).max() < 1e-4
    with pytest.raises(ShapeError, match="Too few sentences"):
        drawn(replace(draw, sentence_ids=np.zeros(500, np.int64)), 500, 0)


def test_labels_of_the_test_part_are_not_learnt_from(rng):
    draw = drawn(planted(rng, 1), 600, 0)
    test = draw.parts == TEST
    wrong = replace(draw, labels=np.where(test, (draw.labels + 1) % 3, draw.labels))
    right, turned = learn(draw, 0, RATE), learn(wrong, 0, RATE)
    assert turned.shares == right.shares
    assert turned.step == right.step
    assert turned.accuracy < 0.05 < 0.95 < right.accuracy


def test_a_reader_of_the_word_alone_says_its_commonest_label():
    words, labels = np.array([0, 0, 0, 1, 1, 0, 1, 2, 1]), np.array([1, 1, 0, 2, 2, 1, 2, 1, 0])
    parts = np.array([TRAIN] * 5 + [TEST] * 4)
    states = States(np.zeros((2, 9, 1), np.float32), labels, words, words, parts)
    # Word 0 -> 1 (right), word 1 -> 2 (right, then wrong), unseen word 2 -> 1, commonest of all.
    assert accuracy_of_word_alone(states) == 3 / 4


# --- the tasks and the view -------------------------------------------------------------------


def encoded(sentences, *layers) -> LayeredVectors:
    places = [(s, p) for s, one in enumerate(sentences) for p in range(len(one.words))]
    ids, positions = np.array(places).T
    return LayeredVectors(
        model="elmo", sentences=tuple(sentences), sentence_ids=ids, positions=positions,
        layers=tuple(np.full((len(ids), d), k, np.float32) for k, d in enumerate(layers)),
        layer_names=tuple(f"{k} · planted" for k in range(len(layers))),
    )  # fmt: skip


def test_labels_are_the_words_the_words_before_and_the_senses():
    corpus = CORPORA["senses"]()
    vectors = encoded(corpus.sentences, 2, 2)
    senses = states_of(SENSE, vectors)
    assert len(senses.labels) == len(corpus.sentences)
    assert len(set(senses.labels)) == len(set(zip(corpus.target_words, corpus.senses, strict=True)))
    assert len(set(senses.words)) == len(set(corpus.target_words))
    small = encoded([Sentence("the cat saw the dog"), Sentence("the cat, the dog")], 2, 2)
    word, before = states_of(WORD, small), states_of(PREVIOUS, small)
    assert len(word.labels) == 9  # the comma is no word
    assert len(before.labels) == 7  # of the words after a word, the comma among them
    assert word.layers.shape == (2, 9, 2)


def test_layers_of_different_widths_are_refused_in_a_sentence():
    for widths in ((2, 3), (2,)):
        with pytest.raises(EngineError, match="cannot be mixed"):
            states_of(WORD, encoded([Sentence("a b")], *widths))


@pytest.fixture
def answered(rng, monkeypatch):
    """A model whose layer 0 tells one task, and whose layer 1 the other."""
    told = {PREVIOUS: planted(rng, 1, n_layers=2), SENSE: planted(rng, 0, n_layers=2)}
    monkeypatch.setattr(mix_tasks, "states_of", lambda task, _: told[task])
    monkeypatch.setattr(scalar_mix, "_trained", Kept(64))
    vectors = encoded([Sentence("a b")], 2, 2)
    monkeypatch.setattr(scalar_mix, "vectors_of", lambda *_: vectors)
    return ScalarMixState()


def test_the_view_tells_which_layer_each_task_takes(answered):
    view, told = VIEWS["scalar-mix"](), []
    work = view.work(answered)
    assert work
    work.do(lambda done, of: told.append((done, of)))
    assert told == [(n, 24) for n in range(1, 25)]  # 2 tasks, 3 seeds, 2 layers and 2 mixes
    assert view.work(answered) is None
    shown = view.show(answered)
    weights = shown.table.dropna().set_index(["task", "layers"])["learnt weight"]
    assert weights["which word came before?"].idxmax() == "1 · planted"
    assert weights["in which sense?"].idxmax() == "0 · planted"
    assert "takes most of layer 1" in shown.notice
    assert "The tasks' weights differ: of layer 0" in shown.notice
    one = results(answered)[0]
    row = shown.table[(shown.table["task"] == one.title) & (shown.table["layers"] == LEARNT)]
    assert row["accuracy"].item() == pytest.approx(np.mean(one.compared[LEARNT]))
    assert set(one.compared) == {"0 · planted", "1 · planted", ALIKE, LEARNT}
    assert "3 seeds" in shown.caption


def test_an_unknown_task_is_refused_in_a_sentence(answered):
    view = VIEWS["scalar-mix"]()
    for tasks in ((), ("nonsense",)):
        state = replace(answered, tasks=tasks)
        assert view.work(state) is None
        with pytest.raises(EngineError, match="some of these tasks"):
            view.show(state)
