"""One word in two sentences: pictures to scale, the trail of edits, and what place alone does."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError, WordNotFound
from engine.geometry.pairs import cosine
from engine.text import Sentence
from engine.vectors import LayeredVectors
from engine.views import VIEWS, baselines, sources
from engine.views.baselines import CENTRED, PLACED, in_state
from engine.views.kept import Kept
from engine.views.trail import TrailState, moves
from engine.views.two_contexts import TwoContextsState, _provenance, compare
from engine.views.two_contexts_told import notice
from engine.views.two_pictures import TwoPicturesState

ORDER = TwoContextsState("A mouse chases a cat", "A cat chases a mouse", "mouse")


@pytest.fixture(scope="module", autouse=True)
def loaded(minilm_model, glove_model):
    for name, model in (("minilm", minilm_model), ("glove", glove_model)):
        sources._encoders.get((name, "auto"), lambda model=model: model, lambda _: 1)


# --- word order -------------------------------------------------------------------------------


def test_of_the_same_words_in_another_order_static_means_are_equal_and_others_are_not():
    static, moving = compare(ORDER, "glove"), compare(ORDER, "minilm")
    assert static.same_words
    assert static.sentence_cosines == (pytest.approx(1, abs=1e-9),)
    assert moving.sentence_cosines[-1] < 1 - 1e-3
    told = notice("mouse", [moving, static])
    assert "the same words in another order" in told
    assert f"MiniLM {moving.sentence_cosines[-1]:.3f}" in told
    other = compare(replace(ORDER, second="A cat chases one mouse"), "glove")
    assert not other.same_words
    assert "another order" not in notice("mouse", [other])


def test_of_the_same_sentence_twice_nothing_is_told_but_that():
    same = replace(ORDER, second=ORDER.first)
    told = notice("mouse", [compare(same, "minilm"), compare(same, "glove")])
    assert told.startswith("Both sentences have the same words in the same order")
    assert "differ" not in told and "another order" not in told
    capital = compare(replace(ORDER, second=ORDER.first.upper()), "minilm")  # ELMo would see it
    assert not capital.same_sentence and not capital.same_words


def test_a_model_that_knows_none_of_the_words_leaves_the_others_their_figure():
    hebrew = TwoContextsState("הבנק סגור היום", "הלכתי אל הבנק", "הבנק", ("minilm", "glove"))
    shown = VIEWS["two-contexts"]().show(hebrew)
    assert set(shown.table["model"]) == {"MiniLM"}
    assert any("GloVe" in note for note in shown.notes)


def test_baselines_of_two_days_are_told_by_model():
    first, second = compare(ORDER, "minilm"), compare(ORDER, "glove")
    assert _provenance([first, replace(second, provenance=first.provenance)]) == first.provenance
    told = _provenance([replace(first, provenance="one day"), replace(second, provenance="two")])
    assert told == "MiniLM: one day; GloVe: two"


def test_what_layer_0_knows_of_the_place_is_told():
    same = compare(TwoContextsState("a bank here", "the bank there", "bank"), "minilm")
    assert "equal only because both stand at the same position" in notice("bank", [same])
    moved = compare(TwoContextsState("a bank here", "there is the bank", "bank"), "minilm")
    told = notice("bank", [moved])
    assert "only because one is word 2 and the other word 4" in told


# --- the place removed ------------------------------------------------------------------------


@pytest.fixture
def placed(monkeypatch):
    """A model whose layer 0 is the word plus its place, and a corpus of it in which words and
    places are drawn apart.
    """
    rng = np.random.default_rng(0)
    words, places = rng.normal(size=(9, 6)), 3 * rng.normal(size=(5, 6))
    lines = [list(rng.integers(9, size=5)) for _ in range(400)]

    def vectors(lines) -> LayeredVectors:
        ids, positions = np.divmod(np.arange(5 * len(lines)), 5)
        x = words[np.ravel(lines)] + places[positions]
        return LayeredVectors(
            model="planted",
            sentences=tuple(Sentence(" ".join(f"w{w}" for w in line)) for line in lines),
            sentence_ids=ids, positions=positions, layers=(x.astype(np.float32),),
            layer_names=("0",),
        )  # fmt: skip

    corpus = vectors(lines)
    monkeypatch.setattr(baselines, "vectors_of", lambda *_: corpus)
    monkeypatch.setattr(baselines, "knows_place", lambda _: True)
    monkeypatch.setattr(baselines, "_means", Kept(8))
    return vectors


def test_with_its_place_removed_a_word_is_itself_everywhere(placed):
    two = placed([[3, 1, 2, 0, 4], [1, 2, 0, 4, 3]])  # w3 first, and last
    (raw,), (without,) = in_state(two, "raw"), in_state(two, PLACED)
    assert cosine(raw[0], raw[9]) < 0.8
    assert cosine(without[0], without[9]) > 0.97
    (centred,) = in_state(two, CENTRED)
    assert cosine(centred[0], centred[9]) < 0.8


def test_a_layer_that_knows_no_place_is_centred_alone(placed, monkeypatch):
    monkeypatch.setattr(baselines, "knows_place", lambda _: False)
    two = placed([[3, 1, 2, 0, 4]])
    assert np.allclose(in_state(two, PLACED)[0], in_state(two, CENTRED)[0], atol=1e-6)


def test_a_static_model_is_one_vector_in_every_state():
    for state in baselines.STATES:
        found = compare(replace(ORDER, state=state), "glove")
        assert found.cosines == (pytest.approx(1, abs=1e-6),)
        assert -1 < found.baseline[0] < 1


# --- the two pictures -------------------------------------------------------------------------


def test_the_angles_are_those_of_the_cosines():
    shown = VIEWS["two-pictures"]().show(TwoPicturesState(layer=4))
    pair = compare(TwoContextsState(models=()), "minilm")
    close, far, measured = shown.table["cosine"]
    assert measured == pytest.approx(pair.cosines[4])
    assert far == pytest.approx(pair.baseline[4])
    assert far < measured < close
    angles = shown.table["angle in degrees"]
    assert [math.cos(math.radians(angle)) for angle in angles] == pytest.approx(
        [close, far, measured]
    )
    arrows = [note for note in shown.figure.layout.annotations if note.showarrow]
    assert len(arrows) == 6
    for number, angle in enumerate(angles):
        left, right = arrows[2 * number : 2 * number + 2]
        first, second = ((a.x - a.ax, a.y - a.ay) for a in (left, right))
        drawn = np.degrees(np.arccos(np.dot(first, second)))
        assert drawn == pytest.approx(angle, abs=0.01)


def test_one_vector_is_neither_picture_and_an_unknown_word_has_no_same_sense():
    told = VIEWS["two-pictures"]().show(TwoPicturesState(model="glove")).notice
    assert "are one vector, 0° apart: neither picture" in told
    state = TwoPicturesState("the zebra ran", "a black zebra", "zebra")
    assert VIEWS["two-pictures"]().show(state).table["cosine"][0] == 1


# --- the trail --------------------------------------------------------------------------------

VERSIONS = (
    "he sat on the bank of the river\nhe sat on the bank of the loan\nhe paid the bank a loan"
)


def test_every_version_is_compared_with_its_parent_and_with_the_second_sentence(minilm_model):
    found = moves(VERSIONS, "the bank raised its rate", "bank", "minilm", "raw")
    assert found.to_parent.shape == found.to_second.shape == (3, 7)
    assert found.to_parent[0] == pytest.approx(np.ones(7))
    one = minilm_model.encode([Sentence(line) for line in VERSIONS.splitlines()])
    rows = one.rows_of("bank")
    assert found.to_parent[2, 6] == pytest.approx(
        cosine(one.layers[6][rows[2]], one.layers[6][rows[0]]), abs=1e-5
    )
    told = VIEWS["trail"]().show(TrailState(VERSIONS, "the bank raised its rate")).notice
    assert told.startswith("Version 3 at layer 6")
    assert "towards" in told


def test_a_static_model_does_not_move():
    found = moves(VERSIONS, "the bank raised its rate", "bank", "glove", "raw")
    assert np.allclose(found.to_parent, 1)
    assert np.allclose(found.to_second, 1)


def test_a_version_without_the_word_and_a_word_without_vector_are_told():
    with pytest.raises(WordNotFound, match="does not stand as a word of its own in"):
        moves("a bank\na river", "the bank", "bank", "minilm", "raw")
    with pytest.raises(WordNotFound, match="GloVe has no vector"):
        moves("a zxqwv", "the zxqwv", "zxqwv", "glove", "raw")
    with pytest.raises(EngineError):
        moves("", "the bank", "bank", "minilm", "raw")
