"""Analogies: a planted one is found, the rule on the question's words is told; gensim agrees."""

import numpy as np
import pytest

from engine.errors import EngineError, TextError, WordNotFound
from engine.geometry.analogy import cos_add, cos_mul
from engine.views import VIEWS, word_table
from engine.views.analogies import ALLOWED, AnalogiesState, words_of
from engine.views.static_neighbours import StaticNeighboursState
from tests.planted_models import Plant, direction, register

MAN, KING, WOMAN, QUEEN = "w0", "w1", "w2", "w3"
MALE, FEMALE, ROYAL = np.eye(3, 12)


PARTED = {MAN: MALE, KING: MALE + ROYAL, WOMAN: FEMALE, QUEEN: FEMALE + ROYAL}
# Woman and man differ by little, queen and king by much.
CLOSE = {MAN: MALE, KING: MALE + ROYAL, WOMAN: MALE + 0.3 * FEMALE, QUEEN: MALE + FEMALE + ROYAL}


@pytest.fixture
def static_model(monkeypatch):
    """A model of 200 words, of which a few have these vectors, under a name of its own."""
    monkeypatch.setattr(word_table, "N_WORDS", 200)

    def make(name: str, known: dict[str, np.ndarray]) -> str:
        def vector(word: str) -> np.ndarray:
            noise = direction(word, 12)
            noise[:3] = 0  # of other words: no feature at all
            return known[word] + 0.05 * noise if word in known else noise

        return register(monkeypatch, name, [Plant(vector=vector)], static=True, d=12)

    return make


def show(**change):
    return VIEWS["analogies"]().show(AnalogiesState(**change))


@pytest.mark.parametrize("method", ["3CosAdd", "3CosMul"])
def test_a_planted_analogy_is_answered_by_either_method(static_model, method):
    model = static_model(f"analogies-{method.lower()}", PARTED)
    for question, answer in ((f"{MAN} : {KING} :: {WOMAN}", QUEEN),
                             (f"{KING} : {MAN} :: {QUEEN} : ?", WOMAN),
                             (f"{WOMAN} {QUEEN} {MAN}", KING)):  # fmt: skip
        shown = show(question=question, model=model, method=method)
        assert shown.table["word"][0] == answer
        assert not set(words_of(question)) & set(shown.table["word"])
        assert f"“{answer}”" in shown.notice
        assert shown.notice.endswith("leaving them out changes nothing here.")


def test_where_the_offset_is_small_a_word_of_the_question_wins_unless_left_out(static_model):
    model = static_model("analogies-small-offset", CLOSE)
    question = f"{MAN} : {KING} :: {WOMAN}"
    left_out, allowed = (
        show(question=question, model=model, question_words=rule) for rule in ("left out", ALLOWED)
    )
    assert left_out.table["word"][0] == QUEEN
    assert f"“{KING}” " in left_out.notice.split("are left out: ")[1]
    assert allowed.table["word"][0] == KING
    assert allowed.table["in the question"][0] == "yes"
    assert allowed.table["word"].tolist()[:3].index(QUEEN) == 1
    assert "at rank 2." in allowed.notice
    assert {trace.name for trace in allowed.figure.data} == {
        "an answer", "a word of the question",
    }  # fmt: skip
    assert {trace.name for trace in left_out.figure.data} == {"an answer"}


def test_cosines_are_those_of_the_point_itself(rng):
    """By hand: b - a + c, its cosine with every word."""
    x = rng.normal(size=(40, 7))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    point = x[4] - x[9] + x[30]
    by_hand = [w @ point / np.linalg.norm(point) for w in x]
    assert cos_add(x, 9, 4, 30) == pytest.approx(by_hand)
    share = [(1 + w @ x[4]) * (1 + w @ x[30]) / (1 + w @ x[9]) / 2 for w in x]
    assert cos_mul(x, 9, 4, 30) == pytest.approx(share, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("question", ["man : king :: woman", "japan : tokyo :: france",
                                      "good : better :: bad"])  # fmt: skip
def test_gensim_gives_the_same_answers_and_scores(question):
    table = word_table.word_table("glove")
    first, second, third = words_of(question)
    for method, ask in (
        ("3CosAdd", table.most_similar),
        ("3CosMul", table.most_similar_cosmul),
    ):
        expected = ask(positive=[second, third], negative=[first], topn=8)
        shown = show(question=question, method=method)
        assert shown.table["word"].tolist() == [word for word, _ in expected]
        assert shown.table["score"].tolist() == pytest.approx([s for _, s in expected], rel=1e-4)


def test_what_cannot_be_asked_is_told_in_a_sentence():
    for question in ("", "man : king", "new york : king :: woman", "man : king :: woman : queen"):
        with pytest.raises(TextError, match="is not three words"):
            show(question=question)
    with pytest.raises(WordNotFound, match="GloVe does not know 'zxqwv'"):
        show(question="man : zxqwv :: woman")
    with pytest.raises(EngineError, match="3CosAdd or 3CosMul"):
        show(method="<script>")


def test_words_are_found_whatever_their_letters_are():
    assert show(question="MAN:King::woman:?").table.equals(show().table)


def test_a_word_asked_for_has_its_place_among_all_words(static_model):
    """Brute force: how many words are nearer?"""
    model = static_model("analogies-places", PARTED)
    table = word_table.word_table(model)
    units = table.get_normed_vectors()
    cosines = units @ units[table.key_to_index[KING]]
    shown = VIEWS["static-neighbours"]().show(
        StaticNeighboursState(KING, model, 3, also=("w40", QUEEN, "w41", KING))
    )
    nearest = [w for w in np.array(table.index_to_key)[np.argsort(-cosines)] if w != KING]
    assert shown.table["word"].tolist()[:3] == nearest[:3]
    rank = {word: n for n, word in enumerate(nearest, 1)}
    assert {QUEEN, MAN} < set(nearest[:3])
    further = shown.table[3:]
    assert set(further["word"]) == {"w40", "w41"}
    assert [rank[word] for word in further["word"]] == further["rank"].tolist()
    assert f"“{QUEEN}” {rank[QUEEN]} (" in shown.notice
